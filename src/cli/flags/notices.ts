import { GATES } from "./gates.ts";
import { isSet, type ParsedFlags } from "./parse.ts";
import { FLAG_NAMES, type FlagName, flagOf } from "./table.ts";

/**
 * What to say once, at the start, about the flags that somebody set: deprecated ones, ones that deliberately do nothing, and ones whose part is still to come.
 * A flag set to what it would be anyway needs no word, unless it is deprecated.
 */
export function flagNotices(flags: ParsedFlags): readonly string[] {
  const set = FLAG_NAMES.filter((name) => isSet(flags, name));
  const changed = set.filter((name) => show(name, flags.values[name]) !== show(name, flagOf(name).default));
  const late = [
    ...changed.filter((name) => flagOf(name).state === "to come").map((name) => `--${name}${because(name)}`),
    ...[...flags.values["feature-gates"]]
      .filter(([gate, on]) => GATES[gate].state === "to come" && on !== GATES[gate].default)
      .map(([gate]) => `the feature gate ${gate}`),
  ];
  return [
    ...set.flatMap((name) => {
      const advice = flagOf(name).deprecated;
      return advice === undefined ? [] : [`--${name} is deprecated: ${advice}`];
    }),
    ...changed
      .filter((name) => flagOf(name).state === "accepted" && flagOf(name).deprecated === undefined)
      .map((name) => `--${name} has no effect: ${flagOf(name).note}`),
    ...(late.length === 0 ? [] : [`Accepted, but without effect yet: ${late.join(", ")}`]),
    ...contradictions(flags),
  ];
}

function contradictions({ values, sources }: ParsedFlags): readonly string[] {
  return values["kong-admin-svc"] !== undefined && sources.has("kong-admin-url")
    ? ["--kong-admin-url is ignored because --kong-admin-svc is set"]
    : [];
}

function because(name: FlagName): string {
  const note = flagOf(name).note;
  return note === undefined ? "" : ` (${note})`;
}

function show(name: FlagName, value: unknown): string {
  return flagOf(name).type.show(value);
}
