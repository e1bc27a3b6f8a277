import { readConditions } from "../condition.ts";
import {
  integer,
  LIST_ATOMIC,
  list,
  listMap,
  map,
  type ObjectOf,
  optional,
  port,
  record,
  rules,
  text,
  word,
} from "../schema.ts";
import { GATEWAY_GROUP, group, hostname, kindName, namespaceName, objectName, sectionName } from "./names.ts";

/** Picks objects by their labels (metav1.LabelSelector). */
export const LabelSelector = record({
  matchLabels: optional(map(text())),
  matchExpressions: optional(
    list(record({ key: text(), operator: text(), values: optional(list(text(), LIST_ATOMIC)) }), LIST_ATOMIC),
  ),
});

const RouteGroupKind = record({ group: optional(group({ default: GATEWAY_GROUP })), kind: kindName() });

/** From which namespaces routes of which kinds may come. */
const AllowedRoutes = record(
  {
    namespaces: optional(
      record(
        {
          from: optional(word(["All", "Selector", "Same", "None"], { default: "Same" })),
          selector: optional(LabelSelector),
        },
        { default: { from: "Same" } },
      ),
    ),
    kinds: optional(list(RouteGroupKind, { maxItems: 8, ...LIST_ATOMIC })),
  },
  { default: { namespaces: { from: "Same" } } },
);

export const CertificateRef = record({
  group: optional(group({ default: "" })),
  kind: optional(kindName({ default: "Secret" })),
  namespace: optional(namespaceName()),
  name: objectName(),
});

const ListenerTls = record(
  {
    mode: optional(word(["Terminate", "Passthrough"], { default: "Terminate" })),
    certificateRefs: optional(list(CertificateRef, { maxItems: 64, ...LIST_ATOMIC })),
    options: optional(map(text({ maxLength: 4096 }), { maxProperties: 16 })),
  },
  rules({
    rule: "self.mode == 'Terminate' ? size(self.certificateRefs) > 0 || size(self.options) > 0 : true",
    message: "certificateRefs or options must be specified when mode is Terminate",
  }),
);

/** What a Gateway or a ListenerSet listens for. */
export const Listener = record({
  name: sectionName(),
  hostname: optional(hostname()),
  port: port(),
  /** HTTP, HTTPS, TLS, TCP or UDP; others belong to other implementations. */
  protocol: text({ minLength: 1, maxLength: 255 }),
  tls: optional(ListenerTls),
  allowedRoutes: optional(AllowedRoutes),
});

export const listeners = list(Listener, {
  minItems: 1,
  maxItems: 64,
  ...listMap("name"),
  ...rules(
    {
      rule: "self.all(l, l.protocol in ['HTTP', 'TCP', 'UDP'] ? !has(l.tls) : true)",
      message: "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']",
    },
    {
      rule: "self.all(l, (l.protocol == 'HTTPS' && has(l.tls)) ? (l.tls.mode == '' || l.tls.mode == 'Terminate') : true)",
      message: "tls mode must be Terminate for protocol HTTPS",
    },
    {
      rule: "self.all(l, (l.protocol == 'TLS' ? has(l.tls) && has(l.tls.mode) && l.tls.mode != '' : true))",
      message: "tls mode must be set for protocol TLS",
    },
    {
      rule: "self.all(l, l.protocol in ['TCP', 'UDP']  ? (!has(l.hostname) || l.hostname == '') : true)",
      message: "hostname must not be specified for protocols ['TCP', 'UDP']",
    },
    {
      rule: "self.all(l1, self.exists_one(l2, l1.name == l2.name))",
      message: "Listener name must be unique within the Gateway",
    },
    {
      rule: "self.all(l1, self.exists_one(l2, l1.port == l2.port && l1.protocol == l2.protocol && (has(l1.hostname) && has(l2.hostname) ? l1.hostname == l2.hostname : !has(l1.hostname) && !has(l2.hostname))))",
      message: "Combination of port, protocol and hostname must be unique for each listener",
    },
  ),
});

/** What a controller has made of a listener. */
export const ListenerStatus = record({
  name: text(),
  supportedKinds: optional(list(record({ group: optional(text()), kind: text() }))),
  attachedRoutes: optional(integer()),
  conditions: optional(readConditions),
});

export type ListenerObject = ObjectOf<typeof Listener>;
export type ListenerStatusObject = ObjectOf<typeof ListenerStatus>;
export type LabelSelectorObject = ObjectOf<typeof LabelSelector>;
export type CertificateRefObject = ObjectOf<typeof CertificateRef>;
