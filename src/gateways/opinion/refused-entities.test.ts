import { describe, expect, test } from "vitest";
import { systemClock } from "../../base/clock.ts";
import type { Json, JsonObject } from "../../base/json.ts";
import type { ObjectRef } from "../../base/problem.ts";
import { Slices } from "../../base/slices.ts";
import { printSchema } from "../../kong/schema/print.ts";
import { schemasOf } from "../../kong/schema/schemas.ts";
import type { Sections } from "../entities/desired-entities.ts";
import { EntityKinds } from "../entities/kinds.ts";
import type { Question } from "./opinion.ts";
import { type AskedEntity, entitiesToAsk, refusedEntities } from "./refused-entities.ts";

const ref = (name: string): ObjectRef => ({ group: "", version: "v1", kind: "Service", namespace: "shop", name });

function entity(section: string, value: JsonObject, name = "a", secretive = true): AskedEntity {
  return { section, value, origins: [ref(name)], secretive };
}

const CUSTOM = {
  fields: [{ service: { type: "foreign", reference: "services", required: true } }, { uri: { type: "string" } }],
};

/** A gateway that has a kind of entity of its own, and answers to validations as told. */
function gateway(answer: (section: string, body: JsonObject) => readonly [number, Json]) {
  const questions: Question[] = [];
  const ask = async (question: Question) => {
    questions.push(question);
    const section = question.path.split("/")[2]!;
    const schema = schemasOf("traditional_compatible").get(section);
    const shown = section === "paints" ? CUSTOM : schema === undefined ? undefined : printSchema(schema);
    const [status, body] =
      question.method === "POST" ? answer(section, question.body!) : shown === undefined ? [404, {}] : [200, shown];
    return { status, headers: {}, text: JSON.stringify(body) };
  };
  return { ask, questions };
}

const refuse = (fields: JsonObject): readonly [number, Json] => [400, { message: "schema violation", fields }];
const FINE: readonly [number, Json] = [200, { message: "schema validation successful" }];

async function asked(entities: readonly AskedEntity[], answer: Parameters<typeof gateway>[0]) {
  const { ask, questions } = gateway(answer);
  return { ...(await refusedEntities({ ask }, entities, 4, new AbortController().signal)), questions };
}

describe("entities that a gateway is asked about", () => {
  test("equal ones once, and each schema once; every object behind them is told", async () => {
    const twins = [entity("services", { host: "x" }, "a"), entity("services", { host: "x" }, "b")];
    const { refused, questions } = await asked([...twins, entity("services", { host: "y" })], (_, body) =>
      body["host"] === "x" ? refuse({ host: "no" }) : FINE,
    );
    expect(refused.map(({ entity: { origins }, faults }) => [origins[0]!.name, faults])).toEqual([
      ["a", [{ field: "host", message: "no" }]],
      ["b", [{ field: "host", message: "no" }]],
    ]);
    expect(questions.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      "GET /schemas/services",
      "POST /schemas/services/validate",
      "POST /schemas/services/validate",
    ]);
  });

  test("what they belong to is something that could be, also where a document names it", async () => {
    const { questions } = await asked(
      [entity("paints", { service: "shop.web.80", uri: "/" }), entity("paints", {})],
      () => FINE,
    );
    const id = { service: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) } };
    expect(questions.flatMap(({ body }) => (body === undefined ? [] : [body]))).toEqual([{ ...id, uri: "/" }, id]);
  });

  test("values of theirs are not quoted, unless nothing in them is secret", async () => {
    const say = () => refuse({ config: { key: "not 'hidden-one'" } });
    const value = { name: "x", config: { key: "hidden-one" } };
    const { refused } = await asked([entity("plugins", value)], say);
    expect(refused[0]!.faults).toEqual([{ field: "config.key", message: "not '[redacted]'" }]);
    const open = await asked([entity("plugins", value, "a", false)], say);
    expect(open.refused[0]!.faults[0]!.message).toContain("hidden-one");
  });

  test("a kind that it has not is a fault; an answer that is none is told apart", async () => {
    const { refused, unanswered } = await asked([entity("unheard_ofs", {}), entity("routes", {})], () => [403, {}]);
    expect(refused[0]!.faults).toEqual([
      { field: undefined, message: "the gateway has no kind of entity named 'unheard_ofs'" },
    ]);
    expect(unanswered.map(({ section }) => section)).toEqual(["routes"]);
  });

  test("are those of a document, each for itself and without what only a document has", async () => {
    const origins = [ref("web")];
    const sections: Sections = new Map([
      [
        "services",
        [
          {
            section: "services",
            sort: "a",
            origins,
            value: { id: "1", name: "s", tags: ["t"], routes: [{ id: "2", name: "r", paths: ["/"] }] },
          },
        ],
      ],
      [
        "certificates",
        [
          {
            section: "certificates",
            sort: "a",
            origins,
            value: { id: "3", cert: "c", key: "k", snis: [{ name: "a.com" }] },
          },
        ],
      ],
      [
        "consumer_group_consumers",
        [{ section: "consumer_group_consumers", sort: "a", origins, value: { consumer: "a", consumer_group: "b" } }],
      ],
      ["upstreams", [{ section: "upstreams", sort: "a", origins: [], value: { name: "nobodys" } }]],
    ]);
    const kinds = new EntityKinds("traditional_compatible");
    const all = await entitiesToAsk(sections, kinds, new Slices(systemClock), () => true);
    expect(all.map(({ section, value }) => [section, value])).toEqual([
      ["services", { name: "s" }],
      ["routes", { name: "r", paths: ["/"] }],
      ["certificates", { cert: "c", key: "k" }],
    ]);
    const some = await entitiesToAsk(sections, kinds, new Slices(systemClock), (section) => section === "routes");
    expect(some.map(({ section }) => section)).toEqual(["routes"]);
  });
});
