import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Answering, rootAnswer, StandIn } from "../../gateways/stand-in.ts";
import { printSchema } from "../../kong/schema/print.ts";
import { schemasOf } from "../../kong/schema/schemas.ts";
import { ingress, plugin, SERVICE, ValidateRig } from "./validate-rig.ts";

vi.setConfig({ testTimeout: 60_000 });

let rig: ValidateRig;
const gateways: StandIn[] = [];
beforeEach(async () => {
  rig = await ValidateRig.begin();
});
afterEach(async () => {
  await rig.end();
  for (const gateway of gateways.splice(0)) await gateway.stop();
});

describe("with a gateway", () => {
  /** A gateway that has one plugin of its own, and no good word for what `minds` names. */
  async function start(minds: Readonly<Record<string, object>>, root: object = {}): Promise<StandIn> {
    const answering: Answering = ({ method, url, body, headers }) => {
      if (headers["kong-admin-token"] === "wrong") return [401, { message: "no" }];
      if (url === "/") {
        const plugins = { available_on_server: { "my-own": {}, "rate-limiting": {} } };
        return [200, { ...rootAnswer(), plugins, ...root }];
      }
      if (url === "/status") return [200, { configuration_hash: "0".repeat(32) }];
      const [, section = "", verb] = /^\/schemas\/(\w+)(\/validate)?$/.exec(url) ?? [];
      const schema = schemasOf("traditional_compatible").get(section);
      if (schema === undefined) return [404, { message: "Not found" }];
      if (method === "GET") return [200, printSchema(schema)];
      const fields = verb === undefined ? undefined : minds[section];
      if (fields === undefined || body.includes("fine")) return [200, { message: "schema validation successful" }];
      return [400, { message: "schema violation", name: "schema violation", fields }];
    };
    const gateway = await StandIn.start(answering);
    gateways.push(gateway);
    return gateway;
  }

  test("it says what it would refuse: of plugins, used or not, and of everything else", async () => {
    const gateway = await start({ plugins: { config: { colour: "must be red" } }, routes: { hosts: "not that one" } });
    const text = `${plugin("plugin: my-own\nconfig:\n  colour: blue")}---\n${plugin("plugin: my-own\nconfig: {colour: fine}", "good")}---\n${ingress()}`;
    const { code, out } = await rig.check(text, [`--kong-admin-url=${gateway.url}`]);
    expect(code).toBe(1);
    expect(out.split("\n")).toEqual([
      "a.yaml:6: error: KongPlugin shop/limit config.colour: the gateway refuses the plugin my-own, field config.colour: must be red [rejected-by-gateway]",
      expect.stringMatching(
        /^a\.yaml:\d+: error: Ingress shop\/web: the gateway refuses the route shop\.web\.web\.a\.com\.80, field hosts: not that one \[rejected-by-gateway\]$/,
      ),
      `4 objects in 1 file, asked Kong 3.9.1 at ${gateway.url}: 2 errors`,
      "",
    ]);
    expect(gateway.lines.filter((line) => line === "GET /schemas/routes")).toHaveLength(1);
    expect(gateway.lines.every((line) => line.startsWith("GET ") || line.endsWith("/validate"))).toBe(true);
  });

  test("what came from a Secret is not shown when it quotes it", async () => {
    const gateway = await start({ plugins: { config: { colour: 'not "canary-canary"' } } });
    const text = `${plugin("plugin: my-own\nconfigFrom: {secretKeyRef: {name: s, key: config}}")}---
apiVersion: v1
kind: Secret
metadata: {name: s, namespace: shop}
stringData: {config: 'colour: canary-canary'}
`;
    const { out } = await rig.check(text, [`--kong-admin-url=${gateway.url}`]);
    expect(out).toMatch(/^a\.yaml:\d+: error: KongPlugin shop\/limit configFrom\.secretKeyRef: the gateway refuses/m);
    expect(out).not.toContain("canary");
  });

  test("what pre-flight says too is said once", async () => {
    const gateway = await start({ plugins: { config: { minute: "expected a number" } } });
    const found = await rig.lines(plugin("plugin: rate-limiting\nconfig: {minute: x}"), [
      `--kong-admin-url=${gateway.url}`,
    ]);
    expect(found.slice(0, -1)).toEqual([expect.stringContaining("[kong-refuses]")]);
  });

  test("of several what all say is said once, and else who says it", async () => {
    const one = await start({ plugins: { config: { colour: "must be red" } } });
    const two = await start({ plugins: { config: { colour: "must be red" } } });
    const three = await start({});
    const text = plugin("plugin: my-own\nconfig: {colour: blue}");
    const both = await rig.lines(text, [`--kong-admin-url=${one.url},${two.url}`]);
    expect(both).toEqual([expect.stringMatching(/must be red \[rejected/), expect.stringContaining(": 1 error")]);
    const some = await rig.lines(text, [`--kong-admin-url=${one.url},${three.url}`]);
    expect(some[0]).toContain(`must be red (${one.url}) [rejected-by-gateway]`);
  });

  test("one that cannot be asked is an error, and the rest is checked all the same", async () => {
    const gateway = await start({});
    const flags = [`--kong-admin-url=${gateway.url}`, "--kong-admin-token=wrong"];
    const found = await rig.lines(plugin("plugin: rate-limiting\nconfig: {minute: x}"), flags);
    expect(found).toEqual([
      expect.stringContaining("[kong-refuses]"),
      expect.stringMatching(
        /^error: KongGateway http:\S+: cannot be asked what it would refuse: .*401.*\[gateway-not-asked\]$/,
      ),
      "1 object in 1 file: 2 errors",
    ]);
    await gateway.stop();
    gateways.splice(0);
    const { code, out } = await rig.check(SERVICE, flags);
    expect([code, out]).toEqual([1, expect.stringContaining("ECONNREFUSED")]);
  });

  test("one that gives no verdict is an error too", async () => {
    const gateway = await start({});
    const { answering } = gateway;
    gateway.answering = (asked, response) =>
      asked.url.startsWith("/schemas/") ? [403, { message: "no" }] : answering(asked, response);
    const { code, out } = await rig.check(ingress(), [`--kong-admin-url=${gateway.url}`]);
    expect(code).toBe(1);
    expect(out).toMatch(/it gave no verdict on \d+ entities \(routes, services, upstreams\).*\[gateway-not-asked\]$/m);
  });

  test("the URL may come from the environment", async () => {
    const gateway = await start({});
    const { out } = await rig.check(SERVICE, [], { environment: { CONTROLLER_KONG_ADMIN_URL: gateway.url } });
    expect(out).toContain(`asked Kong 3.9.1 at ${gateway.url}: nothing wrong`);
  });
});
