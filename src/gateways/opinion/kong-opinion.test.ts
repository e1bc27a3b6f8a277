import { expect, test } from "vitest";
import type { JsonObject } from "../../base/json.ts";
import { silentLog } from "../../base/log.ts";
import { ManualClock } from "../../base/manual-clock.ts";
import { bundledPlugins } from "../../kong/schema/plugins/table.ts";
import { printSchema } from "../../kong/schema/print.ts";
import type { ConnectionState, Gateway, GatewayEvent } from "../../sync/gateway.ts";
import type { Profile } from "../../translate/input.ts";
import type { AdminAnswer } from "../admin-client.ts";
import { AdminFailure } from "../admin-failure.ts";
import { KongOpinion } from "./kong-opinion.ts";
import type { AskableGateway, Question } from "./opinion.ts";

const PROFILE: Profile = {
  flavor: "traditional_compatible",
  version: [3, 9, 1],
  enterprise: false,
  workspace: "",
  dbless: true,
};
const CUSTOM: JsonObject = {
  fields: [
    {
      config: {
        type: "record",
        required: true,
        fields: [{ colour: { type: "string", required: true, one_of: ["red", "blue"] } }],
      },
    },
  ],
};
const SCHEMAS: Readonly<Record<string, JsonObject>> = {
  "/": { plugins: { available_on_server: { "rate-limiting": {}, paint: {} } } },
  "/schemas/plugins/rate-limiting": printSchema(bundledPlugins.get("rate-limiting")!),
  "/schemas/plugins/paint": CUSTOM,
  "/schemas/degraphql_routes": {
    fields: [{ uri: { type: "string", required: true } }, { service: { type: "foreign", required: true } }],
  },
};

type Answer = readonly [status: number, body: unknown];

/** A gateway of which the test decides the state and the answers. */
class TestGateway implements AskableGateway {
  state: ConnectionState = { phase: "waiting" };
  readonly asked: Question[] = [];
  answer: (question: Question) => Answer | undefined = () => undefined;

  async ask(question: Question, signal: AbortSignal): Promise<AdminAnswer> {
    this.asked.push(question);
    const known = SCHEMAS[question.path];
    const answer = this.answer(question) ?? (known === undefined ? undefined : ([200, known] as const));
    if (answer !== undefined) return { status: answer[0], headers: {}, text: JSON.stringify(answer[1]) };
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    throw new AdminFailure("aborted", "the call was aborted");
  }
}

function rig() {
  const clock = new ManualClock();
  const gateway = new TestGateway();
  let tell: ((event: GatewayEvent) => void) | undefined;
  const fleet = {
    gateways: [gateway],
    listen: (listener: (event: GatewayEvent) => void) => {
      tell = listener;
      return () => undefined;
    },
  };
  const opinion = new KongOpinion({ fleet, clock, log: silentLog, assumed: PROFILE, patience: 3000 });
  const become = async (state: ConnectionState) => {
    gateway.state = state;
    tell!({ type: "state", gateway: gateway as unknown as Gateway });
    await clock.advance(0);
  };
  const ready = (profile: Partial<Profile> = {}) =>
    become({
      phase: "ready",
      since: 0,
      facts: { profile: { ...PROFILE, ...profile }, version: "3.9.1", nodeId: "one", hash: undefined },
    });
  const lose = () => become({ phase: "lost", since: 0, cause: { message: "gone" } });
  return { clock, gateway, opinion, ready, lose };
}

const limit = (minute: unknown): JsonObject => ({ name: "rate-limiting", config: { minute: minute as number } });

test("a gateway that is ready has the word, whatever our tables say", async () => {
  const { gateway, opinion, ready } = rig();
  await ready();
  gateway.answer = ({ path }) =>
    path.endsWith("/validate")
      ? [400, { message: "schema violation", fields: { config: { minute: "not today" } } }]
      : undefined;
  expect(await opinion.of("plugins", limit(5), false)).toEqual({
    by: "gateway",
    faults: [{ field: "config.minute", message: "not today" }],
  });
  gateway.answer = ({ path }) => (path.endsWith("/validate") ? [200, { message: "fine" }] : undefined);
  expect(await opinion.of("plugins", limit(-1), false)).toEqual({ by: "gateway", faults: [] });
  expect(gateway.asked.at(-1)).toEqual({ method: "POST", path: "/schemas/plugins/validate", body: limit(-1) });
});

test("without a gateway our tables say it; what they do not know nobody says", async () => {
  const { opinion } = rig();
  const bad = await opinion.of("plugins", limit("five"), false);
  expect(bad).toMatchObject({ by: "tables", faults: [{ field: "config.minute" }] });
  expect(await opinion.of("plugins", limit(5), false)).toEqual({ by: "tables", faults: [] });
  expect(await opinion.of("plugins", { name: "paint", config: {} }, false)).toEqual({ by: "nobody" });
  expect(await opinion.of("degraphql_routes", { uri: "/a" }, false)).toEqual({ by: "nobody" });
});

