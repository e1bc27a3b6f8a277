import { expect, test } from "vitest";
import { allow, deny, readReview, reviewAnswer, UnreadableReview } from "./review.ts";

const REVIEW = {
  apiVersion: "admission.k8s.io/v1",
  kind: "AdmissionReview",
  request: {
    uid: "1",
    resource: { group: "", version: "v1", resource: "services" },
    operation: "CREATE",
    namespace: "shop",
    object: { a: 1 },
    oldObject: null,
  },
};

test("a review is taken apart", () => {
  expect(readReview(JSON.stringify(REVIEW))).toEqual({
    uid: "1",
    resource: { group: "", version: "v1", resource: "services" },
    operation: "CREATE",
    namespace: "shop",
    object: { a: 1 },
    former: undefined,
  });
});

test.each([
  ["", "no body"],
  [" \n", "no body"],
  ["{", "no JSON"],
  ["[]", "no AdmissionReview"],
  ["{}", "no AdmissionReview"],
  ['{"request":{"uid":"1"}}', "no AdmissionReview"],
  ["null", "no AdmissionReview"],
])("%j is no review", (text, words) => {
  expect(() => readReview(text)).toThrow(UnreadableReview);
  expect(() => readReview(text)).toThrow(words);
});

test("what cannot be parsed is not quoted: it may be a Secret", () => {
  expect(() => readReview('{"request": {"object": canary')).not.toThrow("canary");
});

test("fields of wrong types are no texts", () => {
  const odd = { request: { uid: 1, resource: { group: null, version: 2, resource: [] }, operation: {} } };
  expect(readReview(JSON.stringify(odd))).toMatchObject({
    uid: "",
    resource: { group: "", version: "", resource: "" },
    operation: "",
  });
});

test("what is let through says nothing but its warnings", () => {
  expect(reviewAnswer("1", allow())).toEqual({
    apiVersion: "admission.k8s.io/v1",
    kind: "AdmissionReview",
    response: { uid: "1", allowed: true },
  });
  expect(reviewAnswer("1", allow("old"))).toMatchObject({ response: { warnings: ["old"] } });
});

test("what is denied has the code 400 and says why", () => {
  expect(reviewAnswer("2", deny("no", "old"))).toMatchObject({
    response: { uid: "2", allowed: false, status: { code: 400, message: "no" }, warnings: ["old"] },
  });
});
