import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { covers, intersection, othersHostnames, servedHostnames } from "./hostnames.ts";

describe("covers", () => {
  it.each([
    ["", "a.com", true],
    ["", "*.a.com", true],
    ["a.com", "a.com", true],
    ["a.com", "b.com", false],
    ["a.com", "", false],
    ["*.a.com", "x.a.com", true],
    ["*.a.com", "x.y.a.com", true],
    ["*.a.com", "*.x.a.com", true],
    ["*.a.com", "a.com", false],
    ["*.a.com", "xa.com", false],
    ["*.a.com", "", false],
    ["x.a.com", "*.a.com", false],
  ])("%j stands for %j: %s", (wide, name, expected) => expect(covers(wide, name)).toBe(expected));
});

it("gives the narrower of two names that overlap, whichever comes first", () => {
  const name = fc.constantFrom("", "a.com", "*.a.com", "x.a.com", "*.x.a.com", "b.com");
  fc.assert(
    fc.property(name, name, (a, b) => {
      const both = intersection(a, b);
      expect(both).toBe(intersection(b, a));
      if (both !== undefined) expect([covers(a, both), covers(b, both)]).toEqual([true, true]);
    }),
  );
});

describe("servedHostnames", () => {
  it("is any host for a route that names none behind a listener that names none", () =>
    expect(servedHostnames([], ["a.com", ""])).toBeUndefined());
  it("is the listeners' names for a route that names none", () =>
    expect(servedHostnames([], ["b.com", "a.com", "b.com"])).toEqual(["b.com", "a.com"]));
  it("is what is left of the route's names", () =>
    expect(servedHostnames(["x.a.com", "other.net"], ["*.a.com"])).toEqual(["x.a.com"]));
  it("is nothing when none is left", () => expect(servedHostnames(["other.net"], ["*.a.com"])).toEqual([]));
  it("is every listener's part of a wider name", () =>
    expect(servedHostnames(["*.com"], ["*.a.com", "b.com"])).toEqual(["*.a.com", "b.com"]));
  it("does not repeat what a wider name says already", () =>
    expect(servedHostnames(["*.com"], ["", "b.com"])).toEqual(["*.com"]));
});

describe("othersHostnames", () => {
  const on = (hostname: string, port = 80, protocol = "HTTP") => ({ hostname, port, protocol });

  it("names what more specific listeners keep for themselves", () =>
    expect(othersHostnames([on("")], [on("b.com"), on("a.com")])).toEqual(["a.com", "b.com"]));
  it("leaves less specific and unrelated ones alone", () =>
    expect(othersHostnames([on("a.com")], [on(""), on("*.com"), on("b.com")])).toEqual([]));
  it("leaves other ports and protocols alone", () =>
    expect(othersHostnames([on("")], [on("a.com", 8080), on("b.com", 80, "HTTPS")])).toEqual([]));
  it("leaves a name alone that the route is also for on another port", () =>
    expect(othersHostnames([on(""), on("", 8080)], [on("a.com")])).toEqual([]));
  it("leaves a name alone inside of which the route has one of its own", () =>
    expect(othersHostnames([on(""), on("x.a.com")], [on("*.a.com")])).toEqual([]));
});
