import type { ObjectRef, Problem } from "../../base/problem.ts";

import type { Claim, ClaimIn, TableName } from "../fragment.ts";
import type { View } from "../input.ts";

/** One entity of the document, with the object it came from. */
export interface LinkedEntity {
  /** A section of the document, or the type of a custom entity. */
  readonly section: string;
  /** Its place in the section. */
  readonly sort: string;
  /** As `translate` prints it. */
  readonly value: object;
  /** The owner first, then whoever else it was merged from. */
  readonly origins: readonly ObjectRef[];
  /** Entities nested in it that came from elsewhere: the routes of a service. */
  readonly parts?: readonly { readonly type: string; readonly name: string; readonly origins: readonly ObjectRef[] }[];
}

export interface Ruling {
  readonly entities?: readonly LinkedEntity[];
  /** Claims in later tables only. */
  readonly claims?: readonly Claim[];
  readonly problems?: readonly Problem[];
}

/** How the claims of one key become entities, problems, or claims in later tables: a pure function, called with at least one claim, ordered by rank. */
export interface Rule<Name extends TableName> {
  readonly table: Name;
  rule(key: string, claims: readonly ClaimIn<Name>[], view: View): Ruling;
}

/** The claims of objects that are not left out. */
export function standing<Name extends TableName>(claims: readonly ClaimIn<Name>[]): readonly ClaimIn<Name>[] {
  return claims.some((c) => c.blocked === true) ? claims.filter((c) => c.blocked !== true) : claims;
}

/** The winner of a table in which the first has it all; undefined when that one is left out: nobody inherits. */
export function winner<Name extends TableName>(claims: readonly ClaimIn<Name>[]): ClaimIn<Name> | undefined {
  const first = claims[0];
  return first === undefined || first.blocked === true ? undefined : first;
}

/** The first of claims that describe the same thing; those that say how it is now come before those that say how it was when it was accepted last. */
export function firstCurrent<One extends { readonly standsIn?: boolean }>(claims: readonly One[]): One | undefined {
  return claims.find((claim) => claim.standsIn !== true) ?? claims[0];
}
