import type { Pieces } from "../base/pieces.ts";
import type { ObjectRef } from "../base/problem.ts";
import type { Profile } from "../translate/input.ts";

/**
 * What `sync` needs of gateways. `gateways/` provides it, `cli/` wires it. All that comes back from a gateway is a value here; nothing in this file throws for
 * what a gateway does.
 */

/** An entity of a payload, with the objects it came from. */
export interface PlacedEntity {
  readonly value: object;
  /** The owner first. */
  readonly origins: readonly ObjectRef[];
  /** Entities nested in it that came from elsewhere. */
  readonly parts?: readonly { readonly type: string; readonly name: string; readonly origins: readonly ObjectRef[] }[];
}

/** A whole configuration for gateways of one profile. */
export interface Payload {
  /** The document as text. */
  readonly bytes: Pieces;
  /** 32 hex digits, of `bytes`. */
  readonly md5: string;
  /** How many entities stand on the top level. */
  readonly entities: number;
  /** The entities in the order of the document, by section. */
  readonly sections: ReadonlyMap<string, readonly PlacedEntity[]>;
}

/** One thing that a gateway refused. */
export interface Rejection {
  /** The objects behind it, the owner first; empty when it could not be tied to any. */
  readonly origins: readonly ObjectRef[];
  /** Kong's name of the type, such as `route`; "" when unknown. */
  readonly entityType: string;
  readonly entityName: string;
  /** Dotted, as Kong gives it: `paths.1`, `config.minute`; undefined when the whole entity is meant. */
  readonly field: string | undefined;
  /** Kong's words, without what may be secret. */
  readonly message: string;
}

/** Something that is not wanted any more and could not be removed from a gateway's database, because something that is not ours uses it. */
export interface Leftover {
  /** Kong's name of the type, such as `service`. */
  readonly entityType: string;
  readonly entityName: string;
  /** Kong's words, without what may be secret. */
  readonly message: string;
}

/** What became of a push. */
export type PushOutcome =
  /** Loaded. `hash` is what the gateway reports since; with a database, the payload's own. */
  | { readonly kind: "accepted"; readonly hash: string; readonly leftovers?: readonly Leftover[] }
  /** It held these bytes already, or with a database, everything in them. */
  | { readonly kind: "unchanged"; readonly hash: string; readonly leftovers?: readonly Leftover[] }
  /** Refused as invalid; the former configuration stays in force there. `conflict`: something else in its database is in the way. */
  | {
      readonly kind: "rejected";
      readonly rejections: readonly Rejection[];
      readonly answer: string;
      readonly conflict?: boolean;
    }
  /** Larger than the gateway takes, so it was not sent, or sent and refused. Sizes in bytes; a limit of undefined is not known. */
  | { readonly kind: "too-large"; readonly size: number; readonly limit: number | undefined; readonly setting: string }
  /** The gateway asks to come back, after `retryAfter` ms if it says when. */
  | { readonly kind: "busy"; readonly retryAfter: number | undefined; readonly cause: Cause }
  /** As far as is known nothing was loaded: it was not reached, or answered with an error of its own. */
  | { readonly kind: "failed"; readonly cause: Cause }
  /** The caller aborted it. */
  | { readonly kind: "cancelled" };

/** Why an attempt or a connection failed. */
export interface Cause {
  /** One line, for people; no secrets. */
  readonly message: string;
  /** What to look at when waiting will hardly mend it; undefined when waiting may. */
  readonly advice?: string;
}

/** The connection to one gateway. Times are monotonic ms, since the wall clock may jump. */
export type ConnectionState =
  /** Not begun. */
  | { readonly phase: "waiting" }
  /** `attempt` counts from 1 and is the one under way, or the last one made when `nextTry` is set. */
  | {
      readonly phase: "connecting";
      readonly attempt: number;
      readonly nextTry: number | undefined;
      /** The whole wait before `nextTry`, ms. */
      readonly delay?: number;
      readonly cause: Cause | undefined;
      /** Set when it was ready before. */
      readonly lostSince: number | undefined;
    }
  | { readonly phase: "ready"; readonly since: number; readonly facts: GatewayFacts }
  | { readonly phase: "lost"; readonly since: number; readonly cause: Cause }
  /** All attempts are used and no gateway was ever reached. */
  | { readonly phase: "exhausted"; readonly attempts: number; readonly cause: Cause }
  | { readonly phase: "closed" };

/** What a gateway told of itself when it answered. */
export interface GatewayFacts {
  readonly profile: Profile;
  /** As it stands in the root, such as `3.9.1`. */
  readonly version: string;
  /** Changes with each start of the gateway, where it has one. */
  readonly nodeId: string;
  /** The hash of what it holds: 32 hex digits, zeros for nothing; undefined with a database. */
  readonly hash: string | undefined;
}

/** `configuration_hash` of a gateway that holds nothing. */
export const EMPTY_HASH = "0".repeat(32);

export interface Gateway {
  /** Unique among those of one process, and never used again for another gateway. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Base URL of the Admin API, without credentials; the `dataplane` label of metrics. */
  readonly url: string;
  readonly state: ConnectionState;
  /** Stands for the search for gateways as long as it has found none: never ready. */
  readonly placeholder: boolean;
  /** Attempts made since the process started. */
  readonly attempts: number;
  /** Somebody else may have changed what it holds without its telling: what is remembered counts for nothing. */
  doubt?(): void;
  /** Makes the gateway hold the payload. Called once at a time, and only while it is ready. */
  push(payload: Payload, signal: AbortSignal): Promise<PushOutcome>;
  /** The text of what it holds, as it can be pushed again; undefined when it cannot be had. Not of gateways with a database. */
  heldText?(): Promise<string | undefined>;
}

export type GatewayEvent =
  /** It appeared, or its connection is in another state. */
  | { readonly type: "state"; readonly gateway: Gateway }
  /** It was asked what it holds. Never sent while a push to it is under way. */
  | { readonly type: "held"; readonly gateway: Gateway; readonly hash: string }
  /** It is gone for good. */
  | { readonly type: "left"; readonly gateway: Gateway }
  /** No gateway was ever reached, and no attempts are left. */
  | { readonly type: "gave-up"; readonly attempts: number; readonly cause: Cause };

/** The gateways that are known at the moment. */
export interface Fleet {
  readonly gateways: readonly Gateway[];
  listen(listener: (event: GatewayEvent) => void): () => void;
}
