import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Preview, startPreview } from "./gateway.ts";
import type { PreviewOptions } from "./options.ts";
import { type Got, get } from "./test-client.ts";

/** For tests: what the back end got. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** For tests: a gateway, a back end that answers 200 with what it got as JSON, and a way to ask. */
export interface TestGateway {
  readonly preview: Preview;
  readonly port: number;
  /** Every request that the back end got. */
  readonly seen: Seen[];
  /** Puts a configuration in force; throws when it is refused. */
  load(document: object): Promise<void>;
  ask(target: string, options?: Parameters<typeof get>[1]): Promise<Got & { readonly seen: Seen | undefined }>;
  close(): Promise<void>;
}

export async function startTestGateway(options: PreviewOptions = {}): Promise<TestGateway> {
  const seen: Seen[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      const one: Seen = {
        method: req.method ?? "",
        url: req.url ?? "",
        headers: Object.fromEntries(Object.entries(req.headersDistinct).map(([k, v]) => [k, (v ?? []).join(", ")])),
        body: Buffer.concat(chunks).toString(),
      };
      seen.push(one);
      const extra = JSON.parse(one.headers["x-answer"] ?? "{}") as Record<string, string>;
      res.writeHead(Number(one.headers["x-status"] ?? 200), { "content-type": "application/json", ...extra });
      res.end(one.headers["x-body"] ?? JSON.stringify(one));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const preview = await startPreview(options);
  return {
    preview,
    port: (server.address() as AddressInfo).port,
    seen,
    async load(document) {
      const got = await get(`${preview.adminUrl}/config`, {
        method: "POST",
        headers: { "content-type": "text/yaml" },
        body: JSON.stringify({ _format_version: "3.0", ...document }),
      });
      if (got.status !== 201) throw new Error(`refused: ${got.text}`);
    },
    async ask(target, asked = {}) {
      const before = seen.length;
      const got = await get(preview.proxyUrl, { ...asked, path: target });
      return { ...got, seen: seen.length > before ? seen.at(-1) : undefined };
    },
    async close() {
      await preview.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}

/** For tests: one service at the back end with a route for each of these, by name and path `/name`, with its plugins. */
export function routesWithPlugins(
  port: number,
  routes: Readonly<Record<string, readonly object[]>>,
): { readonly services: readonly object[] } {
  const list = Object.entries(routes).map(([name, plugins]) => ({ name, paths: [`/${name}`], plugins }));
  return { services: [{ name: "echo", host: "127.0.0.1", port, routes: list }] };
}
