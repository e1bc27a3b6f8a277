import fc from "fast-check";
import type { KubernetesObject } from "../../src/resources/kind.ts";

/** Few names, so that objects often mean each other. */
const NAMESPACES = ["blue", "green"];
const NAMES = ["a", "b", "c"];

export const namespace = fc.constantFrom(...NAMESPACES);
export const name = fc.constantFrom(...NAMES);
export const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Leaves out what is undefined, as JSON does. */
function tidy(value: object): KubernetesObject {
  return JSON.parse(JSON.stringify(value)) as KubernetesObject;
}

export function object(
  apiVersion: string,
  kind: string,
  body: fc.Arbitrary<object>,
  annotations: fc.Arbitrary<Record<string, string>>,
  options: {
    readonly cluster?: boolean;
    readonly labels?: fc.Arbitrary<Record<string, string>>;
    readonly names?: fc.Arbitrary<string>;
  } = {},
): fc.Arbitrary<KubernetesObject> {
  return fc
    .record({
      namespace,
      name: options.names ?? name,
      time: fc.constantFrom(undefined, "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
      body,
      annotations,
      labels: options.labels ?? fc.constant({}),
    })
    .map(({ namespace: space, name: own, time, body: rest, annotations: notes, labels }) =>
      tidy({
        apiVersion,
        kind,
        metadata: {
          name: own,
          namespace: options.cluster ? undefined : space,
          uid: `${kind}-${options.cluster ? "" : space}-${own}`,
          creationTimestamp: time,
          annotations: notes,
          labels,
        },
        ...rest,
      }),
    );
}

export const flag = fc.constantFrom("true", "false", "maybe");
export const plugins = fc
  .array(fc.constantFrom("a", "b", "c", "green:a", ":", ""), { maxLength: 3 })
  .map((list) => list.join(","));

export const notes = (keys: Readonly<Record<string, fc.Arbitrary<string>>>) =>
  fc.record(keys, { requiredKeys: [] }) as fc.Arbitrary<Record<string, string>>;

/** Base64 of texts that hold the word by which a leak is recognised. */
export const CANARY = "canary";
export const secretText = fc
  .constantFrom(`${CANARY}-1`, `${CANARY}-2`, `{"minute": "${CANARY}"}`, `${CANARY}: [`, `"${CANARY}"`, "7", "{}")
  .map((text) => Buffer.from(text).toString("base64"));

export const ourClass = notes({
  "kubernetes.io/ingress.class": fc.constantFrom("kong", "kong", "kong", "other"),
  "konghq.com/plugins": plugins,
});
