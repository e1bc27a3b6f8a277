import { readConditions } from "../condition.ts";
import type { Kind } from "../kind.ts";
import {
  freeForm,
  LIST_ATOMIC,
  list,
  type ObjectOf,
  optional,
  record,
  rules,
  text,
  wholeObject,
  word,
} from "../schema.ts";
import { LabelSelector, ListenerStatus, listeners } from "./listener.ts";
import { GATEWAY_GROUP, objectName } from "./names.ts";
import { ADDRESS_RULES } from "./rules.ts";

const schema = wholeObject({
  spec: record(
    {
      /** The API server asks for it, and for listeners. */
      gatewayClassName: optional(objectName()),
      listeners: optional(listeners),
      addresses: optional(
        list(
          record({
            type: optional(text({ minLength: 1, maxLength: 253, default: "IPAddress" })),
            value: optional(text({ maxLength: 253 })),
          }),
          { maxItems: 16, ...LIST_ATOMIC, ...rules(...ADDRESS_RULES) },
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
      defaultScope: optional(word(["All", "None"])),
    },
    rules(
      { rule: "has(self.gatewayClassName)", message: "gatewayClassName must be given" },
      { rule: "has(self.listeners)", message: "listeners must be given" },
    ),
  ),
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