test("when all gateways are lost, the schemas seen last say it, of custom plugins too", async () => {
  const { opinion, ready, lose } = rig();
  await ready();
  await lose();
  expect(await opinion.of("plugins", { name: "paint", config: { colour: "green" } }, false)).toEqual({
    by: "schema",
    faults: [{ field: "config.colour", message: "expected one of: red, blue" }],
  });
  expect(await opinion.of("plugins", { name: "paint", config: { colour: "red" } }, false)).toEqual({
    by: "schema",
    faults: [],
  });
  const without = await opinion.of("plugins", { name: "key-auth", config: {} }, false);
  expect(without).toMatchObject({ by: "schema", faults: [{ field: "name" }] });
});

test("the schemas of a gateway are read once for each of its starts", async () => {
  const { gateway, ready, lose } = rig();
  await ready();
  const asked = gateway.asked.length;
  expect(gateway.asked.map(({ path }) => path)).toEqual([
    "/",
    "/schemas/plugins/rate-limiting",
    "/schemas/plugins/paint",
  ]);
  await lose();
  await ready();
  expect(gateway.asked).toHaveLength(asked);
});

test("schemas that could not be read are asked for again when the gateway is ready again", async () => {
  const { gateway, opinion, ready, lose } = rig();
  gateway.answer = ({ path }) => (path.endsWith("paint") ? [500, {}] : undefined);
  await ready();
  await lose();
  expect(await opinion.of("plugins", { name: "paint" }, false)).toEqual({ by: "nobody" });
  gateway.answer = () => undefined;
  await ready();
  await lose();
  expect(await opinion.of("plugins", { name: "paint" }, false)).toMatchObject({ by: "schema" });
});

test("a gateway that hangs or fails is not waited for longer than the patience", async () => {
  const { clock, gateway, opinion, ready } = rig();
  await ready();
  const hanging = opinion.of("plugins", limit(5), false);
  await clock.advance(3000);
  expect(await hanging).toMatchObject({ faults: [] });
  gateway.answer = () => [500, { message: "An unexpected error occurred" }];
  expect(await opinion.of("plugins", limit("five"), false)).toMatchObject({
    by: "schema",
    faults: [{ field: "config.minute" }],
  });
  expect(clock.pending).toBe(0);
});

test("what may be secret is not quoted", async () => {
  const { gateway, opinion, ready } = rig();
  await ready();
  gateway.answer = ({ path }) =>
    path.endsWith("/validate")
      ? [400, { message: "no", fields: { config: { url: "invalid value 'canary-canary'" } } }]
      : undefined;
  const entity = { name: "paint", config: { url: "canary-canary" } };
  expect(JSON.stringify(await opinion.of("plugins", entity, true))).not.toContain("canary");
  expect(JSON.stringify(await opinion.of("plugins", entity, false))).toContain("canary");
});

test("an entity of a type of its own is checked with something in the place of what it will belong to", async () => {
  const { gateway, opinion, ready } = rig();
  await ready();
  gateway.answer = ({ path, body }) => {
    if (path === "/schemas/degraphql_routes/validate")
      return [body?.["service"] ? 200 : 400, { message: "no service" }];
    if (path === "/schemas/nothing") return [404, { message: "No entity named 'nothing'" }];
    return undefined;
  };
  expect(await opinion.of("degraphql_routes", { uri: "/a" }, false)).toEqual({ by: "gateway", faults: [] });
  expect(await opinion.of("nothing", {}, false)).toMatchObject({
    by: "gateway",
    faults: [{ message: "the gateway has no kind of entity named 'nothing'" }],
  });
});

test("without a gateway a type that the open-source Kong has is checked too", async () => {
  const { opinion } = rig();
  expect(await opinion.of("keyauth_credentials", { key: "k" }, false)).toEqual({ by: "tables", faults: [] });
  expect(await opinion.of("keyauth_credentials", { key: 1 }, false)).toMatchObject({ faults: [{ field: "key" }] });
});

test.each([
  [200, "yes"],
  [403, "no-licence"],
  [404, "not-enterprise"],
  [500, "nobody"],
])("consumer groups: an enterprise gateway that answers %i", async (status, support) => {
  const { gateway, opinion, ready } = rig();
  expect(await opinion.consumerGroups()).toBe("nobody");
  await ready({ enterprise: true });
  gateway.answer = ({ path }) => (path === "/consumer_groups?size=0" ? [status, {}] : undefined);
  expect(await opinion.consumerGroups()).toBe(support);
});

test("consumer groups: the open-source gateway need not be asked", async () => {
  const { gateway, opinion, ready } = rig();
  await ready();
  expect(await opinion.consumerGroups()).toBe("not-enterprise");
  expect(gateway.asked.some(({ path }) => path.startsWith("/consumer_groups"))).toBe(false);
});

test("what gateways are is remembered from the last one", async () => {
  const { opinion, ready, lose } = rig();
  expect(opinion.profile.flavor).toBe("traditional_compatible");
  await ready({ flavor: "expressions" });
  await lose();
  expect(opinion.profile.flavor).toBe("expressions");
});
