import { readConditions } from "../condition.ts";
import type { Kind } from "../kind.ts";
import { freeForm, LIST_ATOMIC, list, type ObjectOf, optional, record, text, wholeObject, word } from "../schema.ts";
import { LabelSelector, ListenerStatus, listeners } from "./listener.ts";
import { GATEWAY_GROUP, objectName } from "./names.ts";

const schema = wholeObject({
  spec: record({
    /** The API server asks for it. */
    gatewayClassName: optional(objectName()),
    listeners: optional(listeners),
    addresses: optional(
      list(
        record({
          type: optional(text({ minLength: 1, maxLength: 253, default: "IPAddress" })),
          value: optional(text({ maxLength: 253 })),
        }),
        { maxItems: 16, ...LIST_ATOMIC },
      ),
    ),
    /** Which ListenerSets may add listeners. */
    allowedListeners: optional(
      record({
        namespaces: optional(
          record(
            {
              from: optional(word(["All", "Selector", "Same", "None"], { default: "None" })),
              selector: optional(LabelSelector),
            },
            { default: { from: "None" } },
          ),
        ),
      }),
    ),
    /** Not supported; read so that it can be said. */
    infrastructure: optional(freeForm()),
    tls: optional(freeForm()),
  }),
  status: optional(
    record({
      addresses: optional(list(record({ type: optional(text()), value: text() }))),
      conditions: optional(readConditions),
      listeners: optional(list(ListenerStatus)),
    }),
  ),
});

export type GatewayObject = ObjectOf<typeof schema>;

export const Gateway: Kind<GatewayObject> = {
  group: GATEWAY_GROUP,
  versions: ["v1", "v1beta1"],
  kind: "Gateway",
  plural: "gateways",
  namespaced: true,
  schema,
};
