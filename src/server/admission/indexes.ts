import { Secret, type SecretObject } from "../../resources/core/secret.ts";
import { KongClusterPlugin, type KongClusterPluginObject } from "../../resources/kong/kong-cluster-plugin.ts";
import { KongConsumer, type KongConsumerObject } from "../../resources/kong/kong-consumer.ts";
import { KongPlugin, type KongPluginObject } from "../../resources/kong/kong-plugin.ts";
import { KongVault, type KongVaultObject } from "../../resources/kong/kong-vault.ts";
import type { Index } from "../../store/object-store.ts";
import { readCredential } from "../../translate/kong/credential.ts";

/** KongConsumers by their username. */
export const consumersByUsername: Index<KongConsumerObject> = {
  name: "admission-consumers-by-username",
  kind: KongConsumer,
  keys: ({ username = "" }) => (username === "" ? [] : [username]),
};

/** KongConsumers by their custom_id. */
export const consumersByCustomId: Index<KongConsumerObject> = {
  name: "admission-consumers-by-custom-id",
  kind: KongConsumer,
  keys: ({ custom_id = "" }) => (custom_id === "" ? [] : [custom_id]),
};

/** KongConsumers by the Secrets of their credentials: `namespace/name`. */
export const consumersByCredential: Index<KongConsumerObject> = {
  name: "admission-consumers-by-credential",
  kind: KongConsumer,
  keys: ({ metadata, credentials = [] }) => [
    ...new Set(credentials.map((name) => `${metadata.namespace ?? ""}/${name}`)),
  ],
};

/** Secrets by what only one credential may have; the entries are digests. */
export const secretsByCredential: Index<SecretObject> = {
  name: "admission-secrets-by-credential",
  kind: Secret,
  keys(secret) {
    const { unique } = readCredential(secret, true);
    return unique === undefined ? [] : [unique.key];
  },
};

/** KongPlugins by the Secrets that they take something from: `namespace/name`. */
export const pluginsBySecret: Index<KongPluginObject> = {
  name: "admission-plugins-by-secret",
  kind: KongPlugin,
  keys: (plugin) => secretsOf(plugin, plugin.metadata.namespace ?? ""),
};

/** KongClusterPlugins by the Secrets that they take something from: `namespace/name`. */
export const clusterPluginsBySecret: Index<KongClusterPluginObject> = {
  name: "admission-cluster-plugins-by-secret",
  kind: KongClusterPlugin,
  keys: (plugin) => secretsOf(plugin, ""),
};

/** KongVaults by their prefix. */
export const vaultsByPrefix: Index<KongVaultObject> = {
  name: "admission-vaults-by-prefix",
  kind: KongVault,
  keys: ({ spec }) => [spec.prefix],
};

/** What the store has to be able to look up for admission. */
export const admissionIndexes: readonly Index[] = [
  consumersByUsername,
  consumersByCustomId,
  consumersByCredential,
  secretsByCredential,
  pluginsBySecret,
  clusterPluginsBySecret,
  vaultsByPrefix,
];

/** The Secrets that a plugin object takes something from: `namespace/name`, each once. */
export function secretsOf(plugin: KongPluginObject | KongClusterPluginObject, own: string): readonly string[] {
  const refs = [
    plugin.configFrom?.secretKeyRef,
    ...(plugin.configPatches ?? []).map(({ valueFrom }) => valueFrom.secretKeyRef),
  ];
  const names = refs.flatMap((ref) => {
    if (ref === undefined) return [];
    const namespace = "namespace" in ref && typeof ref.namespace === "string" ? ref.namespace : own;
    return [`${namespace}/${ref.name}`];
  });
  return [...new Set(names)];
}
