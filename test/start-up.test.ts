import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Preview, startPreview } from "../src/preview/gateway.ts";
import type { PreviewOptions } from "../src/preview/options.ts";
import { ControllerProcess } from "./support/controller.ts";
import { eventually } from "./support/eventually.ts";
import { Manifests, website } from "./support/manifests.ts";

/** Start-up and degraded mode, seen from outside: the controller is a process, the gateway is in this one. */

/** Much less than the waits that are interrupted, and enough for a machine at full load, ms. */
const AT_ONCE = 10_000;

let manifests: Manifests;
const closers: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  manifests = new Manifests();
  manifests.write("web.yaml", website("web"));
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  manifests.remove();
});

function controller(...args: readonly string[]): ControllerProcess {
  const made = new ControllerProcess([`--manifests=${manifests.path}`, ...args]);
  closers.push(() => made.remove());
  return made;
}

async function preview(options: PreviewOptions = {}): Promise<Preview> {
  const made = await startPreview(options);
  closers.push(() => made.close());
  return made;
}

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { readonly port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const pushesTo = (gateway: Preview) =>
  gateway.recording.requests().filter(({ method, target }) => method === "POST" && target.startsWith("/config"));

describe("a gateway that is not there", () => {
  test("with a limit: that many attempts, the delays doubling up to the cap, then exit 1 with the words that people look for", async () => {
    const one = controller(
      `--kong-admin-url=http://127.0.0.1:${await freePort()}`,
      "--kong-client-max-retries=5",
      "--kong-client-initial-delay=100ms",
      "--kong-client-max-delay=300ms",
    );
    expect(await one.ended).toBe(1);
    const delays = one.lines("to connect to").map((line) => /next one in (\S+)/.exec(line)?.[1]);
    expect(delays).toEqual(["100ms", "200ms", "300ms", "300ms"]);
    expect(one.log).toMatch(/failed to create Kong client after 5 attempts: connect ECONNREFUSED 127\.0\.0\.1:\d+\n$/);
  });

  test("by default: alive, not ready, and it says what it waits for; told to end it does so at once, with 0", async () => {
    const one = controller(`--kong-admin-url=http://127.0.0.1:${await freePort()}`);
    await eventually(() => one.lines("Attempt 3 ").length > 0);
    expect(await one.get("/healthz")).toEqual([200, "ok"]);
    const [status, body] = await one.get("/readyz");
    expect(status).toBe(503);
    expect(body).toMatch(/no gateway is ready[\s\S]*attempt \d failed: connect ECONNREFUSED \S+; next try in \S+s/);
    const [, metrics] = await one.get("/metrics", "metrics");
    expect(metrics).toMatch(/^silverback_degraded 1$/m);
    expect(metrics).toMatch(/^silverback_gateway_connection_attempts_total\{dataplane="http:\S+"\} [3-9]$/m);
    expect(metrics).toMatch(/^silverback_degraded_seconds_total [1-9]/m);
    expect(metrics).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
    const told = Date.now();
    expect(await one.stop()).toBe(0);
    expect(Date.now() - told).toBeLessThan(AT_ONCE);
    expect(one.lines("Degraded mode:")).toHaveLength(1);
  });

  test("KIC's deprecated flags: a fixed delay, and a word that they are deprecated", async () => {
    const one = controller(
      `--kong-admin-url=http://127.0.0.1:${await freePort()}`,
      "--kong-admin-init-retries=3",
      "--kong-admin-init-retry-delay=150ms",
    );
    expect(await one.ended).toBe(1);
    const delays = one.lines("to connect to").map((line) => /next one in (\S+)/.exec(line)?.[1]);
    expect(delays).toEqual(["150ms", "150ms"]);
    expect(one.log).toContain("failed to create Kong client after 3 attempts");
    expect(one.lines("--kong-admin-init-retries is deprecated")).toHaveLength(1);
  });

  test("a token that the gateway does not take is said at once and once, with the flag; it goes on when the token is right", async () => {
    const gateway = await preview({ adminToken: "right-and-secret" });
    const token = new Manifests();
    closers.push(async () => token.remove());
    token.write("token", "wrong-and-secret\n");
    const one = controller(
      `--kong-admin-url=${gateway.adminUrl}`,
      `--kong-admin-token-file=${token.path}/token`,
      "--kong-client-initial-delay=100ms",
      "--kong-client-max-delay=100ms",
    );
    await eventually(() => gateway.recording.total > 5);
    expect(one.lines("Waiting will hardly mend this")).toHaveLength(1);
    expect(one.lines("Waiting will hardly mend this")[0]).toContain("--kong-admin-token");
    token.write("token", "right-and-secret\n");
    await one.ready();
    expect(one.log).not.toContain("and-secret");
  });
});

describe("a gateway that comes late", () => {
  test("gets the configuration right after its first answer, everything in one push", async () => {
    manifests.write("more.yaml", Array.from({ length: 200 }, (_, i) => website(`site-${i}`)).join("---\n"));
    const gateway = await preview({ faults: [{ kind: "refuse" }] });
    const one = controller(
      `--kong-admin-url=${gateway.adminUrl}`,
      "--kong-client-max-delay=1s",
      "--proxy-sync-seconds=300",
      "--gateway-discovery-readiness-check-interval=300s",
    );
    await eventually(() => one.lines("Degraded mode:").length > 0, 60_000);
    gateway.faults.clear();
    await one.ready();
    const [push, ...more] = pushesTo(gateway);
    expect(more).toEqual([]);
    expect(JSON.parse(String(gateway.recording.body(gateway.hash()))).services).toHaveLength(201);
    // How fast it is, the bench tells; here it only must not have waited for an interval.
    const answered = gateway.recording.requests().find(({ target }) => target === "/")!.at;
    expect(push!.at - answered).toBeLessThan(60_000);
  });

  test("is found with a delay of at most the cap, and the mode ends with one line", async () => {
    const gateway = await preview({ faults: [{ kind: "refuse" }] });
    const one = controller(
      `--kong-admin-url=${gateway.adminUrl}`,
      "--kong-client-initial-delay=200ms",
      "--kong-client-max-delay=400ms",
    );
    await eventually(() => one.lines("; the next one in 400ms").length > 2, 60_000);
    gateway.faults.clear();
    await one.ready();
    expect(one.lines("Degraded mode has ended")).toHaveLength(1);
    const [, metrics] = await one.get("/metrics", "metrics");
    expect(metrics).toMatch(/^silverback_degraded 0$/m);
    expect(metrics).toMatch(/ingress_controller_configuration_push_count\{[^}]*success="true"[^}]*\} 1/);
  });
});

