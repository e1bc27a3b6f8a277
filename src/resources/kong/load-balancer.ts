import { integer, LIST_ATOMIC, list, optional, port, record, text } from "../schema.ts";

const PortStatus = record(
  {
    port: integer({ description: "The port.", format: "int32" }),
    protocol: text({ description: "TCP, UDP or SCTP." }),
    error: text({
      description: "Why the port could not be opened.",
      maxLength: 316,
      pattern:
        "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$",
    }),
  },
  { description: "The state of one port." },
);

/** The status of TCPIngress and UDPIngress. */
export const addressStatus = record(
  {
    loadBalancer: optional(
      record(
        {
          ingress: optional(
            list(
              record(
                {
                  ip: optional(text({ description: "An IP address." })),
                  hostname: optional(text({ description: "A host name." })),
                  ipMode: optional(text({ description: "How the address is delivered: VIP or Proxy." })),
                  ports: optional(list(PortStatus, { description: "The ports.", ...LIST_ATOMIC })),
                },
                { description: "One address." },
              ),
              { description: "All addresses.", ...LIST_ATOMIC },
            ),
          ),
        },
        { description: "The addresses of the gateway." },
      ),
    ),
  },
  { description: "Where the ports can be reached." },
);

/** A Service and a port of it. */
export const L4Backend = record(
  {
    serviceName: text({ description: "Name of a Service of this namespace.", minLength: 1 }),
    servicePort: port({ description: "Port of the Service." }),
  },
  { description: "Where connections go." },
);

export const listenPort = port({ description: "The port that the gateway listens on." });
