import { type JsonObject, own } from "../../base/json.ts";

/** The fields that name an entity to people; what a credential is named by is secret, or nearly. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  services: ["name"],
  routes: ["name"],
  upstreams: ["name"],
  targets: ["target"],
  plugins: ["name"],
  consumers: ["username", "custom_id"],
  consumer_groups: ["name"],
  vaults: ["prefix"],
  ca_certificates: ["id"],
  certificates: ["id"],
  key_sets: ["name"],
  keys: ["name"],
  filter_chains: ["name"],
};

/** What an entity is called; "" when it has no name that may be shown. */
export function entityName(kind: string, value: JsonObject): string {
  for (const field of own(NAMES, kind) ?? []) {
    const name = own(value, field);
    if (typeof name === "string" && name !== "") return name;
  }
  return "";
}

/** Kong's name of the type, such as `route`, for one entity of a kind. */
export function entityType(kind: string): string {
  return kind.replace(/s$/, "");
}
