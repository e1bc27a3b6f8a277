import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../base/json.ts";
import type { RouterFlavor } from "../entities.ts";
import { haveSharedFacts, sharedJson, sharedNames } from "../testing/shared-facts.ts";
import { checkDocument, type DocumentOptions } from "./check-document.ts";

let drawn = 0;
const options = (flavor: RouterFlavor): DocumentOptions => ({
  flavor,
  now: Date.UTC(2026, 0, 1),
  auto: {
    now: Date.UTC(2026, 0, 1),
    uuid: () => `00000000-0000-4000-8000-${String(drawn++).padStart(12, "0")}`,
    token: () => `token-${drawn++}`,
  },
});

/** What differs from run to run, or tells of places in OpenSSL's source. */
function normal(body: unknown): unknown {
  const text = JSON.stringify(body)
    .replace(/(x509\.new|pkey\.new:load_key): [^"\\]*/g, "$1: …")
    .replace(/\b00000000-0000-4000-8000-\d{12}\b/g, "DRAWN");
  return JSON.parse(text) as unknown;
}

function answer(
  document: unknown,
  flavor: RouterFlavor,
  flat: boolean,
): { readonly status: number; readonly body: JsonObject } {
  const result = checkDocument(document, options(flavor));
  if (result.ok)
    return {
      status: 201,
      body: Object.fromEntries([...result.entities].map(([kind, byId]) => [kind, Object.fromEntries(byId)])),
    };
  return { status: result.errors.status, body: flat ? result.errors.flattened() : result.errors.plain() };
}

function compare(folder: string, flavor: RouterFlavor): void {
  const names = sharedNames(folder);
  const cases = names.filter((name) => name.endsWith(".request.json")).map((name) => name.replace(".request.json", ""));
  test.each(cases)("%s", (name) => {
    const document = sharedJson(`${folder}/${name}.request.json`);
    for (const form of ["flat", "plain"]) {
      const file = names.find((one) => one.startsWith(`${name}.${form}.`))!;
      const status = Number(/\.(\d+)\.json$/.exec(file)![1]);
      const ours = answer(document, flavor, form === "flat");
      expect(ours.status).toBe(status);
      const kongs = sharedJson(`${folder}/${file}`);
      if (status === 201) expect(withoutTimes(ours.body)).toEqual(withoutTimes(kongs));
      else expect(normal(ours.body)).toEqual(normal(kongs));
    }
  });
}

function withoutTimes(body: unknown): unknown {
  return JSON.parse(
    JSON.stringify(body, (key, value: unknown) => (key === "created_at" || key === "updated_at" ? undefined : value)),
  );
}

describe.skipIf(!haveSharedFacts)("what a real Kong 3.9.1 answered", () => {
  describe("to wrong documents", () => compare("facts/kong-3.9/errors", "traditional_compatible"));
  describe("to wrong documents, under expressions", () => compare("facts/kong-3.9/flavor-expressions", "expressions"));

  test("to a document that says less than a document", () => {
    for (const document of [{}, []])
      expect(answer(document, "expressions", false).body).toEqual(
        sharedJson("facts/kong-3.9/errors/json_array.plain.400.json"),
      );
    for (const document of ["str", [1], 1, null])
      expect(answer(document, "expressions", true)).toEqual({
        status: 500,
        body: { message: "An unexpected error occurred" },
      });
  });

  test("to a right document: every default, every id that it derives", () => {
    const ours = answer(sharedJson("facts/kong-3.9/config-good.json"), "traditional_compatible", true);
    const kongs = sharedJson("facts/kong-3.9/config-good.response.json");
    const idsApart = (body: unknown) =>
      JSON.parse(
        JSON.stringify(withoutTimes(body)).replace(
          /3ece438a-01e8-4120-adad-5f1cbe7440c0|00000000-0000-4000-8000-\d{12}/g,
          "DRAWN",
        ),
      ) as unknown;
    expect(idsApart(ours.body)).toEqual(idsApart(kongs));
  });
});
