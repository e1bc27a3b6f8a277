import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { selfSigned } from "../../src/preview/tls/self-signed.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const DAY = 24 * 3600 * 1000;

/** The demo's own copy of the manifests, below the project's root. */
export const WORKSPACE = ".cache/demo";

/** Copies the manifests, with free ports in the place of taken ones, and makes the certificate. Returns the ports of the back ends. */
export async function prepareWorkspace(): Promise<readonly [number, number]> {
  const folder = join(root, WORKSPACE);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(join(root, "examples/demo"), folder, { recursive: true, filter: (path) => !path.endsWith(".md") });
  const ports = [await freePort(9101), await freePort(9102)] as const;
  for (const file of ["backends.yaml", "shop.yaml", "api.yaml"]) {
    const text = await readFile(join(folder, file), "utf8");
    await writeFile(join(folder, file), text.replaceAll("9101", String(ports[0])).replaceAll("9102", String(ports[1])));
  }
  const now = Date.now();
  const { cert, key } = selfSigned({ names: ["shop.localhost"], notBefore: now - DAY, notAfter: now + 30 * DAY });
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "shop-tls", namespace: "demo" },
    type: "kubernetes.io/tls",
    stringData: { "tls.crt": cert, "tls.key": key },
  };
  await writeFile(join(folder, "certificate.yaml"), stringify(secret), { mode: 0o600 });
  return ports;
}

/** The wanted port if it is free, else any. */
export async function freePort(wanted: number): Promise<number> {
  const attempt = (port: number) =>
    new Promise<number | undefined>((resolve) => {
      const server = createServer();
      server.once("error", () => resolve(undefined));
      server.listen(port, "127.0.0.1", () => {
        const address = server.address();
        server.close(() => resolve(typeof address === "object" ? address?.port : undefined));
      });
    });
  return (await attempt(wanted)) ?? (await attempt(0)) ?? wanted;
}
