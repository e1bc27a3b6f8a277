import { UDPIngress, type UDPIngressObject } from "../../resources/kong/udp-ingress.ts";
import type { Unit } from "../unit.ts";
import { isOurs } from "./class.ts";
import { compileL4Rules, type L4Kind } from "./l4-rules.ts";

const UDP: L4Kind = {
  protocols: ["udp"],
  suffix: ".udp",
  fields: ({ backend }) => ({ protocol: "udp", port: backend.servicePort }),
};

/** UDPIngress → routes for UDP packets (spec: ingress §16). */
export const udpIngressUnit: Unit<UDPIngressObject> = {
  kind: UDPIngress,
  compile(object, view) {
    if (!isOurs(object, undefined, view)) return { claims: [], problems: [] };
    return compileL4Rules(object, object.spec?.rules ?? [], UDP, view);
  },
};
