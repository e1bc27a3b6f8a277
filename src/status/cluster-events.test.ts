import { beforeEach, expect, test } from "vitest";
import { ManualClock } from "../base/manual-clock.ts";
import type { Problem } from "../base/problem.ts";
import type { ObjectEvent } from "../kubernetes/events.ts";
import { ObjectStore } from "../store/object-store.ts";
import type { Gateway, Payload, PushOutcome } from "../sync/gateway.ts";
import { ProblemBoard } from "../sync/problem-board.ts";
import { ClusterEvents } from "./cluster-events.ts";

let told: ObjectEvent[];
let events: ClusterEvents;
let board: ProblemBoard;

const POD = { apiVersion: "v1", kind: "Pod", namespace: "kong", name: "controller", uid: "u-pod" };
const GATEWAY = { id: "g", name: "g", url: "http://g:8001", state: { phase: "waiting" }, attempts: 0 } as Gateway;

beforeEach(() => {
  told = [];
  board = new ProblemBoard({ clock: new ManualClock(), mayPass: () => false, patience: 0 });
  const store = new ObjectStore([]);
  for (const [kind, name] of [
    ["Ingress", "web"],
    ["Service", "api"],
  ] as const)
    store.set({
      apiVersion: kind === "Service" ? "v1" : "networking.k8s.io/v1",
      kind,
      metadata: { namespace: "shop", name, uid: `u-${name}` },
    });
  events = new ClusterEvents({
    recorder: { report: (event) => void told.push(event) },
    store,
    problems: board,
    pod: POD,
    redact: (text) => text.replaceAll("s3cret", "[redacted]"),
  });
  board.listen((change) => events.problemsChanged(change));
});

function problem(changes: Partial<Problem> = {}): Problem {
  const object = { group: "networking.k8s.io", version: "v1", kind: "Ingress", namespace: "shop", name: "web" };
  return {
    code: "backend-missing",
    severity: "error",
    object,
    path: "spec.rules[0]",
    message: "name a Service",
    ...changes,
  };
}

const lines = () =>
  told
    .splice(0)
    .map(({ subject, type, reason, message }) => `${type} ${reason} ${subject.kind} ${subject.name}: ${message}`);

function push(outcome: PushOutcome, fallback = false): void {
  events.pushed({ gateway: GATEWAY, payload: {} as Payload, outcome, ms: 1, fallback });
}

test("a problem is told on every object it is about, once as long as it lasts", () => {
  events.setLeading(true);
  const service = { group: "", version: "v1", kind: "Service", namespace: "shop", name: "api" };
  board.report("c", [problem({ related: [service] })]);
  board.report("c", [problem({ related: [service] })]);
  expect(told[0]!.subject).toEqual({
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    namespace: "shop",
    name: "web",
    uid: "u-web",
  });
  const text = "spec.rules[0]: name a Service [backend-missing]";
  expect(lines()).toEqual([
    `Warning KongConfigurationTranslationFailed Ingress web: ${text}`,
    `Warning KongConfigurationTranslationFailed Service api: ${text}`,
  ]);
  board.report("c", []);
  board.report("c", [problem()]);
  expect(lines()).toHaveLength(1);
});

test("only the leader speaks of objects; a new one says what is wrong already", () => {
  board.report("c", [problem()]);
  expect(lines()).toEqual([]);
  events.setLeading(true);
  expect(lines()).toHaveLength(1);
  events.setLeading(false);
  board.report("c", [problem({ message: "other" })]);
  expect(lines()).toEqual([]);
});

test("refusals and warnings have reasons of their own; what is about no object is told on our Pod", () => {
  events.setLeading(true);
  board.report("c", [
    problem({ code: "rejected-by-gateway" }),
    problem({ severity: "warning", code: "tls-policy-section" }),
    problem({ object: { group: "", version: "", kind: "KongGateway", namespace: "", name: "g" } }),
  ]);
  expect(told.map(({ reason, subject }) => [reason, subject.kind]).sort()).toEqual([
    ["KongConfigurationApplyFailed", "Ingress"],
    ["KongConfigurationTranslationFailed", "Pod"],
    ["KongConfigurationTranslationWarning", "Ingress"],
  ]);
});

test("pushes are told on our Pod when their outcome changes", () => {
  for (let i = 0; i < 3; i++) push({ kind: "accepted", hash: "" });
  push({ kind: "failed", cause: { message: "reset", advice: "look at --kong-admin-url" } });
  push({ kind: "failed", cause: { message: "reset", advice: "look at --kong-admin-url" } });
  push({ kind: "cancelled" });
  push({ kind: "rejected", rejections: [], answer: "" });
  push({ kind: "accepted", hash: "" }, true);
  push({ kind: "accepted", hash: "" });
  expect(told.map(({ type, reason }) => `${type} ${reason}`)).toEqual([
    "Normal KongConfigurationSucceeded",
    "Warning KongConfigurationApplyFailed",
    "Warning KongConfigurationApplyFailed",
    "Normal FallbackKongConfigurationSucceeded",
    "Normal KongConfigurationSucceeded",
  ]);
  expect(told[1]!.message).toContain("reset: look at --kong-admin-url");
});

test("degraded mode is told when it begins and when it ends, by every replica", () => {
  events.modeChanged("degraded");
  events.modeChanged("ready");
  expect(told.map(({ reason, subject }) => [reason, subject.name])).toEqual([
    ["KongGatewaysUnavailable", "controller"],
    ["KongGatewaysAvailable", "controller"],
  ]);
});

test("no secret leaves with an event", () => {
  events.setLeading(true);
  board.report("c", [problem({ message: "the key s3cret is no key" })]);
  expect(told[0]!.message).toBe("spec.rules[0]: the key [redacted] is no key [backend-missing]");
});
