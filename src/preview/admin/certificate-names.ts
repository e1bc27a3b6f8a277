import type { JsonObject } from "../../base/json.ts";
import { type Entity, refId } from "../entity-set.ts";
import type { Answer } from "./answer.ts";
import { fieldViolation } from "./entity-errors.ts";
import type { EntityStore } from "./entity-store.ts";
import type { EntityWriter } from "./entity-write.ts";
import type { Kind } from "./kinds.ts";

/** A certificate as the Admin API shows it: with its names in TLS. */
export function withNames(certificate: Entity, store: EntityStore): Entity {
  const snis = store.referring("snis", "certificate", certificate.id).map((sni) => sni["name"]);
  return { ...certificate, snis };
}

/** Takes the names out of a body; undefined when it says nothing about them. */
export function takeNames(body: JsonObject): {
  readonly rest: JsonObject;
  readonly names: readonly string[] | undefined;
} {
  const { snis, ...rest } = body;
  if (snis === undefined) return { rest, names: undefined };
  return { rest, names: Array.isArray(snis) ? snis.filter((name): name is string => typeof name === "string") : [] };
}

/** Refuses names that another certificate has. */
export function takenNames(
  names: readonly string[],
  certificateId: string | undefined,
  store: EntityStore,
): Answer | undefined {
  for (const name of names) {
    const sni = store.find("snis", { name });
    const other = sni === undefined ? undefined : refId(sni, "certificate");
    if (other !== undefined && other !== certificateId)
      return fieldViolation("snis", `${name} already associated with existing certificate '${other}'`);
  }
  return undefined;
}

/** Gives a certificate exactly these names. */
export function setNames(
  certificate: Entity,
  names: readonly string[],
  store: EntityStore,
  writer: EntityWriter,
  snis: Kind,
): void {
  const there = store.referring("snis", "certificate", certificate.id);
  for (const sni of there) if (!names.includes(String(sni["name"]))) store.remove("snis", sni.id);
  for (const name of names) {
    if (there.some((sni) => sni["name"] === name)) continue;
    const made = writer.whole(snis, { name, certificate: { id: certificate.id } }, undefined);
    if ("entity" in made) store.put("snis", made.entity);
  }
}
