import type { JsonObject } from "../../base/json.ts";
import type { ConnectionState, Fleet, GatewayEvent } from "../../sync/gateway.ts";
import type { AdminAnswer } from "../admin-client.ts";

/** One thing that is wrong with an entity. */
export interface Fault {
  /** Path with dots and positions from 1; undefined for the entity as a whole. */
  readonly field: string | undefined;
  /** Kong's words, without the values that the entity holds unless they may be shown. */
  readonly message: string;
}

/** What is to be said against an entity, and who says it. */
export type Opinion =
  /** `schema`: the schemas that a gateway showed before it was lost; `tables`: our own, of the open-source Kong 3.9. No faults: it is fine. */
  | { readonly by: "gateway" | "schema" | "tables"; readonly faults: readonly Fault[] }
  /** No gateway can be asked, and nothing is known of entities of this type. */
  | { readonly by: "nobody" };

export interface Question {
  readonly method: "GET" | "POST";
  /** Within the workspace, from the slash on. */
  readonly path: string;
  readonly body?: JsonObject;
  /** The answer may be as large as a configuration: it has the time that a push has. */
  readonly large?: boolean;
}

/** A gateway that answers questions besides its configuration. */
export interface AskableGateway {
  readonly state: ConnectionState;
  /** Rejects with an AdminFailure when no whole answer came. */
  ask(question: Question, signal: AbortSignal): Promise<AdminAnswer>;
}

export interface AskableFleet {
  readonly gateways: readonly AskableGateway[];
  listen(listener: (event: GatewayEvent) => void): ReturnType<Fleet["listen"]>;
}
