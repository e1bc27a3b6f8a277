import { type ChildProcess, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { type Preview, startPreview } from "../../src/preview/gateway.ts";
import { ask, isRight, type Question } from "./asking.ts";
import { startEcho } from "./echo.ts";
import type { Printer } from "./printer.ts";
import { freePort, prepareWorkspace, WORKSPACE } from "./workspace.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** How late the gateway comes up. */
const LATE_MS = 6_000;
/** Longer than anything here should take on a slow machine. */
const PATIENCE_MS = 60_000;

interface Ports {
  readonly admin: number;
  readonly proxy: number;
  readonly proxyTls: number;
  readonly health: number;
  readonly metrics: number;
}

/** The show: back ends, a controller, a gateway that is late, requests. */
export class Demo {
  readonly #print: Printer;
  readonly #signal: AbortSignal;
  readonly #servers: Server[] = [];
  #controller: ChildProcess | undefined;
  #preview: Preview | undefined;
  #ports: Ports | undefined;

  constructor(print: Printer, signal: AbortSignal) {
    this.#print = print;
    this.#signal = signal;
  }

  /** Plays everything; returns how many answers were wrong. */
  async show(): Promise<number> {
    const ports = await this.#startBackends();
    this.#ports = ports;
    this.#print.title("1. A controller whose gateway is not there");
    this.#print.step(
      `It reads the manifests in ${WORKSPACE} and knocks at 127.0.0.1:${ports.admin}, where nothing listens yet.`,
    );
    this.#startController(ports);
    // A first start reads everything from the disk; the gateway is late for a controller that runs.
    await this.#until(
      () =>
        this.#status(ports.health, "/healthz").then(
          (status) => status === 200,
          () => false,
        ),
      "the controller to start",
    );
    await this.#pause(LATE_MS);
    await this.#expect("alive, so nothing restarts it", ports.health, "/healthz", 200);
    await this.#expect("not ready, and it says why", ports.health, "/readyz", 503);
    this.#print.title("2. The gateway comes up");
    this.#preview = await startPreview({
      adminPort: ports.admin,
      proxyPort: ports.proxy,
      proxyTlsPort: ports.proxyTls,
    });
    await this.#until(
      () => this.#status(ports.health, "/readyz").then((status) => status === 200),
      "the controller to be ready",
    );
    await this.#expect("ready: the gateway holds the configuration", ports.health, "/readyz", 200);
    this.#print.title("3. Requests through the gateway");
    let wrong = 0;
    for (const question of this.#questions(ports)) wrong += (await this.#put(question)) ? 0 : 1;
    this.#print.title("4. A change, with requests going on");
    wrong += await this.#changeUnderLoad(ports);
    return wrong;
  }

  /** Says what to try next. */
  invite(): void {
    const { proxy, proxyTls, health } = this.#ports!;
    this.#print.title("Your turn (Ctrl-C ends the demo)");
    for (const line of [
      `curl -H 'Host: shop.localhost' http://127.0.0.1:${proxy}/welcome`,
      `curl -k --resolve shop.localhost:${proxyTls}:127.0.0.1 https://shop.localhost:${proxyTls}/welcome`,
      `curl -i -H 'Host: api.localhost' http://127.0.0.1:${proxy}/`,
      `curl -H 'Host: api.localhost' -H 'apikey: open-sesame' http://127.0.0.1:${proxy}/`,
      `curl -i http://127.0.0.1:${health}/readyz`,
    ])
      this.#print.plain(`  ${line}`);
    this.#print.plain(
      `  Edit ${WORKSPACE}/shop.yaml (the path /welcome, say) and ask again: a change is live at once.`,
    );
  }

  /** Returns when the demo is ended by hand. */
  async stay(): Promise<void> {
    if (this.#signal.aborted) return;
    await new Promise<void>((resolve) => this.#signal.addEventListener("abort", () => resolve(), { once: true }));
  }

  /** Ends everything that was started. */
  async end(): Promise<void> {
    const controller = this.#controller;
    if (controller !== undefined && controller.exitCode === null) {
      const gone = new Promise<void>((resolve) => controller.once("exit", () => resolve()));
      controller.kill("SIGTERM");
      await gone;
    }
    await this.#preview?.close();
    for (const server of this.#servers) server.close();
  }

  async #startBackends(): Promise<Ports> {
    const [shop, api] = await prepareWorkspace();
    this.#servers.push(await startEcho("shop", shop), await startEcho("api", api));
    return {
      admin: await freePort(8001),
      proxy: await freePort(8000),
      proxyTls: await freePort(8443),
      health: await freePort(10254),
      metrics: await freePort(10255),
    };
  }

  #startController(ports: Ports): void {
    const args = [
      join(root, "src/main.ts"),
      "run",
      `--manifests=${join(root, WORKSPACE)}`,
      `--kong-admin-url=http://127.0.0.1:${ports.admin}`,
      "--kong-client-initial-delay=1s",
      "--kong-client-max-delay=2s",
      `--health-probe-bind-address=127.0.0.1:${ports.health}`,
      `--metrics-bind-address=127.0.0.1:${ports.metrics}`,
      "--update-status=false",
    ];
    // Ctrl-C in a terminal goes to the whole group; the demo ends its child itself.
    const child = spawn(process.execPath, args, { cwd: root, stdio: ["ignore", "ignore", "pipe"], detached: true });
    this.#controller = child;
    createInterface({ input: child.stderr! }).on("line", (line) => this.#print.log(line.replaceAll(root, "")));
  }

  #questions(ports: Ports): readonly Question[] {
    const http = `http://127.0.0.1:${ports.proxy}`;
    const https = `https://127.0.0.1:${ports.proxyTls}`;
    return [
      {
        url: http,
        host: "shop.localhost",
        path: "/hello/world",
        status: 200,
        body: "shop got GET /world",
        why: "the path /hello is stripped",
      },
      {
        url: https,
        host: "shop.localhost",
        path: "/hello",
        status: 200,
        body: "shop got GET /",
        why: "TLS with the certificate from the Secret",
      },
      {
        url: http,
        host: "shop.localhost",
        path: "/api/list",
        status: 200,
        body: "api got GET /list",
        why: "another Service under the same host",
      },
      { url: http, host: "api.localhost", path: "/", status: 401, body: "No API key found", why: "no key" },
      {
        url: http,
        host: "api.localhost",
        path: "/",
        headers: { apikey: "open-sesame" },
        status: 200,
        body: "from ann",
        why: "with ann's key",
      },
      {
        url: http,
        host: "nowhere.localhost",
        path: "/",
        status: 404,
        body: "no Route matched",
        why: "a host that nobody asked for",
      },
    ];
  }

  async #put(question: Question): Promise<boolean> {
    const answer = await ask(question);
    const right = isRight(question, answer);
    const key = Object.entries(question.headers ?? {}).map(([name]) => ` with ${name}`);
    const asked = `${question.url.split(":")[0]}://${question.host}${question.path}${key.join("")}  (${question.why})`;
    const expected = right ? "" : `   expected ${question.status} and "${question.body}"`;
    this.#print.request(asked, `${answer.status} ${answer.body.replaceAll(/\s+/g, " ")}${expected}`, right);
    return right;
  }

  /** Renames a path while requests for another one go on: the new path works, and no request is lost. */
  async #changeUnderLoad(ports: Ports): Promise<number> {
    const url = `http://127.0.0.1:${ports.proxy}`;
    const steady: Question = { url, host: "shop.localhost", path: "/api/", status: 200, body: "api got", why: "" };
    const changed: Question = {
      url,
      host: "shop.localhost",
      path: "/welcome",
      status: 200,
      body: "shop got GET /",
      why: "the new path",
    };
    let sent = 0;
    let lost = 0;
    let going = true;
    const stream = (async () => {
      while (going) {
        const answer = await ask(steady).catch(() => ({ status: 0, body: "" }));
        sent++;
        if (!isRight(steady, answer)) lost++;
        await sleep(5);
      }
    })();
    const file = join(root, WORKSPACE, "shop.yaml");
    this.#print.step(`/hello becomes /welcome in ${WORKSPACE}/shop.yaml`);
    const text = await readFile(file, "utf8");
    const start = performance.now();
    await writeFile(
      file,
      text.replace("- path: /hello", "- path: /welcome").replace("change /hello to /hi", "change /welcome to /hi"),
    );
    await this.#until(async () => isRight(changed, await ask(changed)), "the change to be live");
    const took = performance.now() - start;
    await sleep(300);
    going = false;
    await stream;
    this.#print.step(`live after ${Math.round(took)} ms`);
    const right = await this.#put(changed);
    this.#print.request(`${sent} requests for /api/ meanwhile`, `${lost} lost`, lost === 0);
    return (right ? 0 : 1) + (lost === 0 ? 0 : 1);
  }

  async #expect(what: string, port: number, path: string, status: number): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    const body = (await response.text()).trim();
    const right = response.status === status;
    this.#print.request(
      `GET ${path} on port ${port}  (${what})`,
      `${response.status} ${body.replaceAll(/\s+/g, " ")}`,
      right,
    );
    if (!right) throw new Error(`${path} answered ${response.status}, not ${status}`);
  }

  async #status(port: number, path: string): Promise<number> {
    return (await fetch(`http://127.0.0.1:${port}${path}`)).status;
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#signal });
    this.#mustRun();
  }

  async #until(done: () => Promise<boolean>, what: string): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    while (!(await done())) {
      this.#mustRun();
      if (performance.now() > end) throw new Error(`waited a minute for ${what}`);
      await sleep(10, undefined, { signal: this.#signal });
    }
  }

  #mustRun(): void {
    const code = this.#controller?.exitCode;
    if (code !== null && code !== undefined)
      throw new Error(`the controller ended with code ${code}; its last lines are above`);
  }
}
