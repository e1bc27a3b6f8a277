import { consumerGroupId } from "../../kong/ids.ts";
import { refOf } from "../../resources/kind.ts";
import { KongConsumerGroup, type KongConsumerGroupObject } from "../../resources/kong/kong-consumer-group.ts";
import type { Derivation } from "../../store/view.ts";
import { type Claim, rankOf } from "../fragment.ts";
import { isOurs } from "../ingress/class.ts";
import type { Input } from "../input.ts";
import { tagsOf } from "../tags.ts";
import type { Unit } from "../unit.ts";
import { pluginUses } from "./plugin.ts";

/** Whether a KongConsumerGroup is there for consumers to be in. Key: `namespace/name`. */
export const consumerGroupState: Derivation<Input, "ours" | "foreign" | "none"> = {
  name: "consumer-group",
  compute(view, key) {
    const slash = key.indexOf("/");
    const group = view.get(KongConsumerGroup, key.slice(0, slash), key.slice(slash + 1));
    if (group === undefined) return "none";
    return isOurs(group, undefined, view) ? "ours" : "foreign";
  },
};

/** A KongConsumerGroup: the group, and the plugins for its members (spec: kong-crds §4). Its namespace is no part of its name in Kong. */
export const kongConsumerGroupUnit: Unit<KongConsumerGroupObject> = {
  kind: KongConsumerGroup,
  compile(object, view) {
    if (!isOurs(object, undefined, view)) return { claims: [], problems: [] };
    const { settings, profile } = view.input;
    const { name } = object.metadata;
    const plugins = pluginUses(object, view);
    const claim: Claim = {
      table: "consumerGroup",
      key: name,
      rank: rankOf(object),
      origin: refOf(object),
      value: {
        type: "group",
        group: {
          ...(settings.fillIds ? { id: consumerGroupId(name, profile.workspace) } : {}),
          name,
          tags: tagsOf(object),
        },
        plugins: plugins.uses,
      },
    };
    return { claims: [claim], problems: plugins.problems };
  },
};
