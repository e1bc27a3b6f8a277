import { expect, it } from "vitest";
import { compile } from "../testing/compile.ts";

const CLASS = `
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {name: kong, annotations: {ingressclass.kubernetes.io/is-default-class: "DEFAULT"}}
spec: {controller: c}
`;

async function isConfigured(ingress: string, isDefault: boolean): Promise<boolean> {
  const yaml = `${CLASS.replace("DEFAULT", String(isDefault))}---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: i, namespace: n, annotations: ${/@(\{.*?\})/.exec(ingress)?.[1] ?? "{}"}}
spec: {${/spec (.*)/.exec(ingress)?.[1] ?? ""} rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: s, port: {number: 80}}}}]}}]}
`;
  const { document } = await compile(yaml);
  return document["services"] !== undefined;
}

it.each([
  ["", false, true],
  ['@{kubernetes.io/ingress.class: ""}', false, false],
  ["@{kubernetes.io/ingress.class: kong}", true, true],
  ["@{kubernetes.io/ingress.class: other}", false, false],
  ["spec ingressClassName: kong,", true, true],
  ["spec ingressClassName: other,", false, false],
  ['@{kubernetes.io/ingress.class: ""} spec ingressClassName: kong,', true, true],
  ["@{kubernetes.io/ingress.class: other} spec ingressClassName: kong,", false, false],
  ["@{kubernetes.io/ingress.class: kong} spec ingressClassName: other,", true, true],
])("%s is ours: %s, where our class is the default: %s", async (ingress, otherwise, whileDefault) => {
  expect(await isConfigured(ingress, false)).toBe(otherwise);
  expect(await isConfigured(ingress, true)).toBe(whileDefault);
});
