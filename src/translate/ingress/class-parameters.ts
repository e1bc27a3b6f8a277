import { IngressClass } from "../../resources/core/ingress-class.ts";
import { IngressClassParameters } from "../../resources/kong/ingress-class-parameters.ts";
import type { Derivation } from "../../store/view.ts";
import type { Input } from "../input.ts";

export interface ClassParameters {
  readonly serviceUpstream: boolean;
  readonly legacyRegexDetection: boolean;
}

const NONE: ClassParameters = { serviceUpstream: false, legacyRegexDetection: false };

/** The parameters of our IngressClass, wherever an object's own class comes from (spec: ingress §3). Key: "". */
export const classParameters: Derivation<Input, ClassParameters> = {
  name: "class-parameters",
  compute(view) {
    const found = view.look(IngressClass, "", view.input.settings.ingressClass);
    const ref = found?.spec?.parameters;
    if (ref?.apiGroup !== "configuration.konghq.com" || ref.kind !== "IngressClassParameters") return NONE;
    if (ref.scope !== "Namespace" || ref.namespace === undefined) return NONE;
    const parameters = view.get(IngressClassParameters, ref.namespace, ref.name);
    if (parameters === undefined) return NONE;
    return {
      serviceUpstream: parameters.spec?.serviceUpstream === true,
      legacyRegexDetection: parameters.spec?.enableLegacyRegexDetection === true,
    };
  },
};
