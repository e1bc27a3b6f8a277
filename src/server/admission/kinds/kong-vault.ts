import { isJsonObject, type JsonObject } from "../../../base/json.ts";
import { formatRef } from "../../../base/problem.ts";
import { keyOf, refOf } from "../../../resources/kind.ts";
import { KongVault, type KongVaultObject } from "../../../resources/kong/kong-vault.ts";
import { isManaged } from "../class.ts";
import { vaultsByPrefix } from "../indexes.ts";
import { at, type KindCheck, refuse } from "../kind-check.ts";
import { findingsOf } from "../plugin-faults.ts";
import { allow } from "../review.ts";

/** A KongVault of our class needs a prefix of its own and a configuration that Kong takes. */
export const kongVaultCheck: KindCheck<KongVaultObject> = {
  kind: KongVault,
  async check({ object }, context) {
    if (!isManaged(object, context)) return allow();
    const { backend, prefix, description = "", config = {} } = object.spec;
    if (!isJsonObject(config)) return refuse(object, [at("spec.config", "the configuration of a vault is an object")]);
    const other = context.objects
      .find(vaultsByPrefix, prefix)
      .find((found) => keyOf(found) !== keyOf(object) && isManaged(found, context));
    if (other !== undefined) {
      const message = `"${prefix}" is already that of ${formatRef(refOf(other))}; choose another one`;
      return refuse(object, [at("spec.prefix", message)]);
    }
    const entity: JsonObject = {
      name: backend,
      prefix,
      ...(description === "" ? {} : { description }),
      config: config as JsonObject,
    };
    const { faults, warnings } = findingsOf(await context.kong.of("vaults", entity, false), `vault ${backend}`);
    return faults.length > 0 ? refuse(object, faults) : allow(...warnings);
  },
};
