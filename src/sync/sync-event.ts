import type { EndedPush } from "./delivery.ts";
import type { GatewayEvent } from "./gateway.ts";

/** What the loop is told. */
export type SyncEvent =
  | { readonly type: "lists-complete" }
  | { readonly type: "gateway"; readonly event: GatewayEvent }
  | { readonly type: "push-ended"; readonly push: EndedPush }
  /** Every object was read anew, as it was asked for. */
  | { readonly type: "confirmed" }
  | { readonly type: "leading"; readonly leading: boolean }
  /** Something that was put off is due: changes that were gathered, a paced push, a retry. */
  | { readonly type: "due" };
