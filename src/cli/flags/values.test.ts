import { describe, expect, test } from "vitest";
import { gateChoices } from "./gates.ts";
import { csv, repeated, urls } from "./lists.ts";
import { controllerName, kongVersion, listenAddress, namespacedName, objectName } from "./names.ts";
import { bool, duration, float, int, notNegative, oneOf, port, positive, text, uint } from "./scalars.ts";
import type { ValueType } from "./value-type.ts";

function right<T>(type: ValueType<T>, cases: readonly (readonly [string, T])[]): void {
  test.each(cases)("%j", (given, value) => expect(type.read(given)).toEqual({ value }));
}

function wrong(type: ValueType<unknown>, cases: readonly (readonly [string, string | RegExp])[]): void {
  test.each(cases)("%j is refused", (given, cause) =>
    expect(type.read(given)).toEqual({ cause: expect.stringMatching(cause) }),
  );
}

describe("switch", () => {
  right(bool, [
    ["T", true],
    ["false", false],
  ]);
  wrong(bool, [
    ["", /true or false/],
    ["yes", /true or false/],
  ]);
});

describe("int", () => {
  right(int, [
    ["-5", -5],
    ["0x10", 16],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
  ]);
  wrong(int, [
    ["", /whole number/],
    ["1.5", /whole number/],
    ["9223372036854775808", /64 bits/],
  ]);
});

describe("uint", () => {
  right(uint, [["5", 5]]);
  wrong(uint, [
    ["-5", /without sign/],
    ["18446744073709551616", /64 bits/],
  ]);
});

describe("float", () => {
  right(float, [
    ["0.1", 0.1],
    ["3.4028235e38", 3.4028235e38],
  ]);
  wrong(float, [
    ["", /number/],
    ["inf", /finite/],
    ["NaN", /finite/],
    ["3.4028236e38", /32 bits/],
  ]);
});

describe("duration", () => {
  right(duration, [
    ["1m30s", 90_000],
    ["0", 0],
    ["-1s", -1000],
  ]);
  wrong(duration, [
    ["", /such as 10s/],
    ["10", /such as 10s/],
    ["2562048h", /292 years/],
  ]);
});

describe("bounds", () => {
  wrong(notNegative(duration), [
    ["-1s", /negative/],
    ["x", /duration/],
  ]);
  wrong(positive(float), [["0", /greater than zero/]]);
  wrong(port, [
    ["-1", /65535/],
    ["65536", /65535/],
    ["x", /whole number/],
  ]);
  right(port, [
    ["0", 0],
    ["65535", 65_535],
  ]);
});

describe("one of", () => {
  const format = oneOf(["text", "json"], { console: "text" });
  right(format, [
    ["json", "json"],
    ["console", "text"],
  ]);
  wrong(format, [
    ["", "expected text or json"],
    ["JSON", "expected text or json"],
    ["constructor", /expected/],
  ]);
});

describe("lists", () => {
  right(csv, [
    ["a,b", ["a", "b"]],
    ["", []],
  ]);
  wrong(csv, [['a"', /quote/]]);
  test("a further value is added", () => expect(csv.read("c", ["a"])).toEqual({ value: ["a", "c"] }));
  test("items of a repeated flag keep their commas", () =>
    expect(repeated(text).read("b,c", ["a"])).toEqual({ value: ["a", "b,c"] }));
  right(urls, [["http://a:1,https://[::1]/x", ["http://a:1", "https://[::1]/x"]]]);
  wrong(urls, [
    ["localhost:8001", /localhost:8001/],
    ["http://a,ftp://b", /ftp:\/\/b/],
    ["http:///x", /URL/],
  ]);
});

describe("namespace/name", () => {
  right(namespacedName, [["a/b", { namespace: "a", name: "b" }]]);
  wrong(namespacedName, [
    ["", "expected namespace/name"],
    ["a", "expected namespace/name"],
    ["a/b/c", "expected namespace/name"],
    ["/b", /namespace .* missing/],
    ["a/", /name .* missing/],
  ]);
});

