import { formatRef } from "../../../base/problem.ts";
import { Secret, type SecretObject } from "../../../resources/core/secret.ts";
import { refOf } from "../../../resources/kind.ts";
import { isForeign } from "../class.ts";
import type { AdmissionContext } from "../context.ts";
import { consumersWith, credentialFaults, takenBy } from "../credentials.ts";
import { clusterPluginsBySecret, pluginsBySecret } from "../indexes.ts";
import { type KindCheck, refuse } from "../kind-check.ts";
import { pluginFindings } from "../plugin-faults.ts";
import { allow } from "../review.ts";

/** A Secret is refused only for what it would do to consumers and plugins of ours that use it. */
export const secretCheck: KindCheck<SecretObject> = {
  kind: Secret,
  async check({ object: secret }, context) {
    const faults = [...credentialUse(secret, context), ...(await pluginUse(secret, context))];
    return faults.length > 0 ? refuse(secret, faults) : allow();
  },
};

function credentialUse(secret: SecretObject, context: AdmissionContext): readonly string[] {
  const [consumer] = consumersWith(secret, context);
  if (consumer === undefined) return [];
  const user = formatRef(refOf(consumer));
  const wrong = credentialFaults(secret, context);
  if (wrong.length > 0) return wrong.map((fault) => `it is a credential of ${user}: ${fault}`);
  const taken = takenBy(secret, undefined, context);
  return taken === undefined ? [] : [`it is a credential of ${user}: ${taken}`];
}

async function pluginUse(secret: SecretObject, context: AdmissionContext): Promise<readonly string[]> {
  const { namespace = "", name } = secret.metadata;
  const key = `${namespace}/${name}`;
  const plugins = [
    ...context.objects.find(pluginsBySecret, key),
    ...context.objects.find(clusterPluginsBySecret, key).filter((plugin) => !isForeign(plugin, context)),
  ];
  const found = await Promise.all(
    plugins.map(async (plugin) => {
      const { faults, dangling } = await pluginFindings(plugin, [secret], context);
      // Another Secret that is missing is not this one's fault.
      return dangling ? [] : faults.map((fault) => `with it ${formatRef(refOf(plugin))} could not be used: ${fault}`);
    }),
  );
  return found.flat();
}
