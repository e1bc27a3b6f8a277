import { X509Certificate } from "node:crypto";
import { isJsonObject, own } from "../../base/json.ts";
import type { ObjectRef, Problem } from "../../base/problem.ts";
import { ConfigMap, type ConfigMapObject } from "../../resources/core/config-map.ts";
import { Secret, type SecretObject } from "../../resources/core/secret.ts";
import { type KubernetesObject, refOf } from "../../resources/kind.ts";
import { KongClusterPlugin, type KongClusterPluginObject } from "../../resources/kong/kong-cluster-plugin.ts";
import { KongPlugin, type KongPluginObject } from "../../resources/kong/kong-plugin.ts";
import type { Index } from "../../store/object-store.ts";
import { type Claim, type Fragment, rankOf } from "../fragment.ts";
import type { View } from "../input.ts";
import { secretText } from "../secret.ts";
import { tagsOf } from "../tags.ts";
import type { Unit } from "../unit.ts";

/** Makes a Secret or ConfigMap a CA certificate. */
const CA_LABEL = "konghq.com/ca-cert";

/** Whether an object is labelled as a CA certificate. */
export function isCaCertificate(object: KubernetesObject): boolean {
  return own(object.metadata.labels, CA_LABEL) === "true";
}

/** The KongPlugins whose configuration names a CA certificate, by its id. */
export const pluginsByCaCertificate: Index<KongPluginObject> = {
  name: "plugins-by-ca",
  kind: KongPlugin,
  keys: (plugin) => namedIds(plugin.config),
};

/** The same for KongClusterPlugins. */
export const clusterPluginsByCaCertificate: Index<KongClusterPluginObject> = {
  name: "cluster-plugins-by-ca",
  kind: KongClusterPlugin,
  keys: (plugin) => namedIds(plugin.config),
};

function namedIds(config: unknown): readonly string[] {
  const ids = isJsonObject(config) ? config["ca_certificates"] : undefined;
  return Array.isArray(ids) ? [...new Set(ids.filter((id) => typeof id === "string"))] : [];
}

/** A Secret that is labelled as a CA certificate. */
export const caSecretUnit: Unit<SecretObject> = {
  kind: Secret,
  wants: isCaCertificate,
  compile: (secret, view) => compileCa(secret, (key) => secretText(secret, key), view),
};

/** A ConfigMap that is labelled as a CA certificate. */
export const caConfigMapUnit: Unit<ConfigMapObject> = {
  kind: ConfigMap,
  wants: isCaCertificate,
  compile: (configMap, view) => compileCa(configMap, (key) => own(configMap.data, key), view),
};

/** Spec: ingress §12. */
function compileCa(object: KubernetesObject, read: (key: string) => string | undefined, view: View): Fragment {
  const origin = refOf(object);
  const id = read("id") ?? "";
  const fail = (code: string, path: string, message: string): Fragment => {
    const problem: Problem = { code, severity: "error", object: origin, path, message };
    const related = id === "" ? [] : pluginsNaming(id, view);
    return { claims: [], problems: [related.length === 0 ? problem : { ...problem, related }] };
  };
  if (id === "") return fail("ca-without-id", "data", "it has no id in its data; give it a UUID under the key id");
  const key = read("cert") === undefined ? "ca.crt" : "cert";
  const text = read(key);
  if (text === undefined) {
    return fail("ca-invalid", "data", "it has neither cert nor ca.crt in its data; put the certificate under cert");
  }
  const pem = readCa(text, view.input.now());
  if ("fault" in pem) return fail("ca-invalid", `data["${key}"]`, `${key} ${pem.fault}`);
  const claim: Claim = {
    table: "caCertificate",
    key: id,
    rank: rankOf(object),
    origin,
    value: { certificate: { id, cert: pem.cert, tags: tagsOf(object) } },
  };
  return { claims: [claim], problems: [] };
}

function pluginsNaming(id: string, view: View): readonly ObjectRef[] {
  return [...view.survey(pluginsByCaCertificate, id), ...view.survey(clusterPluginsByCaCertificate, id)].map(refOf);
}

/** The one CA certificate in a text, written anew; `fault` completes "cert …". */
function readCa(text: string, now: number): { readonly cert: string } | { readonly fault: string } {
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----/g)].map((match) => match[1]);
  const [type] = blocks;
  if (type === undefined) return { fault: "holds no certificate in PEM form" };
  if (blocks.length > 1) return { fault: "holds more than one certificate; make an object of each" };
  if (type !== "CERTIFICATE") return { fault: "holds something else than a certificate" };
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(text);
  } catch {
    // The parser's message would say nothing more.
    return { fault: "is no certificate that can be read" };
  }
  if (!parsed.ca) return { fault: "is not the certificate of a CA: it lacks the basic constraint CA" };
  if (parsed.validToDate.getTime() < now) return { fault: "has expired, and Kong refuses that" };
  return { cert: parsed.toString() };
}
