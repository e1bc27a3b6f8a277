import { randomBytes } from "node:crypto";
import { checkDocument } from "../kong/declarative/check-document.ts";
import type { RouterFlavor } from "../kong/entities.ts";
import { type Entity, type EntitySet, refId } from "./entity-set.ts";
import { passwordHash } from "./plugins/basic-auth.ts";

/** What a document turned out to be: entities, or the answer that refuses it. */
export type Loaded =
  | { readonly ok: true; readonly entities: EntitySet }
  | { readonly ok: false; readonly status: number; readonly body: unknown };

export interface LoadOptions {
  readonly flavor: RouterFlavor;
  /** Errors by entity. */
  readonly flatten: boolean;
  /** ms since 1970. */
  readonly now: number;
  readonly newId: () => string;
}

/** Takes a declarative configuration, or says why not in Kong's words. */
export function loadDocument(document: unknown, options: LoadOptions): Loaded {
  const { flavor, now, newId } = options;
  const result = checkDocument(document, { flavor, now, auto: { now, uuid: newId, token: newToken } });
  if (!result.ok) {
    const { errors } = result;
    return { ok: false, status: errors.status, body: options.flatten ? errors.flattened() : errors.plain() };
  }
  // Every entity was given an id.
  const entities = new Map(result.entities as EntitySet);
  const credentials = entities.get("basicauth_credentials");
  if (credentials !== undefined)
    entities.set("basicauth_credentials", new Map([...credentials].map(([id, entity]) => [id, withHash(entity)])));
  return { ok: true, entities };
}

/** A credential as Kong keeps it: the password hashed. */
export function withHash(credential: Entity): Entity {
  const { password } = credential;
  if (typeof password !== "string") return credential;
  return { ...credential, password: passwordHash(password, refId(credential, "consumer") ?? "") };
}

/** What Kong draws for keys and secrets that are not given: 32 letters and digits. */
export function newToken(): string {
  return randomBytes(24).toString("base64").replace(/[+/=]/g, "x");
}
