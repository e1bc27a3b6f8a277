import { maskValues } from "../../base/mask-values.ts";
import type { ObjectRef, Problem } from "../../base/problem.ts";
import { checkEntity, type Target } from "../../kong/check-entity.ts";
import { bundledPlugins } from "../../kong/schema/plugins/table.ts";
import { childrenOf } from "../../kong/schema/relations.ts";
import type { FlatViolation } from "../../kong/schema/violation.ts";
import { type Input, isGuessed, type Profile } from "../input.ts";
import { placeOf } from "./field-places.ts";
import { type Remedy, remedy } from "./remedies.ts";
import { type Veil, veiledFault } from "./veil.ts";

export interface Admission<T> {
  /** What may be pushed; undefined when Kong would refuse it and it cannot be put right. */
  readonly entity: T | undefined;
  readonly problems: readonly Problem[];
}

/** Sections whose fields may hold secrets: what Kong would say is told without the values it quotes. */
const SECRETIVE: ReadonlySet<string> = new Set([
  "plugins",
  "certificates",
  "licenses",
  "vaults",
  "keyauth_credentials",
  "basicauth_credentials",
  "hmacauth_credentials",
  "jwt_secrets",
  "oauth2_credentials",
  "mtls_auth_credentials",
]);

/** More mistakes than this in one entity are not put right one by one. */
const MOST_REMEDIES = 20;

const LEFT_OUT: Partial<Problem> = { refused: true };

/** Where in an object something comes from: one place, or one for each field as Kong names it (`paths.2`) of an entity. */
export type Where = string | ((entity: object, field: string) => string | undefined);

/**
 * Pre-flight: what a gateway of this profile would refuse is left out or put right, and said on the object it came from. Without pre-flight it is only said. `path`: where in
 * the object it comes from, as long as that of the field is not known. `veil`: which fields come from Secrets.
 */
export function admit<T extends object>(
  section: string,
  entity: T,
  origin: ObjectRef,
  input: Input,
  path?: Where,
  veil?: Veil,
): Admission<T> {
  const problems: Problem[] = [];
  const target = targetOf(input, section, entity);
  let current: object | undefined = withoutBadChildren(section, entity, origin, input, problems);
  for (let round = 0; current !== undefined; round++) {
    const violations = checkEntity(section, current, target);
    const [violation] = violations;
    if (violation === undefined) break;
    const mended: Remedy | undefined = round < MOST_REMEDIES ? remedy(section, current, violation) : undefined;
    if (mended === undefined)
      for (const one of violations)
        problems.push({ ...refused(section, current, one, "it is left out", origin, input, path, veil), ...LEFT_OUT });
    else if (mended.done !== undefined)
      problems.push(refused(section, current, violation, mended.done, origin, input, path, veil));
    current = mended?.entity;
  }
  return { entity: input.settings.preflight ? (current as T | undefined) : entity, problems };
}

function refused(
  section: string,
  entity: object,
  violation: FlatViolation,
  done: string,
  object: ObjectRef,
  input: Input,
  path: Where | undefined,
  veil: Veil | undefined,
): Problem {
  const { settings } = input;
  const { field = "" } = violation;
  const { fault, path: veiled } = veiledFault(violation, veil);
  const place =
    veiled ?? placeOf(section, object, field, entity) ?? (typeof path === "function" ? path(entity, field) : path);
  return {
    code: "kong-refuses",
    severity: "error",
    object,
    ...(place === undefined ? {} : { path: place }),
    // Without pre-flight nothing is done about it.
    message: `${refusal(section, entity, fault)}${settings.preflight ? `; ${done}` : ""}${hint(section, entity, violation, input)}`,
  };
}

/** Offline nobody tells which plugins a gateway has besides those that come with Kong. */
function hint(section: string, entity: object, { field }: FlatViolation, { settings, profile }: Input): string {
  if (section !== "plugins" || field !== "name") return "";
  if (!settings.assumeExisting || profile.plugins !== undefined || profile.enterprise) return "";
  const { name = "" } = entity as { readonly name?: string };
  return `. If the gateway has it, say so with --custom-plugins=${name}`;
}

