// `npm run build`: one file for an image, dist/silverback.mjs, that needs nothing but Node.
import { execFileSync } from "node:child_process";
import { chmod, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import manifest from "../package.json" with { type: "json" };
import { routerEngineBytes } from "../src/kong/router-engine-bytes.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const outfile = `${root}dist/silverback.mjs`;

function git(...args: readonly string[]): string {
  try {
    return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    // A source archive has no history to ask.
    return "unknown";
  }
}

await build({
  entryPoints: [`${root}src/main.ts`],
  outfile,
  bundle: true,
  platform: "node",
  target: "node26",
  format: "esm",
  minifyWhitespace: true,
  minifySyntax: true,
  // Names stay, for stack traces; keeping them beside shorter ones (keepNames) costs 4 % of the time it takes to start.
  legalComments: "linked",
  plugins: [
    {
      // From source the router engine's bytes are read from node_modules; in the bundle they are inside, packed until they are needed: text of the program stays in memory.
      name: "router-engine-bytes",
      setup({ onLoad }) {
        onLoad({ filter: /router-engine-bytes\.ts$/ }, () => {
          const packed = gzipSync(routerEngineBytes(), { level: 9 }).toString("base64");
          const contents = `import { gunzipSync } from "node:zlib";
            export const routerEngineBytes = () => gunzipSync(Buffer.from("${packed}", "base64"));`;
          return { contents };
        });
      },
    },
  ],
  // Some of the packages are CommonJS and ask for Node's modules with require.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  define: {
    SILVERBACK_RELEASE: JSON.stringify(manifest.version),
    SILVERBACK_REPO: JSON.stringify("silverback"),
    SILVERBACK_COMMIT: JSON.stringify(process.env["SILVERBACK_COMMIT"] ?? git("rev-parse", "HEAD")),
  },
  logLevel: "warning",
});
// It begins with the name of its interpreter: whatever name it is called by, it is a program.
await chmod(outfile, 0o755);
console.log(`dist/silverback.mjs ${((await stat(outfile)).size / 1e6).toFixed(1)} MB`);
