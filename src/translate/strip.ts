import { stripEntity } from "../kong/check-entity.ts";
import type { RouterFlavor } from "../kong/entities.ts";
import { childrenOf } from "../kong/schema/relations.ts";
import type { Strip } from "./document.ts";

/** Leaves out what every Kong fills in by itself, in nested entities too: a Kong as it comes refuses documents over 10 MB. */
export function stripper(flavor: RouterFlavor): Strip {
  const strip: Strip = (section, value) => {
    let out = value as Record<string, unknown>;
    for (const child of childrenOf(section).keys()) {
      const children = out[child];
      if (Array.isArray(children)) out = { ...out, [child]: children.map((one: object) => strip(child, one)) };
    }
    return stripEntity(section, out, flavor);
  };
  return strip;
}
