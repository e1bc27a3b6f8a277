import { type Json, type JsonObject, own } from "../../base/json.ts";
import type { Compared } from "../entities/compare-entities.ts";
import type { CurrentEntity } from "../entities/entity.ts";
import type { CurrentEntities } from "../entities/match-entities.ts";
import type { Change } from "./change.ts";
import type { DraftPlan } from "./plan.ts";

/** A name in TLS that one of our certificates has and another one shall have. */
interface NameMove {
  readonly name: string;
  readonly from: CurrentEntity;
  readonly to: Compared;
}

/** Which names in TLS go over from one certificate to another: each in one request, so that there is never a moment without a certificate for it. */
export class NameMoves {
  readonly all: readonly NameMove[];

  constructor(all: readonly NameMove[]) {
    this.all = all;
  }

  /** A new certificate as it is made: with the names that nobody else has. */
  namesAtFirst({ desired, value }: Compared): JsonObject {
    if (desired.kind !== "certificates") return value;
    const moved = new Set(this.#to(desired).map(({ name }) => name));
    return { ...value, snis: namesOf(value).filter((name) => !moved.has(name)) };
  }

  /** Whether the names of a certificate that is there are still others than they should be when the moves are done. */
  changesNames({ desired, current, value }: Compared): boolean {
    if (current === undefined) return false;
    const names = new Set(namesOf(current.value));
    for (const { name } of this.all.filter(({ from }) => from === current)) names.delete(name);
    for (const { name } of this.#to(desired)) names.add(name);
    const wanted = namesOf(value);
    return wanted.length !== names.size || wanted.some((name) => !names.has(name));
  }

  #to(desired: Compared["desired"]): readonly NameMove[] {
    return this.all.filter(({ to }) => to.desired === desired);
  }
}

/** Finds the names that change their certificate. */
export function nameMoves(desired: readonly Compared[], current: CurrentEntities): NameMoves {
  const holders = new Map<string, CurrentEntity>();
  for (const certificate of current.get("certificates") ?? [])
    for (const name of namesOf(certificate.value)) holders.set(name, certificate);
  const out: NameMove[] = [];
  for (const to of desired) {
    if (to.desired.kind !== "certificates") continue;
    for (const name of namesOf(to.value)) {
      const from = holders.get(name);
      if (from !== undefined && from !== to.current) out.push({ name, from, to });
    }
  }
  return new NameMoves(out);
}

/** Plans the moves: after the certificate that gets the name is there, before the one that had it loses its names or goes. */
export function moveNames({ all }: NameMoves, plan: DraftPlan): void {
  for (const { name, from, to } of all) {
    const needs = new Set<Change>();
    const path = `/snis/${encodeURIComponent(name)}`;
    const body = { certificate: { id: to.id } };
    const move = plan.add({
      action: "move",
      kind: "certificates",
      id: to.id,
      method: "PATCH",
      path,
      body,
      needs,
      after: new Set(),
      desired: to,
    });
    const receiving = plan.ofDesired.get(to.desired);
    if (receiving?.action === "create") needs.add(receiving);
    else receiving?.needs.add(move);
    plan.ofCurrent.get(from)?.needs.add(move);
  }
}

function namesOf(certificate: JsonObject): readonly string[] {
  const names: Json | undefined = own(certificate, "snis");
  return Array.isArray(names) ? (names as readonly string[]) : [];
}