describe("a controller that starts again", () => {
  test("pushes nothing where the bytes are held already, and is ready all the same", async () => {
    const gateway = await preview();
    const first = controller(`--kong-admin-url=${gateway.adminUrl}`);
    await first.ready();
    expect(await first.stop()).toBe(0);
    const hash = gateway.hash();
    gateway.recording.clear();
    const second = controller(`--kong-admin-url=${gateway.adminUrl}`);
    await second.ready();
    expect(pushesTo(gateway)).toEqual([]);
    expect(gateway.hash()).toBe(hash);
    expect(second.log).toContain("holds the configuration already");
  });
});

describe("ending", () => {
  test("while a connection hangs, and during a push, it ends at once with 0", async () => {
    const holding = await preview({ faults: [{ kind: "black-hole" }] });
    const one = controller(`--kong-admin-url=${holding.adminUrl}`);
    await one.port("health");
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await one.stop()).toBe(0);

    const slow = await preview({ faults: [{ kind: "slow-headers", delay: 20_000, method: "POST", before: true }] });
    const two = controller(`--kong-admin-url=${slow.adminUrl}`);
    await eventually(() => two.lines("Connected to").length > 0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const told = Date.now();
    expect(await two.stop()).toBe(0);
    expect(Date.now() - told).toBeLessThan(AT_ONCE);
  });

  test("a port that is taken ends it with 1, and it says which and what to do", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { readonly port: number };
    const one = controller("--kong-admin-url=http://127.0.0.1:1", `--metrics-bind-address=127.0.0.1:${port}`);
    expect(await one.ended).toBe(1);
    expect(one.log).toContain(`cannot serve metrics on 127.0.0.1:${port}: another program has this port`);
    expect(one.log).toContain("--metrics-bind-address");
    await new Promise((resolve) => server.close(resolve));
  });

  test("contradicting flags are wrong usage", async () => {
    const one = controller("--kong-client-initial-delay=10s", "--kong-client-max-delay=1s");
    expect(await one.ended).toBe(2);
  });
});
