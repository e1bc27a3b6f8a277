import { expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import { Pieces } from "../base/pieces.ts";
import type { ObjectRef } from "../base/problem.ts";
import type { Gateway, Payload } from "../sync/gateway.ts";
import { diagnostics } from "./diagnostics.ts";

const ref = (kind: string, name: string): ObjectRef => ({ group: "", version: "v1", kind, namespace: "shop", name });
const CANARY = "canary-canary-canary";
const PAYLOAD: Payload = {
  bytes: Pieces.of(""),
  md5: "a".repeat(32),
  entities: 3,
  sections: new Map([
    [
      "services",
      [
        {
          value: {
            name: "web",
            routes: [{ name: "r", paths: ["/"] }],
            plugins: [{ name: "x", config: { a: CANARY } }],
          },
          origins: [],
        },
      ],
    ],
    [
      "certificates",
      [{ value: { id: "1", cert: "public", key: CANARY, tags: ["t"] }, origins: [ref("Secret", "tls")] }],
    ],
    ["consumers", [{ value: { username: "ann", keyauth_credentials: [{ key: CANARY, tags: ["t"] }] }, origins: [] }]],
    [
      "plugins",
      [
        { value: { name: "open", config: { minute: 5 } }, origins: [ref("KongPlugin", "open")] },
        { value: { name: "closed", config: { token: CANARY } }, origins: [ref("KongPlugin", "closed")] },
      ],
    ],
  ]),
};

function rig(dumps: "none" | "redacted" | "whole") {
  const { observer, app } = diagnostics({
    dumps,
    clock: new ManualClock(),
    usesSecrets: (origins) => origins.some(({ name }) => name === "closed"),
    leftOut: () => ({
      refused: ["KongPlugin/shop/bad", "Secret/shop/key"],
      dependants: ["Ingress/shop/user"],
      standIns: ["Ingress/shop/user"],
      causesOf: (key) => [key === "Secret/shop/key" ? key : "KongPlugin/shop/bad"],
    }),
    uidOf: (key) => (key === "Secret/shop/key" ? undefined : `uid of ${key}`),
  });
  const gateway = { id: "1" } as Gateway;
  return { observer, get: (path: string) => app.request(`/debug/config/${path}`), gateway };
}

test("nothing was pushed yet: 204", async () => {
  const { get } = rig("redacted");
  for (const path of ["successful", "failed", "raw-error"]) expect((await get(path)).status).toBe(204);
});

test("what gateways took last is shown, without secrets", async () => {
  const { observer, get, gateway } = rig("redacted");
  observer.pushed?.({ gateway, payload: PAYLOAD, outcome: { kind: "accepted", hash: "" }, ms: 1, fallback: false });
  const text = await (await get("successful")).text();
  expect(text).not.toContain(CANARY);
  expect(JSON.parse(text)).toEqual({
    hash: PAYLOAD.md5,
    config: {
      _format_version: "3.0",
      services: [
        { name: "web", routes: [{ name: "r", paths: ["/"] }], plugins: [{ name: "x", config: "[redacted]" }] },
      ],
      certificates: [{ id: "1", cert: "public", key: "[redacted]", tags: ["t"] }],
      consumers: [{ username: "ann", keyauth_credentials: [{ key: "[redacted]", tags: ["t"] }] }],
      plugins: [
        { name: "open", config: { minute: 5 } },
        { name: "closed", config: "[redacted]" },
      ],
    },
  });
});

test("with sensitive dumps everything is shown", async () => {
  const { observer, get, gateway } = rig("whole");
  const outcome = { kind: "rejected", rejections: [], answer: `{"quoted":"${CANARY}"}` } as const;
  observer.pushed?.({ gateway, payload: PAYLOAD, outcome, ms: 1, fallback: false });
  expect(await (await get("failed")).text()).toContain(CANARY);
  expect(await (await get("raw-error")).text()).toContain(CANARY);
});

test("a refusal is shown in redacted words", async () => {
  const { observer, get, gateway } = rig("redacted");
  const rejection = { origins: [], entityType: "route", entityName: "r", field: "paths.1", message: "bad" };
  const outcome = { kind: "rejected", rejections: [rejection], answer: CANARY } as const;
  observer.pushed?.({ gateway, payload: PAYLOAD, outcome, ms: 1, fallback: false });
  expect(await (await get("raw-error")).text()).toBe("route r paths.1: bad\n");
});

test("what is left out and what stands in for it, and because of what, as KIC shows it", async () => {
  const bad = { group: "configuration.konghq.com", kind: "KongPlugin", namespace: "shop", name: "bad" };
  const key = { group: "", kind: "Secret", namespace: "shop", name: "key", id: "" };
  const causingObjects = ["configuration.konghq.com/KongPlugin:shop/bad"];
  const named = { ...bad, id: "uid of KongPlugin/shop/bad" };
  const user = {
    group: "networking.k8s.io",
    kind: "Ingress",
    version: "v1",
    namespace: "shop",
    name: "user",
    id: "uid of Ingress/shop/user",
    causingObjects,
  };
  expect(await (await rig("redacted").get("fallback")).json()).toEqual({
    status: "triggered",
    brokenObjects: [named, key],
    excludedObjects: [
      { ...named, version: "v1", causingObjects },
      { ...key, version: "v1", causingObjects: ["Secret:shop/key"] },
      user,
    ],
    backfilledObjects: [user],
  });
});

test("without --dump-config there is nothing", async () => {
  expect((await rig("none").get("successful")).status).toBe(404);
});

test("there is never a diff, and it is said as KIC says it", async () => {
  const ask = async (dumps: "redacted" | "whole", query = "") => {
    const answer = await rig(dumps).get(`diff-report${query}`);
    const { message, ...rest } = (await answer.json()) as { readonly message: string };
    expect(rest).toEqual({ hash: "", timestamp: "", diffs: [], available: [] });
    return [answer.status, message];
  };
  expect(await ask("redacted", "?hash=abc")).toEqual([200, expect.stringContaining("sensitive data")]);
  expect(await ask("whole")).toEqual([200, "no diffs available"]);
  expect(await ask("whole", "?hash=abc")).toEqual([404, 'diff with hash "abc" not found']);
});
