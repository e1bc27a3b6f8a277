import { AGE, type CrdKind, KONG_CATEGORIES, KONG_GROUP } from "../crd-kind.ts";
import { list, type ObjectOf, optional, record, wholeObject } from "../schema.ts";
import { addressStatus, L4Backend, listenPort } from "./load-balancer.ts";

const UdpIngressRule = record(
  { port: listenPort, backend: L4Backend },
  { description: "A port, and where its packets go." },
);

const schema = wholeObject(
  {
    spec: optional(
      record(
        { rules: optional(list(UdpIngressRule, { description: "The rules." })) },
        { description: "What is wanted." },
      ),
    ),
    status: optional(addressStatus),
  },
  { description: "UDP packets to Services. Deprecated: use UDPRoute." },
);

export type UDPIngressObject = ObjectOf<typeof schema>;
export type UdpIngressRule = ObjectOf<typeof UdpIngressRule>;

export const UDPIngress: CrdKind<UDPIngressObject> = {
  group: KONG_GROUP,
  versions: ["v1beta1"],
  kind: "UDPIngress",
  plural: "udpingresses",
  namespaced: true,
  schema,
  crd: {
    categories: KONG_CATEGORIES,
    columns: [{ name: "Address", type: "string", jsonPath: ".status.loadBalancer.ingress[*].ip" }, AGE],
    status: true,
    deprecated: true,
  },
};
