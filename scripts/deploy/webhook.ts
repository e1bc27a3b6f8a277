import type { Kind } from "../../src/resources/kind.ts";
import { checks } from "../../src/server/admission/checks.ts";
import { INGRESS_CLASS, NAME, NAMESPACE, WEBHOOK_SERVICE } from "./names.ts";
import { printManifest } from "./print-manifest.ts";

/** Behind the name of each webhook (KIC's). */
const SUFFIX = "validation.ingress-controller.konghq.com";
const CLASS = "kubernetes.io/ingress.class";

interface Condition {
  readonly name: string;
  readonly expression: string;
}

/** In CEL without optional values, which older API servers have not got. */
const has = (key: string) => `has(object.metadata.annotations) && '${key}' in object.metadata.annotations`;
const annotation = (key: string) => `object.metadata.annotations['${key}']`;
const OURS = `${has(CLASS)} && ${annotation(CLASS)} == '${INGRESS_CLASS}'`;

/** Objects that name another class are those of another controller. */
const NOT_FOREIGN: Condition = {
  name: "of-no-other-class",
  expression: `!(${has(CLASS)}) || ${annotation(CLASS)} == '${INGRESS_CLASS}'`,
};

/** What has to be true of an object for it to be ours, as far as the object alone says so. */
const CONDITIONS: Readonly<Record<string, Condition>> = {
  Ingress: {
    name: "of-our-class",
    expression: `has(object.spec.ingressClassName) && object.spec.ingressClassName == '${INGRESS_CLASS}' || ${OURS}`,
  },
  KongClusterPlugin: NOT_FOREIGN,
  KongConsumer: NOT_FOREIGN,
  KongConsumerGroup: NOT_FOREIGN,
  KongVault: NOT_FOREIGN,
  KongCustomEntity: {
    name: "of-our-controller",
    expression: `object.spec.controllerName == '${INGRESS_CLASS}' || ${OURS}`,
  },
  Service: { name: "names-a-kongingress", expression: has("konghq.com/override") },
};

/** Kinds of which only labelled objects are reviewed: the label of each webhook, by the first part of its name. */
const LABELLED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Secret: { "secrets.credentials": "konghq.com/credential", "secrets.plugins": "konghq.com/validate" },
};

/** deploy/webhook/webhook.yaml: what the API server sends for review, and where to. */
export function webhookManifest(): string {
  return printManifest(
    [
      "Made by `npm run docs` from the kinds that are checked (src/server/admission/checks.ts). Which certificate it needs, and how to make one, is in ../README.md.",
      `The conditions take ${INGRESS_CLASS} for the controller's --ingress-class.`,
    ],
    [
      {
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: WEBHOOK_SERVICE, namespace: NAMESPACE },
        spec: {
          selector: { "app.kubernetes.io/name": NAME },
          // Reviews are made while the gateways are late too, and a Pod that waits for them is not ready.
          publishNotReadyAddresses: true,
          ports: [{ name: "webhook", port: 443, targetPort: "webhook" }],
        },
      },
      {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingWebhookConfiguration",
        metadata: { name: NAME },
        webhooks: checks.flatMap(({ kind }) => webhooksFor(kind)),
      },
    ],
  );
}

function webhooksFor(kind: Kind): readonly object[] {
  const labels = LABELLED[kind.kind];
  if (labels === undefined) return [webhook(kind.plural, kind, {})];
  return Object.entries(labels).map(([name, key]) =>
    webhook(name, kind, { objectSelector: { matchExpressions: [{ key, operator: "Exists" }] } }),
  );
}

function webhook(name: string, kind: Kind, more: object): object {
  const { group, versions, plural } = kind;
  const condition = CONDITIONS[kind.kind];
  return {
    name: `${name}.${SUFFIX}`,
    admissionReviewVersions: ["v1"],
    clientConfig: { service: { name: WEBHOOK_SERVICE, namespace: NAMESPACE } },
    failurePolicy: "Fail",
    matchPolicy: "Equivalent",
    sideEffects: "None",
    rules: [{ apiGroups: [group], apiVersions: versions, operations: ["CREATE", "UPDATE"], resources: [plural] }],
    ...more,
    ...(condition === undefined ? {} : { matchConditions: [condition] }),
  };
}
