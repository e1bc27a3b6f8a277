import fc from "fast-check";
import { expect, test } from "vitest";
import { isJsonObject } from "../../base/json.ts";
import type { Kind } from "../../resources/kind.ts";
import { anyObject } from "../../resources/testing/arbitrary.ts";
import { EDGE } from "../../translate/testing/gateway-api.ts";
import { checks } from "./checks.ts";
import { decide } from "./decide.ts";
import type { AdmissionRequest } from "./review.ts";
import { AdmissionRig } from "./testing.ts";

/** Whatever else is in an object, it is ours. */
function ours(object: unknown): unknown {
  if (!isJsonObject(object) || !isJsonObject(object["metadata"])) return object;
  const { metadata } = object;
  const { annotations } = metadata;
  const given = isJsonObject(annotations) ? annotations : {};
  return {
    ...object,
    metadata: { ...metadata, annotations: { ...given, "kubernetes.io/ingress.class": "kong" } },
  };
}

function requestOf({ group, versions, plural }: Kind, object: unknown, former: unknown): AdmissionRequest {
  const resource = { group, version: versions[0]!, resource: plural };
  return { uid: "1", resource, operation: "UPDATE", namespace: "shop", object, former };
}

test.each(checks.map(({ kind }) => [kind.kind, kind] as const))(
  "whatever a %s holds, its review comes to a verdict",
  async (_, kind) => {
    const rig = new AdmissionRig(EDGE);
    let allowed = 0;
    await fc.assert(
      fc.asyncProperty(anyObject(kind), anyObject(kind), async (object, former) => {
        const verdict = await decide(requestOf(kind, ours(object), ours(former)), rig.context);
        expect(verdict.allowed || verdict.message !== "").toBe(true);
        if (verdict.allowed) allowed++;
      }),
      { numRuns: 200 },
    );
    // Otherwise little was looked at.
    if (kind.kind !== "KongPlugin" && kind.kind !== "KongClusterPlugin") expect(allowed).toBeGreaterThan(0);
  },
);

test("an object of the wrong shape is refused with its place", async () => {
  const [check] = checks.filter(({ kind }) => kind.kind === "KongConsumer");
  const { group, versions, plural } = check!.kind;
  const verdict = await decide(
    {
      uid: "1",
      resource: { group, version: versions[0]!, resource: plural },
      operation: "CREATE",
      namespace: "shop",
      object: { apiVersion: "x", kind: "y", metadata: { name: "ann" }, username: 5 },
      former: undefined,
    },
    new AdmissionRig().context,
  );
  expect(verdict).toMatchObject({
    allowed: false,
    message: expect.stringMatching(/^KongConsumer shop\/ann .*username/),
  });
});
