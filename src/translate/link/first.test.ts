import { describe, expect, it } from "vitest";
import { whyFirst } from "./first.ts";

const ingress = (name: string) => ({
  group: "networking.k8s.io",
  version: "v1",
  kind: "Ingress",
  namespace: "n",
  name,
});

describe("why one has what only one can have", () => {
  it("names age between objects of one kind", () =>
    expect(whyFirst(ingress("a"), ingress("b"))).toMatch(/the older object wins/));

  it("does not name age between kinds", () =>
    expect(whyFirst(ingress("a"), { ...ingress("a"), kind: "TCPIngress" })).toMatch(/age does not count/));

  it("does not say that an object is older than itself", () => {
    expect(whyFirst(ingress("a"), ingress("a"))).toMatch(/in the same object/);
    expect(whyFirst(ingress("a"), { ...ingress("a"), namespace: "m" })).toMatch(/the older object wins/);
  });
});
