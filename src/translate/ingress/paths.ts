import type { IngressPath } from "../../resources/core/ingress.ts";
import { type Annotations, kong } from "../annotations.ts";

/** KIC's mark of a path that is a regular expression. */
export const DEFAULT_REGEX_PREFIX = "/~";
const KONG_REGEX_PREFIX = "~";

/** What `pathType` can be. */
export const PATH_TYPES: ReadonlySet<string> = new Set(["Exact", "Prefix", "ImplementationSpecific"]);

/** A path as it is understood: runs of slashes are one, nothing is the root, no type is ImplementationSpecific (spec: ingress §4). */
export interface NormalPath {
  readonly path: string;
  readonly type: string;
}

export function normalPath(path: IngressPath): NormalPath {
  const text = (path.path ?? "").replace(/\/{2,}/g, "/");
  return { path: text === "" ? "/" : text, type: path.pathType ?? "ImplementationSpecific" };
}

export function regexPrefixOf(annotations: Annotations): string {
  return kong(annotations, "regex-prefix") ?? DEFAULT_REGEX_PREFIX;
}

/** The regular expression of a path for the flavour `expressions`; undefined for a path that is none. */
export function pathRegexOf({ path, type }: NormalPath, regexPrefix: string): string | undefined {
  if (type !== "ImplementationSpecific" || !path.startsWith(regexPrefix)) return undefined;
  const rest = path.slice(regexPrefix.length) || "/";
  return rest.startsWith("^") ? rest : `^${rest}`;
}

/** The `paths` of a route of the traditional flavours for one path (spec: ingress §6). */
export function kongPaths(path: NormalPath, regexPrefix: string, legacyRegexDetection: boolean): readonly string[] {
  return matches(path).map((text) => markRegex(text, regexPrefix, legacyRegexDetection));
}

function matches({ path, type }: NormalPath): readonly string[] {
  switch (type) {
    case "Prefix": {
      const base = trimSlashes(path);
      return base === "" ? ["/"] : [`/${base}/`, `~/${base}$`];
    }
    case "Exact":
      return [`~/${path.replace(/^\/+/, "")}$`];
    case "ImplementationSpecific":
      return [path];
    default:
      return [];
  }
}

export function trimSlashes(text: string): string {
  return text.replace(/^\/+|\/+$/g, "");
}

function markRegex(path: string, regexPrefix: string, legacyRegexDetection: boolean): string {
  if (path.startsWith(regexPrefix)) return path.replace(regexPrefix, () => KONG_REGEX_PREFIX);
  if (legacyRegexDetection && /[^a-zA-Z0-9._~/%-]/.test(path) && !path.startsWith(KONG_REGEX_PREFIX))
    return KONG_REGEX_PREFIX + path;
  return path;
}
