import { describe, expect, it } from "vitest";
import { checkEntity } from "../../kong/check-entity.ts";
import type { Input } from "../input.ts";
import { admit } from "./admit.ts";
import { remedy } from "./remedies.ts";

const origin = { group: "networking.k8s.io", version: "v1", kind: "Ingress", namespace: "n", name: "i" };
const input = {
  settings: { preflight: true },
  profile: { flavor: "traditional_compatible", version: [3, 9, 1], enterprise: false, workspace: "", dbless: true },
  now: () => Date.UTC(2026, 0, 1),
} as unknown as Input;

/** What is pushed of an entity, and what was said. */
function admitted(section: string, entity: object) {
  const { entity: out, problems } = admit(section, entity, origin, input);
  if (out !== undefined)
    expect(checkEntity(section, out, { flavor: "traditional_compatible", version: "3.9.1", now: 0 })).toEqual([]);
  return { out, said: problems.map((problem) => problem.message) };
}

describe("pre-flight", () => {
  it("lets through what Kong takes, untouched", () => {
    const route = { name: "r", hosts: ["a.com"], paths: ["~/a$", "/b"] };
    expect(admitted("routes", route)).toEqual({ out: route, said: [] });
  });

  it("leaves out the one path that is wrong", () => {
    const { out, said } = admitted("routes", { name: "r", hosts: ["a.com"], paths: ["~/(", "/b"] });
    expect(out).toEqual({ name: "r", hosts: ["a.com"], paths: ["/b"] });
    expect(said[0]).toMatch(/^Kong would refuse the route r, field paths\.1: .*; that one of its paths is left out$/);
  });

  it("leaves out a route whose only path is wrong: without it the route would match everything", () => {
    expect(admitted("routes", { name: "r", hosts: ["a.com"], paths: ["nope"] }).out).toBeUndefined();
  });

  it("never drops a host, a header or a method to make a route fit", () => {
    for (const match of [{ hosts: ["a b"] }, { headers: { host: ["x"] } }, { methods: ["get"] }])
      expect(admitted("routes", { name: "r", paths: ["/a"], ...match }).out).toBeUndefined();
  });

  it("leaves out an empty value of a header beside others, and the route when it is the only one", () => {
    const route = { name: "r", hosts: ["a.com"], headers: { "X-A": ["a", "", "b"], "X-B": ["c"] } };
    expect(admitted("routes", route).out).toEqual({ ...route, headers: { "X-A": ["a", "b"], "X-B": ["c"] } });
    const only = { name: "r", hosts: ["a.com"], headers: { "X-A": ["a", ""], "X-B": ["", ""] } };
    expect(admitted("routes", only).out).toBeUndefined();
    const { problems } = admit("routes", only, origin, input);
    expect(problems.map(({ path }) => path)).toContain('metadata.annotations["konghq.com/headers.X-B"]');
  });

  it("leaves an upstream out whose host header is wrong, and says no more than that", () => {
    const upstream = { name: "u", host_header: "a b", algorithm: "round-robin", slots: 100 };
    const { out, said } = admitted("upstreams", upstream);
    expect(out).toBeUndefined();
    expect(said).toEqual([expect.stringMatching(/field host_header: .*; it is left out$/)]);
    const service = { ...origin, group: "", kind: "Service" };
    const [problem] = admit("upstreams", upstream, service, input).problems;
    expect(problem?.path).toBe('metadata.annotations["konghq.com/host-header"]');
  });

  it("falls back on Kong's defaults for what does not decide what is matched", () => {
    expect(admitted("routes", { name: "r", paths: ["/"], path_handling: "v9" }).out).toEqual({
      name: "r",
      paths: ["/"],
    });
    expect(admitted("services", { name: "s", host: "h", retries: -1, read_timeout: 0 }).out).toEqual({
      name: "s",
      host: "h",
    });
  });

  it("does not open a route to protocols that it was not meant for", () => {
    const route = { name: "r", hosts: ["a.com"], paths: ["/"] };
    expect(admitted("routes", { ...route, protocols: ["gopher", "https"] }).out).toEqual({
      ...route,
      protocols: ["https"],
    });
    for (const protocols of [["gopher"], ["tcp"]])
      expect(admitted("routes", { ...route, protocols }).out).toBeUndefined();
    expect(admitted("routes", { ...route, protocols: ["http"], snis: ["a.com"] }).out).toBeUndefined();
  });

  it("does not send requests to other paths, or trust others, than was asked for", () => {
    for (const wrong of [{ path: "x" }, { ca_certificates: ["five"], protocol: "https" }])
      expect(admitted("services", { name: "s", host: "h", ...wrong }).out).toBeUndefined();
  });

  it("leaves away what has no meaning under a protocol, and tells it only if it was asked for", () => {
    const stream = { name: "s", host: "h", protocol: "tcp" };
    expect(admitted("services", { ...stream, path: "/" })).toEqual({ out: stream, said: [] });
    const { out, said } = admitted("services", { ...stream, path: "/a" });
    expect(out).toEqual(stream);
    expect(said[0]).toContain("its path is left out");
    const route = { name: "r", hosts: ["a.com"], protocols: ["grpc"], strip_path: true };
    expect(admitted("routes", route).said).toHaveLength(1);
    // The flavour expressions takes no false either.
    const violation = { type: "field", field: "strip_path", message: "no" } as const;
    expect(remedy("routes", { ...route, strip_path: false }, violation)).toMatchObject({ done: undefined });
  });

  it("passes WebSockets on as every Kong does", () => {
    const service = { name: "s", host: "h" };
    expect(admitted("services", { ...service, protocol: "wss" }).out).toEqual({ ...service, protocol: "https" });
    expect(admitted("services", { ...service, protocol: "ws" }).out).toEqual({ ...service, protocol: "http" });
  });

  it("drops a service that cannot be reached by any reading", () => {
    expect(admitted("services", { name: "s", host: "h", protocol: "gopher" }).out).toBeUndefined();
  });

  it("balances plainly when the policy makes no sense, and keeps the targets", () => {
    const upstream = {
      name: "u",
      algorithm: "consistent-hashing",
      hash_on: "header",
      targets: [{ target: "10.0.0.1:80" }, { target: "a b" }],
    };
    expect(admitted("upstreams", upstream).out).toEqual({ name: "u", targets: [{ target: "10.0.0.1:80" }] });
    expect(admitted("upstreams", { name: "u", hash_on_cookie_path: "x" }).out).toEqual({ name: "u" });
  });

  it("leaves out the plugin of a route, and not the route", () => {
    const route = {
      name: "r",
      paths: ["/"],
      plugins: [{ name: "request-transformer", config: { replace: { uri: 7 } } }],
    };
    expect(admitted("routes", route).out).toEqual({ name: "r", paths: ["/"], plugins: [] });
  });

  it("does not tell the values of what may be secret", () => {
    const { said } = admitted("keyauth_credentials", { key: "", tags: ["canary,4711"] });
    expect(said.join()).not.toContain("canary");
    expect(
      admitted("plugins", { name: "rate-limiting", config: { minute: 1, policy: "canary-4711" } }).said.join(),
    ).not.toContain("canary");
    // Kong sets some values off by a colon only.
    const transformer = { name: "request-transformer", config: { add: { headers: ["s3cr"] } } };
    expect(admitted("plugins", transformer).said.join()).toContain("config.add.headers.1: invalid value: …");
  });

  it("names the fields that Kong speaks of", () => {
    const { said } = admitted("plugins", { name: "rate-limiting", config: { policy: "local" } });
    expect(said.join()).toContain("'config.minute'");
  });

  it("only tells, when pre-flight is off", () => {
    const off = { ...input, settings: { ...input.settings, preflight: false } };
    const { entity, problems } = admit("services", { name: "s", host: "h", retries: -1 }, origin, off);
    expect([entity, problems.length]).toEqual([{ name: "s", host: "h", retries: -1 }, 1]);
  });

  it("gives up where there is nothing to take away", () => {
    expect(remedy("consumers", { username: "a" }, { type: "entity", message: "no" })).toBeUndefined();
  });
});
