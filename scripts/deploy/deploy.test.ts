import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { CLUSTER_NEEDS, NAMESPACED_NEEDS, OWN_NEEDS, rulesFor } from "./access-rules.ts";
import { webhookManifest } from "./webhook.ts";

const NEEDS = [...CLUSTER_NEEDS, ...NAMESPACED_NEEDS, ...OWN_NEEDS];

test("Secrets and ConfigMaps are listed and watched, and never anything else", () => {
  const content = NEEDS.filter(({ resource }) => /^(secrets|configmaps)/.test(resource));
  expect(content.map(({ resource, verbs }) => [resource, verbs])).toEqual([
    ["secrets", ["list", "watch"]],
    ["configmaps", ["list", "watch"]],
  ]);
});

test("nothing is granted by wildcard, and nothing can be deleted", () => {
  expect(JSON.stringify(NEEDS)).not.toMatch(/\*|delete/);
});

test("what is written to are statuses, Gateways, events and the Lease", () => {
  const written = NEEDS.filter(({ verbs }) => verbs.some((verb) => /create|update|patch/.test(verb)));
  const others = written.map(({ resource }) => resource).filter((resource) => !resource.endsWith("/status"));
  expect([...new Set(others)].sort()).toEqual(["events", "gateways", "leases"]);
});

test("needs of one group with the same verbs are one rule", () => {
  expect(
    rulesFor([
      { group: "b", resource: "y", verbs: ["watch", "list"] },
      { group: "b", resource: "x", verbs: ["list", "watch"] },
      { group: "a", resource: "z", verbs: ["get"] },
    ]),
  ).toEqual([
    { apiGroups: ["a"], resources: ["z"], verbs: ["get"] },
    { apiGroups: ["b"], resources: ["x", "y"], verbs: ["list", "watch"] },
  ]);
});

test("the webhooks have the names that KIC's have, and all of them fail closed", () => {
  const [, configuration] = parseAllDocuments(webhookManifest()).map((document) => document.toJS());
  const { webhooks } = configuration as {
    readonly webhooks: readonly {
      readonly name: string;
      readonly failurePolicy: string;
      readonly sideEffects: string;
    }[];
  };
  const suffix = ".validation.ingress-controller.konghq.com";
  expect(webhooks.every(({ name }) => name.endsWith(suffix))).toBe(true);
  expect(webhooks.map(({ name }) => name.slice(0, -suffix.length)).sort()).toEqual([
    "gateways",
    "httproutes",
    "ingresses",
    "kongclusterplugins",
    "kongconsumergroups",
    "kongconsumers",
    "kongcustomentities",
    "kongingresses",
    "kongplugins",
    "kongvaults",
    "secrets.credentials",
    "secrets.plugins",
    "services",
  ]);
  expect(new Set(webhooks.map(({ failurePolicy, sideEffects }) => `${failurePolicy} ${sideEffects}`))).toEqual(
    new Set(["Fail None"]),
  );
});
