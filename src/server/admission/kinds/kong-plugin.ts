import { KongPlugin, type KongPluginObject } from "../../../resources/kong/kong-plugin.ts";
import { type KindCheck, refuse } from "../kind-check.ts";
import { pluginFindings } from "../plugin-faults.ts";
import { allow } from "../review.ts";

/** A KongPlugin has to have a configuration that can be read and that Kong takes. */
export const kongPluginCheck: KindCheck<KongPluginObject> = {
  kind: KongPlugin,
  async check({ object }, context) {
    const { faults, warnings } = await pluginFindings(object, [object], context);
    return faults.length > 0 ? refuse(object, faults) : allow(...warnings);
  },
};
