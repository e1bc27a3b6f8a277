import { afterEach, beforeEach, expect, test } from "vitest";
import { type Preview, startPreview } from "../src/preview/gateway.ts";
import type { PreviewOptions } from "../src/preview/options.ts";
import { ControllerProcess } from "./support/controller.ts";
import { eventually } from "./support/eventually.ts";
import { Manifests, website } from "./support/manifests.ts";

/** A controller that is told to end in the middle of a push: the push ends whole, or with the time that there is for it. */

let manifests: Manifests;
const closers: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  manifests = new Manifests();
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  manifests.remove();
});

async function preview(options: PreviewOptions = {}): Promise<Preview> {
  const made = await startPreview(options);
  closers.push(() => made.close());
  return made;
}

function controller(gateway: Preview, ...args: readonly string[]): ControllerProcess {
  const made = new ControllerProcess([
    `--manifests=${manifests.path}`,
    `--kong-admin-url=${gateway.adminUrl}`,
    "--proxy-sync-seconds=0.1",
    ...args,
  ]);
  closers.push(() => made.remove());
  return made;
}

/** Has the next push wait at the gateway for so long, ms, and resolves when it is there. */
async function pushUnderWay(gateway: Preview, one: ControllerProcess, delay: number): Promise<void> {
  await one.ready();
  const fault = gateway.faults.add({ kind: "slow-headers", delay, before: true, method: "POST", times: 1 });
  manifests.write("next.yaml", website("next"));
  await eventually(() => gateway.faults.list().every(({ id }) => id !== fault.id));
}

const held = (gateway: Preview) => String(gateway.recording.body(gateway.hash()) ?? "");

test("the push under way ends, no other one begins, and the exit code is 0", async () => {
  const gateway = await preview();
  manifests.write("web.yaml", website("web"));
  const one = controller(gateway);
  await pushUnderWay(gateway, one, 1_500);
  manifests.write("late.yaml", website("late"));
  expect(await one.stop()).toBe(0);
  expect(held(gateway)).toContain("next.test");
  expect(held(gateway)).not.toContain("late.test");
  expect(one.lines("Pushed")).toHaveLength(2);
});

test("entities of a database are written to the end, not to the middle", async () => {
  const gateway = await preview({
    database: "memory",
    faults: [{ kind: "slow-headers", delay: 60, method: "PUT", before: true }],
  });
  const names = Array.from({ length: 40 }, (_, i) => `web${i}`);
  for (const name of names) manifests.write(`${name}.yaml`, website(name));
  const one = controller(gateway, "--kong-admin-concurrency=2");
  const writes = () => gateway.recording.requests().filter(({ method }) => method !== "GET").length;
  await eventually(() => writes() > 4);
  const before = writes();
  expect(await one.stop()).toBe(0);
  expect(before).toBeLessThan(2 * names.length);
  const answer = (await (await fetch(`${gateway.adminUrl}/routes?size=1000`)).json()) as {
    readonly data: readonly { readonly hosts: readonly string[] }[];
  };
  expect(answer.data.flatMap(({ hosts }) => hosts).sort()).toEqual(names.map((name) => `${name}.test`).sort());
});

test("a gateway that does not answer holds nothing up for long", async () => {
  const gateway = await preview();
  manifests.write("web.yaml", website("web"));
  const one = controller(gateway);
  await pushUnderWay(gateway, one, 600_000);
  const told = performance.now();
  expect(await one.stop()).toBe(0);
  expect(performance.now() - told).toBeLessThan(20_000);
  expect(held(gateway)).not.toContain("next.test");
});

test("with --term-delay half of it is left for the rest", async () => {
  const gateway = await preview();
  manifests.write("web.yaml", website("web"));
  const one = controller(gateway, "--term-delay=4s");
  await pushUnderWay(gateway, one, 600_000);
  expect(await one.stop()).toBe(0);
});

test("a second signal ends it at once, with code 1", async () => {
  const gateway = await preview();
  manifests.write("web.yaml", website("web"));
  const one = controller(gateway);
  await pushUnderWay(gateway, one, 600_000);
  one.signal("SIGTERM");
  await eventually(() => one.lines("Told to end").length === 1);
  one.signal("SIGINT");
  expect(await one.ended).toBe(1);
});
