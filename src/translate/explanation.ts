import { compareStrings, type ObjectRef, type Problem } from "../base/problem.ts";
import { keyOfRef, type ObjectKey, refOf } from "../resources/kind.ts";
import type { ObjectStore } from "../store/object-store.ts";
import type { Compiler } from "./compiler.ts";
import type { LinkedEntity } from "./link/rule.ts";
import { redacted } from "./redaction.ts";

/** Everything the compiler knows of one object. It holds no secret. */
export interface Explanation {
  readonly object: ObjectRef;
  /** Undefined unless the object is left out of the configuration as a whole. */
  readonly leftOut: LeftOut | undefined;
  /** What is in the configuration because of it. */
  readonly entities: readonly ExplainedEntity[];
  /** Sorted by kind, namespace and name, like `usedBy`. */
  readonly uses: readonly RelatedObject[];
  readonly usedBy: readonly RelatedObject[];
  /** Those it has, and those of others that concern it. */
  readonly problems: readonly Problem[];
}

export type LeftOut =
  /** A gateway refused it. */
  | { readonly reason: "refused" }
  /** It uses what a gateway refused. */
  | { readonly reason: "uses-refused"; readonly objects: readonly RelatedObject[] }
  /** Without what is wrong with it, it would do something else than was asked for. */
  | { readonly reason: "problem"; readonly code: string };

export interface ExplainedEntity {
  /** `service`, `route`, `keyauth credential` … */
  readonly type: string;
  /** As Kong knows it where it has a name there, else what tells it from others of its type. */
  readonly name: string;
  /** What it is nested in: `service shop.web.80`. */
  readonly within?: string;
  /** The other objects it was made from. */
  readonly with: readonly ObjectRef[];
  /** Its fields, secrets masked; what is nested in it is an entity of its own. */
  readonly fields: object;
}

export interface RelatedObject {
  readonly kind: string;
  /** "" for cluster-wide objects. */
  readonly namespace: string;
  readonly name: string;
  /** False: it is named, and not there. */
  readonly present: boolean;
}

/** What an explanation is made from. */
export interface ExplanationSource {
  readonly compiler: Compiler;
  readonly store: ObjectStore;
  /** All there are. */
  readonly problems: readonly Problem[];
}

/** What an object yields, what it uses, what uses it, and what is wrong with it; undefined when it is not there. Takes a walk over everything compiled. */
export function explain(object: ObjectKey, source: ExplanationSource): Explanation | undefined {
  const { compiler, store } = source;
  const found = store.byKey(object);
  if (found === undefined) return undefined;
  const problems = source.problems.filter((problem) => concerns(problem, object));
  const { dependencies } = compiler;
  const uses = dependencies.uses(object);
  return {
    object: refOf(found),
    leftOut: leftOut(object, uses, problems, source),
    entities: entitiesOf(object, compiler),
    uses: related(uses, store),
    usedBy: related(dependencies.users(object), store),
    problems,
  };
}

function concerns({ object, related: others = [] }: Problem, key: ObjectKey): boolean {
  return [object, ...others].some((ref) => keyOfRef(ref) === key);
}

function leftOut(
  object: ObjectKey,
  uses: ReadonlySet<ObjectKey>,
  problems: readonly Problem[],
  { compiler, store }: ExplanationSource,
): LeftOut | undefined {
  if (compiler.excluded.has(object)) return { reason: "refused" };
  const refused = uses.intersection(compiler.excluded);
  if (refused.size > 0 && compiler.leftOut.includes(object))
    return { reason: "uses-refused", objects: related(refused, store) };
  const own = problems.find((problem) => problem.leavesOut === true && keyOfRef(problem.object) === object);
  return own === undefined ? undefined : { reason: "problem", code: own.code };
}

function related(keys: ReadonlySet<ObjectKey>, store: ObjectStore): readonly RelatedObject[] {
  return [...keys].sort(compareStrings).map((key) => {
    const [kind = "", namespace = "", name = ""] = key.split("/");
    return { kind, namespace, name, present: store.byKey(key) !== undefined };
  });
}