/** Entities inside the entity (targets, SNIs, credentials, plugins of a route) are admitted each on its own. Routes are: they have their own table. */
function withoutBadChildren(
  section: string,
  entity: object,
  origin: ObjectRef,
  input: Input,
  problems: Problem[],
): object {
  let out = entity;
  for (const child of childrenOf(section).keys()) {
    const children = (entity as Readonly<Record<string, unknown>>)[child];
    if (!Array.isArray(children) || child === "routes") continue;
    const admitted: unknown[] = [];
    let changed = false;
    for (const one of children as object[]) {
      const result = admit(child, one, origin, input);
      problems.push(...result.problems);
      if (result.entity !== one) changed = true;
      if (result.entity !== undefined) admitted.push(result.entity);
    }
    if (changed) out = { ...out, [child]: admitted };
  }
  return out;
}

function targetOf(input: Input, section: string, entity: object): Target {
  const { profile, now } = input;
  const { flavor, version, enterprise } = profile;
  const plugins = pluginsOf(profile) ?? (section === "plugins" ? pluginsWith(entity, input) : undefined);
  return { flavor, version: version.join("."), enterprise, now: now(), ...(plugins === undefined ? {} : { plugins }) };
}

const pluginSets = new WeakMap<Profile, ReadonlySet<string>>();

function pluginsOf(profile: Profile): ReadonlySet<string> | undefined {
  let set = pluginSets.get(profile);
  if (set !== undefined || profile.plugins === undefined) return set;
  set = new Set(profile.plugins);
  pluginSets.set(profile, set);
  return set;
}

/** Before a gateway has told which plugins it has, one that does not come with Kong is taken to be there. */
function pluginsWith(entity: object, input: Input): ReadonlySet<string> | undefined {
  const { name } = entity as { readonly name?: unknown };
  if (typeof name !== "string" || name === "" || bundledPlugins.has(name) || !isGuessed(input)) return undefined;
  return new Set([...bundledPlugins.keys(), name]);
}

/** What a gateway of this profile would refuse in an entity and in those inside of it, as it stands; a sentence each. */
export function refusals(section: string, entity: object, input: Input): readonly string[] {
  const fields = entity as Readonly<Record<string, unknown>>;
  const inner = [...childrenOf(section).keys()].flatMap((child) => {
    const children = fields[child];
    return Array.isArray(children) ? (children as object[]).map((one) => ({ section: child, entity: one })) : [];
  });
  return [
    ...checkEntity(section, entity, targetOf(input, section, entity)).map((violation) =>
      refusal(section, entity, violation),
    ),
    ...inner.flatMap((child) => refusals(child.section, child.entity, input)),
  ];
}

function refusal(section: string, entity: object, violation: FlatViolation): string {
  const { name, username, target } = entity as {
    readonly name?: string;
    readonly username?: string;
    readonly target?: string;
  };
  const called = name ?? username ?? target;
  const what = `${singular(section)}${called === undefined || (SECRETIVE.has(section) && section !== "plugins") ? "" : ` ${called}`}`;
  const field = violation.field === undefined ? "" : `, field ${violation.field}`;
  const quotesSecrets = SECRETIVE.has(section) && violation.field !== "name";
  const why = quotesSecrets ? maskValues(violation.message, entity, "…") : inOneLine(violation.message);
  return `Kong would refuse the ${what}${field}: ${why}`;
}

/** What the router's engine says, without its drawing of where in an expression the mistake is. */
export function inOneLine(message: string): string {
  const drawing = /^(\d* ?\||\^+$)/;
  const lines = message.split("\n").map((line) => line.trim());
  return lines.filter((line, at) => at === 0 || !drawing.test(line)).join(" ");
}

function singular(section: string): string {
  const words = section.replaceAll("_", " ");
  return words.endsWith("s") ? words.slice(0, -1) : words;
}
