import type { JsonObject } from "../../base/json.ts";
import type { Compared } from "../entities/compare-entities.ts";
import type { CurrentEntity } from "../entities/entity.ts";

export type Action =
  | "create"
  | "update"
  /** Written anew under its id, with everything that it has: what cannot be changed field by field. */
  | "replace"
  /** Given a value that nobody else wants, so that another entity can have its own. */
  | "free"
  /** A name in TLS goes over from one certificate to another. */
  | "move"
  | "delete";

/** One request that brings a gateway nearer to what is desired. */
export interface Change {
  readonly action: Action;
  readonly kind: string;
  readonly id: string;
  readonly method: "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly body?: JsonObject;
  /** What has to succeed before. */
  readonly needs: Set<Change>;
  /** What should have been tried before, whatever became of it. */
  readonly after: Set<Change>;
  /** What it is for; undefined for what is not desired any more. */
  readonly desired?: Compared;
  /** What is there; undefined for what is new. */
  readonly current?: CurrentEntity;
}