function entitiesOf(object: ObjectKey, compiler: Compiler): readonly ExplainedEntity[] {
  const { document } = compiler;
  return document
    .names()
    .flatMap((section) => document.entities(section).flatMap((entity) => partsOf(entity, object, compiler)));
}

/** The entity, and what is nested in it, as far as they were made from the object. */
function partsOf(entity: LinkedEntity, object: ObjectKey, compiler: Compiler): readonly ExplainedEntity[] {
  const { section, value, origins, parts = [] } = entity;
  const isIts = (refs: readonly ObjectRef[]) => refs.some((ref) => keyOfRef(ref) === object);
  const others = (refs: readonly ObjectRef[]) => refs.filter((ref) => keyOfRef(ref) !== object);
  const usesSecrets = (refs: readonly ObjectRef[]) => refs.some((ref) => takesFromSecret(ref, compiler));
  const shown = redacted(section, value, origins, usesSecrets);
  const own = { type: typeOf(section), name: nameOf(section, value) };
  const nested = new Set(parts.map(({ type }) => listOf(type)));
  const found: ExplainedEntity[] = [];
  if (isIts(origins)) found.push({ ...own, with: others(origins), fields: without(shown, nested) });
  for (const part of parts) {
    if (!isIts(part.origins)) continue;
    const list = listOf(part.type);
    const fields = childOf(shown, list, part.name);
    if (fields === undefined) continue;
    found.push({
      type: typeOf(list),
      name: list === "routes" ? part.name : nameOf(list, fields),
      within: `${own.type} ${own.name}`,
      with: others(part.origins),
      fields,
    });
  }
  return found;
}

function takesFromSecret(ref: ObjectRef, { dependencies }: Compiler): boolean {
  return [...dependencies.uses(keyOfRef(ref))].some((key) => key.startsWith("Secret/"));
}

/** Parts are called by their type, or by the list they stand in. */
function listOf(type: string): string {
  return type === "route" ? "routes" : type;
}

function without(entity: object, lists: ReadonlySet<string>): object {
  return Object.fromEntries(Object.entries(entity).filter(([field]) => !lists.has(field)));
}

/** A nested entity by its name, or by its place where it has none. */
function childOf(entity: object, list: string, name: string): object | undefined {
  const children = (entity as Readonly<Record<string, unknown>>)[list];
  if (!Array.isArray(children)) return undefined;
  const named = (children as { readonly name?: string }[]).find((child) => child.name === name);
  return named ?? (children as object[])[Number(name)];
}

function typeOf(section: string): string {
  if (section === "consumer_group_consumers") return "membership";
  const words = section.replaceAll("_", " ");
  return words.endsWith("s") ? words.slice(0, -1) : words;
}

const RELATIONS = ["service", "route", "consumer", "consumer_group"] as const;

function nameOf(section: string, value: object): string {
  const fields = value as Readonly<Record<string, unknown>>;
  const text = (field: string) => (typeof fields[field] === "string" ? fields[field] : "");
  switch (section) {
    case "plugins": {
      const bound = RELATIONS.flatMap((relation) =>
        text(relation) === "" ? [] : `${typeOf(relation)} ${text(relation)}`,
      );
      return `${text("name")} ${bound.length === 0 ? "for all requests" : `for ${bound.join(" and ")}`}`;
    }
    case "consumers":
      return text("username") || text("custom_id");
    case "consumer_group_consumers":
      return `${text("consumer")} in ${text("consumer_group")}`;
    case "certificates": {
      const { snis = [] } = value as { readonly snis?: readonly { readonly name: string }[] };
      return snis.map(({ name }) => name).join(", ") || text("id");
    }
    case "vaults":
      return text("prefix");
    default:
      return section.endsWith("credentials") ? text("id") : text("name") || text("id");
  }
}
