import { AGE, type CrdKind, KONG_CATEGORIES, KONG_GROUP } from "../crd-kind.ts";
import { list, type ObjectOf, optional, record, text, wholeObject } from "../schema.ts";
import { addressStatus, L4Backend, listenPort } from "./load-balancer.ts";

const TcpIngressRule = record(
  {
    host: optional(
      text({ description: "The name asked for in the TLS handshake (SNI). Without one: every connection." }),
    ),
    port: listenPort,
    backend: L4Backend,
  },
  { description: "A port, and where its connections go." },
);

const schema = wholeObject(
  {
    spec: optional(
      record(
        {
          rules: optional(list(TcpIngressRule, { description: "The rules." })),
          tls: optional(
            list(
              record(
                {
                  hosts: optional(list(text(), { description: "The names that the certificate is for." })),
                  secretName: optional(text({ description: "Name of a Secret with `tls.crt` and `tls.key`." })),
                },
                { description: "A certificate and its names." },
              ),
              { description: "Certificates for connections that begin with a TLS handshake." },
            ),
          ),
        },
        { description: "What is wanted." },
      ),
    ),
    status: optional(addressStatus),
  },
  { description: "TCP and TLS connections to Services. Deprecated: use TCPRoute and TLSRoute." },
);

export type TCPIngressObject = ObjectOf<typeof schema>;
export type TcpIngressRule = ObjectOf<typeof TcpIngressRule>;

export const TCPIngress: CrdKind<TCPIngressObject> = {
  group: KONG_GROUP,
  versions: ["v1beta1"],
  kind: "TCPIngress",
  plural: "tcpingresses",
  namespaced: true,
  schema,
  crd: {
    categories: KONG_CATEGORIES,
    columns: [{ name: "Address", type: "string", jsonPath: ".status.loadBalancer.ingress[*].ip" }, AGE],
    status: true,
    deprecated: true,
  },
};
