import { DNS_LABEL } from "../dns.ts";
import type { Kind } from "../kind.ts";
import { flag, integer, list, type ObjectOf, optional, record, rules, text, wholeObject } from "../schema.ts";

/** The label that names the Service an EndpointSlice belongs to. */
export const SERVICE_NAME_LABEL = "kubernetes.io/service-name";

const Endpoint = record({
  addresses: list(text(), { minItems: 1, maxItems: 100 }),
  conditions: optional(record({ ready: optional(flag()), serving: optional(flag()), terminating: optional(flag()) })),
  hostname: optional(text()),
  nodeName: optional(text()),
  zone: optional(text()),
  targetRef: optional(
    record({
      kind: optional(text()),
      name: optional(text()),
      namespace: optional(text()),
      uid: optional(text()),
    }),
  ),
});

const EndpointPort = record({
  name: optional(text({ default: "", maxLength: 63, pattern: `^$|^${DNS_LABEL}$` })),
  protocol: optional(text({ default: "TCP", enum: ["TCP", "UDP", "SCTP"] })),
  port: optional(integer()),
  appProtocol: optional(text()),
});

const NO_ENDPOINT =
  "^(0\\\\.0\\\\.0\\\\.0$|127\\\\.|169\\\\.254\\\\.|224\\\\.0\\\\.0\\\\.|::$|::1$|fe[89ab][0-9a-f]:|ff02:)";

const schema = wholeObject(
  {
    addressType: text({ enum: ["IPv4", "IPv6", "FQDN"] }),
    endpoints: optional(list(Endpoint, { maxItems: 1000 })),
    ports: optional(list(EndpointPort, { maxItems: 20_000 })),
  },
  rules(
    {
      rule: "!has(self.endpoints) || self.addressType == 'FQDN' || self.endpoints.all(e, e.addresses.all(a, isIP(a) && (self.addressType == 'IPv6') == a.contains(':')))",
      message: "an address is not of the addressType",
    },
    {
      rule: `!has(self.endpoints) || self.endpoints.all(e, e.addresses.all(a, !a.matches('${NO_ENDPOINT}')))`,
      message: "an address is one that no Pod can have: unspecified, loopback, link-local",
    },
    {
      rule: "!has(self.ports) || self.ports.all(a, self.ports.exists_one(b, a.name == b.name))",
      message: "two ports have the same name",
    },
  ),
);

export type EndpointSliceObject = ObjectOf<typeof schema>;
export type Endpoint = ObjectOf<typeof Endpoint>;
export type EndpointPort = ObjectOf<typeof EndpointPort>;

export const EndpointSlice: Kind<EndpointSliceObject> = {
  group: "discovery.k8s.io",
  versions: ["v1"],
  kind: "EndpointSlice",
  plural: "endpointslices",
  namespaced: true,
  schema,
};