describe("controller name", () => {
  right(controllerName, [
    ["example.com/a/b", "example.com/a/b"],
    ["konghq.com/kic-gateway-controller", "konghq.com/kic-gateway-controller"],
  ]);
  wrong(controllerName, [
    ["", /example.com/],
    ["Example.com/a", /example.com/],
    ["example.com", /example.com/],
    ["example.com/", /example.com/],
    ["-a/b", /example.com/],
  ]);
});

describe("object name", () => {
  right(objectName, [
    ["Ingress/shop/web", { kind: "Ingress", namespace: "shop", name: "web" }],
    ["IngressClass/kong", { kind: "IngressClass", namespace: "", name: "kong" }],
  ]);
  wrong(objectName, [
    ["Ingress", /Kind/],
    ["a/b/c/d", /Kind/],
    ["/a/b", /Kind/],
    ["a//b", /Kind/],
    ["", /Kind/],
  ]);
});

describe("Kong version", () => {
  const version = (given: string, numbers: readonly [number, number, number], enterprise: boolean) =>
    [given, { text: given, numbers, enterprise }] as const;
  right(kongVersion, [
    version("3.9", [3, 9, 0], false),
    version("3.9.1", [3, 9, 1], false),
    version("3.9.1.1", [3, 9, 1], true),
    version("3.9.1.1-enterprise-edition", [3, 9, 1], true),
    version("3.9.1-enterprise-edition", [3, 9, 1], true),
    version("3.10.0-rc.1", [3, 10, 0], false),
  ]);
  wrong(kongVersion, [
    ["", /3.9.1/],
    ["3", /3.9.1/],
    ["v3.9.1", /3.9.1/],
    ["3.9.x", /3.9.1/],
  ]);
});

describe("listen address", () => {
  right(listenAddress("off"), [
    ["off", undefined],
    [":8080", { host: "", port: 8080 }],
    ["0.0.0.0:80", { host: "0.0.0.0", port: 80 }],
    ["localhost:0", { host: "localhost", port: 0 }],
    ["[::1]:80", { host: "::1", port: 80 }],
  ]);
  wrong(listenAddress("off"), [
    ["", /or off/],
    ["8080", /host:port/],
    [":65536", /host:port/],
    ["::1:80", /host:port/],
    [":http", /host:port/],
  ]);
  wrong(listenAddress(), [["off", /host:port/]]);
  test.each(["[::1]:80", ":80", "off"])("%s is shown as given", (given) => {
    const reading = listenAddress("off").read(given);
    expect("value" in reading && listenAddress("off").show(reading.value)).toBe(given);
  });
});

describe("feature gates", () => {
  const gates = (given: string) => {
    const reading = gateChoices.read(given);
    return "value" in reading ? Object.fromEntries(reading.value) : reading.cause;
  };
  test("pairs, spaces, empty items", () =>
    expect(gates(" FillIDs = true,,RewriteURIs=f")).toEqual({ FillIDs: true, RewriteURIs: false }));
  test("an empty text chooses nothing", () => expect(gates("")).toEqual({}));
  test("the last of equal names counts", () => expect(gates("FillIDs=true,FillIDs=false")).toEqual({ FillIDs: false }));
  test("no equals sign", () => expect(gates("FillIDs")).toMatch(/no Gate=true/));
  test("no truth value", () => expect(gates("FillIDs=maybe")).toMatch(/FillIDs can be true or false/));
  test("unknown gate", () => expect(gates("FillIds2=true")).toMatch(/no feature gate FillIds2; did you mean FillIDs/));
  test("unknown gate unlike any", () => expect(gates("Nonsense=true")).toMatch(/known are GatewayAlpha/));
  test("a gate named like a property of objects", () => expect(gates("constructor=true")).toMatch(/no feature gate/));
});
