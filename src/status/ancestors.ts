import { isJsonObject } from "../base/json.ts";
import type { ConditionTime } from "./conditions.ts";
import { onlyConditions, type StoredCondition, type WantedCondition } from "./conditions.ts";

/** What an entry of a list is about: the object that a route or a policy is attached to, or a part of it. */
export interface EntryRef {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  readonly sectionName?: string | undefined;
  readonly port?: number | undefined;
}

/** An entry that shall stand there. `conditions` may depend on those that stand there now. */
export interface WantedEntry {
  readonly ref: EntryRef;
  conditions(stored: readonly StoredCondition[]): readonly WantedCondition[];
}

/** A list that several controllers write into, each its own entries: `parents` of routes, `ancestors` of policies. */
export interface SharedList {
  /** Of the reference in an entry: `parentRef`, `ancestorRef`. */
  readonly refField: string;
  readonly controllerName: string;
  /** How many entries the API takes, those of others included. */
  readonly most: number;
  /** An entry of ours that is not wanted is left alone if this says so. */
  readonly isOurs: (ref: EntryRef) => boolean;
}

/** The list with our entries as they shall be and those of others as they are. The very same list when nothing is to be changed. */
export function withEntries(
  stored: readonly unknown[],
  wanted: readonly WantedEntry[],
  list: SharedList,
  time: ConditionTime,
): readonly unknown[] {
  const open = new Map(wanted.map((entry) => [entryKey(entry.ref), entry]));
  let same = true;
  const kept: unknown[] = [];
  for (const entry of stored) {
    if (!isJsonObject(entry) || entry["controllerName"] !== list.controllerName) {
      kept.push(entry);
      continue;
    }
    const ref = refIn(entry[list.refField]);
    const next = open.get(entryKey(ref));
    if (next === undefined) {
      if (list.isOurs(ref)) same = false;
      else kept.push(entry);
      continue;
    }
    open.delete(entryKey(ref));
    const before = (Array.isArray(entry["conditions"]) ? entry["conditions"] : []) as readonly StoredCondition[];
    const conditions = withOwn(before, next, time);
    if (conditions !== before) same = false;
    kept.push(conditions === before ? entry : { ...entry, conditions });
  }
  const added = [...open.values()].slice(0, Math.max(0, list.most - kept.length)).map((entry) => ({
    [list.refField]: writtenRef(entry.ref),
    controllerName: list.controllerName,
    conditions: withOwn([], entry, time),
  }));
  return same && added.length === 0 ? stored : [...kept, ...added];
}

/** Conditions of an entry are ours alone. One that is not wanted now, because nothing is known, stays. */
function withOwn(before: readonly StoredCondition[], entry: WantedEntry, time: ConditionTime) {
  const wanted = entry.conditions(before);
  const types = new Set(wanted.map(({ type }) => type));
  const open = before.filter(({ type }) => !types.has(type) && type === "Programmed");
  if (open.length === 0) return onlyConditions(before, wanted, time);
  const rest = before.filter((condition) => !open.includes(condition));
  const changed = onlyConditions(rest, wanted, time);
  return changed === rest ? before : [...changed, ...open];
}

function refIn(value: unknown): EntryRef {
  const ref = isJsonObject(value) ? value : {};
  const text = (field: string) => (typeof ref[field] === "string" ? ref[field] : "");
  return {
    group: text("group"),
    kind: text("kind"),
    namespace: text("namespace"),
    name: text("name"),
    sectionName: text("sectionName") || undefined,
    port: typeof ref["port"] === "number" ? ref["port"] : undefined,
  };
}

function entryKey({ group, kind, namespace, name, sectionName = "", port = 0 }: EntryRef): string {
  return [group, kind, namespace, name, sectionName, port].join("/");
}

function writtenRef({ group, kind, namespace, name, sectionName, port }: EntryRef): object {
  return {
    group,
    kind,
    namespace,
    name,
    ...(sectionName === undefined ? {} : { sectionName }),
    ...(port === undefined ? {} : { port }),
  };
}
