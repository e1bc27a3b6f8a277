import type { JsonObject } from "../../base/json.ts";
import type { Opinion } from "../../gateways/opinion/opinion.ts";
import type { KubernetesObject } from "../../resources/kind.ts";
import type { KongClusterPluginObject } from "../../resources/kong/kong-cluster-plugin.ts";
import type { KongPluginObject } from "../../resources/kong/kong-plugin.ts";
import { pluginEntity } from "../../translate/kong/resolved-plugin.ts";
import { pluginVeil, veiledFault } from "../../translate/link/veil.ts";
import type { AdmissionContext } from "./context.ts";
import { secretsOf } from "./indexes.ts";
import { at } from "./kind-check.ts";

export interface PluginFindings {
  /** Why it cannot be used. None of them quotes a Secret. */
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
  /** It names a Secret, or a key of one, that is not there. */
  readonly dangling: boolean;
}

/** What is wrong with a plugin object if `stored` were stored too: its configuration has to be readable, and Kong has to take it. */
export async function pluginFindings(
  plugin: KongPluginObject | KongClusterPluginObject,
  stored: readonly KubernetesObject[],
  context: AdmissionContext,
): Promise<PluginFindings> {
  const asked = await context.compute(stored, (view) => pluginEntity(plugin, view));
  if ("problem" in asked) {
    const { code, path, message } = asked.problem;
    return { faults: [at(path, message)], warnings: [], dangling: code === "secret-missing" };
  }
  const instance = plugin.instance_name ?? "";
  const entity: JsonObject = { ...asked.entity, ...(instance === "" ? {} : { instance_name: instance }) };
  const secretive = secretsOf(plugin, "").length > 0;
  const opinion = await context.kong.of("plugins", entity, secretive);
  const veil = pluginVeil(plugin, context.kong.profile);
  const veiled: Opinion =
    opinion.by === "nobody"
      ? opinion
      : { ...opinion, faults: opinion.faults.map((fault) => veiledFault(fault, veil).fault) };
  return { ...findingsOf(veiled, `plugin ${plugin.plugin}`), dangling: false };
}

/** What an opinion comes to. `what`: the entity, for people. */
export function findingsOf(opinion: Opinion, what: string): Pick<PluginFindings, "faults" | "warnings"> {
  if (opinion.by === "nobody") {
    const warning = `the ${what} was let through unchecked: no gateway can be asked at the moment, and nothing is known of its fields`;
    return { faults: [], warnings: [warning] };
  }
  const faults = opinion.faults.map(({ field, message }) => `Kong does not take the ${what}: ${at(field, message)}`);
  return { faults, warnings: [] };
}
