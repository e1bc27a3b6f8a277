import { describe, expect, it } from "vitest";
import type { Route } from "../../kong/entities.ts";
import type { Profile } from "../input.ts";
import { headerAnnotations, isHostAlias, isSni, overrideRoute, rawProtocols } from "./annotations.ts";

const traditional: Profile = {
  flavor: "traditional_compatible",
  version: [3, 9, 1],
  enterprise: false,
  workspace: "",
  dbless: true,
};
const expressions: Profile = { ...traditional, flavor: "expressions" };

const with_ = (annotations: Record<string, string>, route: Partial<Route> = {}, profile = traditional) => {
  const {
    name: _,
    path_handling,
    https_redirect_status_code,
    ...fields
  } = overrideRoute({ name: "r", ...route }, annotations, profile);
  return {
    ...fields,
    ...(path_handling === "v0" ? {} : { path_handling }),
    ...(https_redirect_status_code === 426 ? {} : { https_redirect_status_code }),
  };
};

describe("route annotations", () => {
  it("fills in what KIC writes anyway", () => {
    expect(overrideRoute({ name: "r" }, undefined, traditional)).toEqual({
      name: "r",
      path_handling: "v0",
      https_redirect_status_code: 426,
    });
    expect(overrideRoute({ name: "r" }, undefined, expressions)).toEqual({
      name: "r",
      https_redirect_status_code: 426,
    });
  });

  it("takes true and false in any case, and nothing else", () => {
    expect(with_({ "konghq.com/strip-path": "TRUE", "konghq.com/preserve-host": "False" })).toEqual({
      strip_path: true,
      preserve_host: false,
    });
    expect(with_({ "konghq.com/strip-path": "yes", "konghq.com/preserve-host": "1" }, { strip_path: false })).toEqual({
      strip_path: false,
    });
    expect(with_({ "konghq.com/request-buffering": "F", "konghq.com/response-buffering": "1" })).toEqual({
      request_buffering: false,
      response_buffering: true,
    });
  });

  it("redirects to https with 302, unless another code is given", () => {
    const force = { "ingress.kubernetes.io/force-ssl-redirect": "true" };
    expect(with_(force)).toEqual({ protocols: ["https"], https_redirect_status_code: 302 });
    expect(with_(force, { protocols: ["grpc"] })).toEqual({ protocols: ["grpcs"], https_redirect_status_code: 302 });
    expect(with_({ ...force, "konghq.com/https-redirect-status-code": "308" })).toEqual({
      protocols: ["https"],
      https_redirect_status_code: 308,
    });
    expect(with_({ "konghq.com/https-redirect-status-code": "200" })).toEqual({});
    expect(with_({ ...force, "konghq.com/protocols": "http" })).toMatchObject({ protocols: ["http"] });
  });

  it("keeps the order of protocols, and ignores a list that names an unknown one", () => {
    expect(with_({ "konghq.com/protocols": "https, http" })).toEqual({ protocols: ["https", "http"] });
    expect(with_({ "konghq.com/protocols": "https,gopher" }, { protocols: ["http"] })).toEqual({ protocols: ["http"] });
    expect(rawProtocols({ "konghq.com/protocols": "zzz,aaa" })).toEqual(["aaa", "zzz"]);
  });

  it("does not let gRPC and HTTP mix, nor gRPC strip its path", () => {
    expect(with_({ "konghq.com/protocols": "grpc,http" }, { strip_path: true })).toEqual({
      protocols: ["http", "https"],
    });
    expect(with_({ "konghq.com/protocols": "grpc" }, { strip_path: true })).toEqual({ protocols: ["grpc"] });
    expect(with_({ "konghq.com/protocols": "grpc,ws" }, { strip_path: true })).toEqual({ protocols: ["grpc", "ws"] });
  });

  it("sets what is matched in the traditional flavours only", () => {
    const all = {
      "konghq.com/methods": "get,Post",
      "konghq.com/snis": "a.com,b.com",
      "konghq.com/host-aliases": "*.x.com,h",
      "konghq.com/headers.X": "1, 2",
      "konghq.com/regex-priority": "7",
      "konghq.com/path-handling": "v1",
    };
    expect(with_(all, { hosts: ["h"] })).toEqual({
      methods: ["GET", "POST"],
      snis: ["a.com", "b.com"],
      hosts: ["h", "*.x.com"],
      headers: { X: ["1", "2"] },
      regex_priority: 7,
      path_handling: "v1",
    });
    expect(with_(all, { hosts: ["h"] }, expressions)).toEqual({ hosts: ["h"] });
  });

  it("ignores a whole list for one bad item", () => {
    expect(
      with_({ "konghq.com/methods": "GET,P T", "konghq.com/snis": "a,*.b", "konghq.com/host-aliases": "a,*" }),
    ).toEqual({});
  });

  it("clears SNIs with an empty list", () => expect(with_({ "konghq.com/snis": "" }, { snis: ["a"] })).toEqual({}));

  it("replaces headers as a whole, splitting as told", () => {
    expect(with_({ "konghq.com/headers.B": "1" }, { headers: { A: ["x"] } })).toEqual({ headers: { B: ["1"] } });
    expect(
      Object.fromEntries(headerAnnotations({ "konghq.com/headers.a": "1,2;3", "konghq.com/headers-separator": ";" })),
    ).toEqual({ a: ["1,2", "3"] });
    expect(
      Object.fromEntries(headerAnnotations({ "konghq.com/headers.a": "1😀", "konghq.com/headers-separator": "" })),
    ).toEqual({ a: ["1", "😀"] });
    expect(headerAnnotations({ "konghq.com/headers.": "x", "konghq.com/headers.a": "" }).size).toBe(0);
  });

  it("takes __proto__ for a name as any other", () => {
    const { headers } = overrideRoute(
      { name: "r" },
      JSON.parse('{"konghq.com/headers.__proto__":"x"}') as Record<string, string>,
      traditional,
    );
    expect(JSON.stringify(headers)).toBe('{"__proto__":["x"]}');
  });
});

it.each([
  ["a.example.com", true, true],
  ["a", true, true],
  ["xn--bcher-kva.example", true, true],
  ["*.example.com", false, true],
  ["example.*", false, true],
  ["*", false, false],
  ["-a.com", false, false],
  ["a-.com", false, false],
  ["a..com", false, false],
  ["a_b.com", false, false],
  ["*.a.*", false, false],
])("host name %s", (name, sni, alias) => expect([isSni(name), isHostAlias(name)]).toEqual([sni, alias]));
