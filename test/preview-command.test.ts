import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { eventually } from "./support/eventually.ts";
import { Manifests } from "./support/manifests.ts";
import { ServerProcess } from "./support/server-process.ts";

/** `silverback preview DIR`, as a person runs it. */

const root = fileURLToPath(new URL("..", import.meta.url));
const back = createServer((req, res) => void res.end(`back end: ${req.url}`));
let manifests: Manifests;
let directory: string;
let process_: ServerProcess | undefined;

beforeEach(async () => {
  manifests = new Manifests();
  directory = mkdtempSync(join(tmpdir(), "silverback-preview-"));
  await new Promise<void>((resolve) => back.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await process_?.stop();
  manifests.remove();
  rmSync(directory, { recursive: true, force: true });
  back.closeAllConnections();
  await new Promise<void>((resolve) => void back.close(() => resolve()));
});

function site(path: string): string {
  const { port } = back.address() as AddressInfo;
  return `apiVersion: v1
kind: Service
metadata: { name: web, namespace: shop }
spec: { type: ExternalName, externalName: localhost, ports: [{ port: ${port} }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop, annotations: { konghq.com/strip-path: "true" } }
spec:
  ingressClassName: kong
  rules:
    - host: web.test
      http: { paths: [{ path: ${path}, pathType: Prefix, backend: { service: { name: web, port: { number: ${port} } } } }] }
`;
}

function start(...args: readonly string[]): ServerProcess {
  process_ = new ServerProcess(
    join(root, "node_modules/.bin/node"),
    [join(root, "src/main.ts"), "preview", ...args],
    join(directory, "log"),
  );
  return process_;
}

test("serves a folder, shows its routes, follows its changes, tells its problems, and ends when told", async () => {
  manifests.write("web.yaml", site("/old"));
  const running = start(manifests.path, "--admin-port=0", "--proxy-port=0");
  const proxy = await eventually(() => /requests +(http:\S+)/.exec(running.tail(200))?.[1]);
  const ask = async (path: string) => {
    const { request } = await import("node:http");
    return new Promise<string>((resolve, reject) => {
      request(`${proxy}${path}`, { headers: { host: "web.test" }, agent: false }, (res) => {
        let text = "";
        res.on("data", (chunk: Buffer) => {
          text += chunk.toString();
        });
        res.on("end", () => resolve(`${res.statusCode} ${text}`));
      })
        .on("error", reject)
        .end();
    });
  };
  await eventually(async () => (await ask("/old/x")) === "200 back end: /x");
  expect(running.tail(200)).toMatch(/shop\.web\.\S+ +web\.test\S+ +http:\/\/web\.shop\.\S+/);
  await eventually(() => running.tail(200).includes("200 GET http://web.test/old/x → shop.web."));
  manifests.write("web.yaml", site("/new"));
  await eventually(async () => (await ask("/new/x")) === "200 back end: /x");
  expect(await ask("/old/x")).toMatch(/^404 /);
  manifests.write("broken.yaml", "apiVersion: v1\nkind: [");
  await eventually(() => running.tail(50).includes("broken.yaml"));
  expect(await ask("/new/x")).toBe("200 back end: /x");
  running.signal("SIGTERM");
  expect(await running.ended).toBe(0);
});

test("without a folder others push to it, entity by entity where there is a database", async () => {
  const running = start("--admin-port=0", "--proxy-port=0", "--database=memory");
  const admin = await eventually(() => /Admin API +(http:\S+)/.exec(running.tail(200))?.[1]);
  const made = await fetch(`${admin}/services`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "web", host: "web.example" }),
  });
  expect(made.status).toBe(201);
  running.signal("SIGTERM");
  expect(await running.ended).toBe(0);
});

test("serves a folder also by way of a database", async () => {
  manifests.write("web.yaml", site("/there"));
  const running = start(manifests.path, "--admin-port=0", "--proxy-port=0", "--database=memory");
  await eventually(() => /shop\.web\.\S+ +web\.test\S+ +http:\/\/web\.shop\.\S+/.test(running.tail(200)));
  running.signal("SIGTERM");
  expect(await running.ended).toBe(0);
});

test("a port that is taken is told with the flag for another", async () => {
  const { port } = back.address() as AddressInfo;
  const running = start(manifests.path, `--admin-port=${port}`, "--proxy-port=0");
  expect(await running.ended).toBe(1);
  expect(running.tail()).toMatch(new RegExp(`${port}.*--admin-port`));
});

test("a folder that is not there is wrong usage, before anything listens", async () => {
  const running = start(join(directory, "nowhere"), "--admin-port=0", "--proxy-port=0");
  expect(await running.ended).toBe(2);
  expect(running.tail(5)).toMatch(/^silverback: there is no file or folder \S+nowhere to serve$/m);
});
