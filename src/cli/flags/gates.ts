import type { FlagState } from "./flag.ts";
import { parseGoBool } from "./go-number.ts";
import { closest } from "./suggest.ts";
import type { ValueType } from "./value-type.ts";

interface Gate {
  readonly state: Exclude<FlagState, "accepted">;
  readonly default: boolean;
  readonly stage: "alpha" | "beta" | "GA";
  /** The version of KIC that brought it. */
  readonly since: string;
  readonly effect: string;
}

/** Every feature gate, after KIC. Silverback's defaults are KIC's, except that the fallback configuration is on. */
export const GATES = gates({
  GatewayAlpha: {
    state: "done",
    default: false,
    stage: "alpha",
    since: "2.6",
    effect: "Watch the Gateway API kinds that a cluster serves only at an alpha version.",
  },
  FillIDs: {
    state: "done",
    default: true,
    stage: "beta",
    since: "2.10",
    effect: "Give each Kong entity an id that follows from its name, the same on every gateway.",
  },
  RewriteURIs: {
    state: "done",
    default: false,
    stage: "alpha",
    since: "2.12",
    effect: "Obey the annotation konghq.com/rewrite on Ingresses.",
  },
  KongServiceFacade: {
    state: "done",
    default: false,
    stage: "alpha",
    since: "3.1",
    effect: "Allow a KongServiceFacade as a back end of an Ingress.",
  },
  SanitizeKonnectConfigDumps: {
    state: "to come",
    default: true,
    stage: "beta",
    since: "3.1",
    effect: "Leave secrets out of the copy of the configuration that goes to Konnect.",
  },
  FallbackConfiguration: {
    state: "done",
    default: true,
    stage: "alpha",
    since: "3.2",
    effect:
      "When Kong refuses a configuration, leave out what it refused and what depends on that, and push the rest. KIC has this off by default.",
  },
  KongCustomEntity: {
    state: "done",
    default: true,
    stage: "GA",
    since: "3.2",
    effect: "Take KongCustomEntity objects into the configuration. Needs FillIDs.",
  },
});

function gates<Name extends string>(table: Readonly<Record<Name, Gate>>): Readonly<Record<Name, Gate>> {
  return table;
}

export type GateName = keyof typeof GATES;
export type Gates = Readonly<Record<GateName, boolean>>;

export const GATE_NAMES = Object.keys(GATES) as readonly GateName[];

/** All gates at their defaults. */
export const defaultGates: Gates = fill(() => undefined);

/** What was asked for, in the order given; gates not named are at their defaults. */
export type GateChoices = ReadonlyMap<GateName, boolean>;

/** `A=true,B=false`: spaces around names and values do not count, empty items neither; a repeated flag adds to what came before it. */
export const gateChoices: ValueType<GateChoices> = {
  label: "Gate=true|false,…",
  read(text, earlier = new Map()) {
    const choices = new Map(earlier);
    for (const pair of text.split(",").filter((part) => part !== "")) {
      const equals = pair.indexOf("=");
      if (equals < 0) return { cause: `"${pair}" is no Gate=true or Gate=false` };
      const name = pair.slice(0, equals).trim();
      const on = parseGoBool(pair.slice(equals + 1).trim());
      if (!isGate(name)) return { cause: unknownGate(name) };
      if (on === undefined) return { cause: `${name} can be true or false, nothing else` };
      choices.set(name, on);
    }
    return { value: choices };
  },
  show: (choices) => [...choices].map(([name, on]) => `${name}=${on}`).join(","),
};

/** The value of every gate. */
export function allGates(choices: GateChoices): Gates {
  return fill((name) => choices.get(name));
}

function fill(choice: (name: GateName) => boolean | undefined): Gates {
  return Object.fromEntries(GATE_NAMES.map((name) => [name, choice(name) ?? GATES[name].default])) as Gates;
}

function isGate(name: string): name is GateName {
  return Object.hasOwn(GATES, name);
}

function unknownGate(name: string): string {
  const near = closest(name, GATE_NAMES);
  return `there is no feature gate ${name}; ${near === undefined ? `known are ${GATE_NAMES.join(", ")}` : `did you mean ${near}?`}`;
}
