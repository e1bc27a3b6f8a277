import { Ingress, type IngressObject } from "../../../resources/core/ingress.ts";
import { checkCompiled } from "../assessed.ts";
import type { KindCheck } from "../kind-check.ts";

/** An Ingress of our class has to compile. */
export const ingressCheck: KindCheck<IngressObject> = {
  kind: Ingress,
  check: ({ object }, context) => checkCompiled(object, context),
};
