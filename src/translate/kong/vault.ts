import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { vaultId } from "../../kong/ids.ts";
import { refOf } from "../../resources/kind.ts";
import { KongVault, type KongVaultObject } from "../../resources/kong/kong-vault.ts";
import { type Claim, rankOf } from "../fragment.ts";
import { isOurs } from "../ingress/class.ts";
import { tagsOf } from "../tags.ts";
import type { Unit } from "../unit.ts";

/** A KongVault: a vault under its prefix (spec: kong-crds §8). */
export const kongVaultUnit: Unit<KongVaultObject> = {
  kind: KongVault,
  compile(object, view) {
    if (!isOurs(object, undefined, view)) return { claims: [], problems: [] };
    const { settings, profile } = view.input;
    const { backend, prefix, description = "", config = {} } = object.spec;
    const origin = refOf(object);
    if (!isJsonObject(config)) {
      const message = "the configuration of a vault is an object; this one is left out";
      const path = "spec.config";
      return { claims: [], problems: [{ code: "vault-config", severity: "error", object: origin, path, message }] };
    }
    const claim: Claim = {
      table: "vault",
      key: prefix,
      rank: rankOf(object),
      origin,
      value: {
        vault: {
          ...(settings.fillIds ? { id: vaultId(prefix, profile.workspace) } : {}),
          name: backend,
          prefix,
          ...(description === "" ? {} : { description }),
          ...(Object.keys(config).length === 0 ? {} : { config: config as JsonObject }),
          tags: tagsOf(object),
        },
      },
    };
    return { claims: [claim], problems: [] };
  },
};
