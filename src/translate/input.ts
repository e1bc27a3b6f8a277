import type { RouterFlavor } from "../kong/entities.ts";
import type { View as StoreView } from "../store/view.ts";

/** What a gateway is, as far as its configuration depends on it. */
export interface Profile {
  readonly flavor: RouterFlavor;
  /** Major, minor and patch. */
  readonly version: readonly [number, number, number];
  readonly enterprise: boolean;
  /** "" for the default one. */
  readonly workspace: string;
  readonly dbless: boolean;
  /** The plugins that it has, sorted; undefined when it has not told, as before any gateway answered: then those that come with the open-source Kong. */
  readonly plugins?: readonly string[];
}

/** What the operator chose; the same for all gateways. Names follow the flags (`spec/flags.md`). */
export interface Settings {
  readonly ingressClass: string;
  readonly controllerName: string;
  /** "" for none. */
  readonly clusterDomain: string;
  readonly drainSupport: boolean;
  readonly combinedServices: boolean;
  /** False: a class is never the default one. */
  readonly watchIngressClasses: boolean;
  /** `namespace/name`, or undefined for all Gateways. */
  readonly gatewayToReconcile: string | undefined;
  /** `namespace/name` of the Services in front of Kong (--publish-service, then --publish-service-udp); empty: not known. */
  readonly publishServices: readonly string[];
  readonly fillIds: boolean;
  readonly rewriteUris: boolean;
  readonly serviceFacade: boolean;
  readonly customEntities: boolean;
  /** What Kong would refuse is left out. Off only for comparing with KIC. */
  readonly preflight: boolean;
  /** Offline, what is named but not given is taken to exist where a cluster would have it: the parent Gateway, the IngressClass. */
  readonly assumeExisting: boolean;
}

/** All that a compiler's output depends on besides objects. Another one is another compiler. */
export interface CompilerInput {
  readonly settings: Settings;
  readonly profile: Profile;
}

/** What translators see of it. */
export interface Input extends CompilerInput {
  /** The time in ms since 1970, for what expires. Asked for when something is compiled: nothing is compiled again because time passes. */
  now(): number;
}

export type View = StoreView<Input>;

/** Whether the gateway is at least of this version. */
export function atLeast(profile: Profile, major: number, minor: number, patch = 0): boolean {
  const [a, b, c] = profile.version;
  return a !== major ? a > major : b !== minor ? b > minor : c >= patch;
}

/** Whether the profile is a guess, since no gateway has answered yet: then nothing is said against what a gateway may turn out to have. Offline the flags tell. */
export function isGuessed({ settings, profile }: CompilerInput): boolean {
  return !settings.assumeExisting && profile.plugins === undefined;
}

export function isExpressions(profile: Profile): boolean {
  return profile.flavor === "expressions";
}
