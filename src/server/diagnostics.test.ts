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
    leftOut: () => ({ refused: ["Ingress/shop/bad"], dependants: ["Ingress/shop/user"] }),
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

test("what is left out, and because of what", async () => {
  const answer = await (await rig("redacted").get("fallback")).json();
  expect(answer).toMatchObject({
    status: "triggered",
    brokenObjects: [{ group: "networking.k8s.io", kind: "Ingress", version: "v1", namespace: "shop", name: "bad" }],
    excludedObjects: [{ name: "bad" }, { name: "user", causingObjects: ["Ingress/shop/bad"] }],
  });
});

test("without --dump-config there is nothing", async () => {
  expect((await rig("none").get("successful")).status).toBe(404);
});
