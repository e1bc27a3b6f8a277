import { expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import { AccessReviews } from "./access-review.ts";
import type { ApiRequest } from "./client.ts";

/** Knows the token "good", whose owner may get /metrics. */
function rig() {
  const clock = new ManualClock();
  const calls: ApiRequest[] = [];
  const request = async (call: ApiRequest) => {
    calls.push(call);
    const { spec } = call.body as { readonly spec: Readonly<Record<string, unknown>> };
    const authenticated = spec["token"] !== "bad";
    const user = { username: String(spec["token"]), uid: "u", groups: ["scrapers"], extra: { a: ["b"] } };
    const attributes = spec["nonResourceAttributes"] as { readonly path: string } | undefined;
    const allowed = spec["user"] === "good" && attributes?.path === "/metrics";
    const status = call.path.endsWith("tokenreviews")
      ? { authenticated, ...(authenticated ? { user } : {}) }
      : { allowed };
    return { value: { status }, bytes: 0 };
  };
  return { clock, calls, reviews: new AccessReviews({ request }, clock) };
}

test("who may get the path is allowed, others are denied, and unknown tokens are told apart", async () => {
  const { reviews, calls } = rig();
  expect(await reviews.mayGet("good", "/metrics")).toBe("allowed");
  expect(await reviews.mayGet("good", "/other")).toBe("denied");
  expect(await reviews.mayGet("other", "/metrics")).toBe("denied");
  expect(await reviews.mayGet("bad", "/metrics")).toBe("unknown-caller");
  expect(calls[1]).toMatchObject({
    method: "POST",
    path: "/apis/authorization.k8s.io/v1/subjectaccessreviews",
    body: {
      spec: {
        user: "good",
        uid: "u",
        groups: ["scrapers"],
        extra: { a: ["b"] },
        nonResourceAttributes: { path: "/metrics", verb: "get" },
      },
    },
  });
});

test("an answer counts for a while", async () => {
  const { reviews, calls, clock } = rig();
  for (let i = 0; i < 5; i++) await reviews.mayGet("good", "/metrics");
  expect(calls).toHaveLength(2);
  await clock.advance(61_000);
  await reviews.mayGet("good", "/metrics");
  expect(calls).toHaveLength(4);
});
