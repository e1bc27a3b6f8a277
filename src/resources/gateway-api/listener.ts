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
import { LISTENER_RULES, LISTENER_TLS } from "./rules.ts";

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
          from: optional(word(["All", "Selector", "Same"], { default: "Same" })),
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
  rules(LISTENER_TLS),
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
  ...rules(...LISTENER_RULES),
});

/** What a controller has made of a listener. */
export const ListenerStatus = record({
  name: text(),
  supportedKinds: optional(list(record({ group: optional(text()), kind: text() }))),
  attachedRoutes: optional(integer()),
  conditions: optional(readConditions),
});

export type ListenerObject = ObjectOf<typeof Listener>;
export type LabelSelectorObject = ObjectOf<typeof LabelSelector>;
export type CertificateRefObject = ObjectOf<typeof CertificateRef>;
