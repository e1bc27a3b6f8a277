import { createPublicKey } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../base/json.ts";
import type { RouterFlavor } from "../entities.ts";
import { uuidV5 } from "../ids.ts";
import { makePair } from "../testing/certificates.ts";
import { haveSharedFacts, sharedJson, sharedNames } from "../testing/shared-facts.ts";
import { checkDocument, type DocumentOptions } from "./check-document.ts";

const CASES = "differential/cases";
const NAMESPACE = "6ba7b811-9dad-11d1-80b4-00c04fd430c8";

interface Verdict {
  readonly result: "accepted" | "refused";
  readonly code?: number;
  readonly error?: { readonly message?: string; readonly flattened_errors?: readonly Refused[] };
  readonly withoutEnterprise?: { readonly removed: readonly string[]; readonly result: "accepted" | "refused" };
}

interface Refused {
  readonly entity_type: string;
  readonly entity_name?: string;
  readonly errors: readonly unknown[];
}

let drawn = 0;
const options = (flavor: RouterFlavor): DocumentOptions => ({
  flavor,
  now: Date.now(),
  auto: {
    now: 0,
    uuid: () => `00000000-0000-4000-8000-${String(drawn++).padStart(12, "0")}`,
    token: () => `token-${drawn++}`,
  },
});

/** Puts real keys, certificates and ids where the recording names them. */
function filled(document: unknown): JsonObject {
  const text = JSON.stringify(document)
    .replace(/UID\(([^)]*)\)/g, (_, name: string) => uuidV5(NAMESPACE, name))
    .replace(/GENERATED_(CERT|KEY|CA|RSAPUB):([\w.*-]+)/g, (_, what: string, name: string) =>
      JSON.stringify(pem(what, name)).slice(1, -1),
    );
  return JSON.parse(text) as JsonObject;
}

function pem(what: string, name: string): string {
  const pair = makePair(name.slice(0, 60), { ca: what === "CA" });
  if (what === "RSAPUB") return createPublicKey(pair.key).export({ type: "spki", format: "pem" }).toString();
  return what === "KEY" ? pair.key : pair.cert;
}

/** The recording does not name the algorithm, though the same gateway refuses others that it does not know. */
const LESS: Readonly<Record<string, (one: Refused) => Refused>> = {
  "upstreampolicy-sticky": (one) => ({
    ...one,
    errors: one.errors.filter((error) => (error as { readonly field?: string }).field !== "algorithm"),
  }),
};

const sorted = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort();
const essence = (list: readonly Refused[]) =>
  sorted(
    list.map(({ entity_type, entity_name, errors }) => [
      entity_type,
      entity_name,
      sorted(errors.map((error) => Object.entries(error as object).sort())),
    ]),
  );

describe.skipIf(!haveSharedFacts)("what a real Kong said to what KIC pushes", () => {
  const runs = sharedNames(CASES).flatMap((name) =>
    sharedNames(`${CASES}/${name}`)
      .filter((file) => file.endsWith(".kong.json"))
      .map((file) => [`${name} ${file.replace(".kong.json", "")}`, name, file.replace(".kong.json", "")] as const),
  );

  test.each(runs)("%s", (_, name, flavor) => {
    const verdict = sharedJson(`${CASES}/${name}/${flavor}.kong.json`) as Verdict;
    const document = filled(sharedJson(`${CASES}/${name}/${flavor}.config.json`));
    const result = checkDocument(document, options(flavor as RouterFlavor));
    if (result.ok) return expect(verdict.result).toBe("accepted");
    expect({ result: "refused", code: result.errors.status, ours: result.errors.plain() }).toMatchObject({
      result: verdict.result,
      code: verdict.code,
    });
    const ours = result.errors.flattened() as unknown as NonNullable<Verdict["error"]>;
    // The recording leaves `fields` out where both kinds of errors are there; the message repeats them.
    expect(ours.message).toEqual(verdict.error?.message);
    const list = (error: Verdict["error"]) =>
      Array.isArray(error?.flattened_errors) ? (error.flattened_errors as readonly Refused[]) : [];
    expect(essence(list(ours).map((one) => LESS[name]?.(one) ?? one))).toEqual(essence(list(verdict.error)));
    return undefined;
  });
});

interface RoutingGroup {
  readonly name: string;
  readonly flavor: RouterFlavor;
  readonly refused?: { readonly status: number; readonly body: JsonObject } | null;
  readonly config: JsonObject;
}

describe.skipIf(!haveSharedFacts)("the configurations of the recorded routing", () => {
  const groups = haveSharedFacts ? (sharedJson("facts/kong-3.9/routing.json") as readonly RoutingGroup[]) : [];

  test.each(groups.map((group) => [group.name, group] as const))("%s", (_, group) => {
    const pair = makePair("routing");
    const ports = new Map<string, string>();
    const port = (name: string) => ports.get(name) ?? ports.set(name, String(8080 + ports.size)).get(name)!;
    const text = JSON.stringify(group.config)
      .replace(/"([A-Z]+_(?:TLS_)?PORT(?:_\d)?)"/g, (_, name: string) => port(name))
      .replace(/[A-Z]+_(?:TLS_)?PORT(?:_\d)?/g, (name) => port(name))
      .replaceAll("UPSTREAM_HOST", "127.0.0.1")
      .replaceAll("GENERATED_CERT", JSON.stringify(pair.cert).slice(1, -1))
      .replaceAll("GENERATED_KEY", JSON.stringify(pair.key).slice(1, -1));
    const result = checkDocument(JSON.parse(text), options(group.flavor));
    if (group.refused) expect(result.ok ? undefined : result.errors.flattened()).toEqual(group.refused.body);
    else expect(result.ok ? "accepted" : result.errors.plain()).toBe("accepted");
  });
});
