import { KongClusterPlugin, type KongClusterPluginObject } from "../../../resources/kong/kong-cluster-plugin.ts";
import { isForeign } from "../class.ts";
import type { AdmissionContext } from "../context.ts";
import { type KindCheck, refuse } from "../kind-check.ts";
import { pluginFindings } from "../plugin-faults.ts";
import { allow } from "../review.ts";

/** A KongClusterPlugin has to have a configuration that can be read and that Kong takes, unless it says that it is another controller's. */
export const kongClusterPluginCheck: KindCheck<KongClusterPluginObject> = {
  kind: KongClusterPlugin,
  async check({ object }, context: AdmissionContext) {
    if (isForeign(object, context)) return allow();
    const { faults, warnings } = await pluginFindings(object, [object], context);
    return faults.length > 0 ? refuse(object, faults) : allow(...warnings);
  },
};
