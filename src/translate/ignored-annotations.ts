import type { ObjectRef, Problem } from "../base/problem.ts";
import {
  type Annotations,
  annotation,
  annotationPath,
  atoi,
  csv,
  FORCE_SSL_ANNOTATION,
  PREFIX,
  parseBool,
  SERVICE_UPSTREAM_ANNOTATION,
} from "./annotations.ts";
import { isExpressions, type Profile } from "./input.ts";
import {
  headerAnnotations,
  isHostAlias,
  isMethod,
  isSni,
  REDIRECT_CODES,
  unknownProtocols,
} from "./route/annotations.ts";

/** What an annotation has to say to count. KIC passes over everything else in silence. */
interface Wanted {
  readonly counts: (value: string) => boolean;
  /** Completes "it has to be …". */
  readonly words: string;
}

const NUMBER: Wanted = { counts: (value) => atoi(value) !== undefined, words: "a whole number" };
const WORD: Wanted = { counts: (value) => /^(true|false)$/i.test(value), words: "true or false" };
const EXACT_WORD: Wanted = { counts: (value) => value === "true" || value === "false", words: "true or false" };
const BOOLEAN: Wanted = {
  counts: (value) => parseBool(value.toLowerCase()) !== undefined,
  words: "true or false",
};

const OF_SERVICES: Readonly<Record<string, Wanted>> = {
  [`${PREFIX}path`]: { counts: (value) => value.startsWith("/"), words: "a path that begins with /" },
  [`${PREFIX}connect-timeout`]: NUMBER,
  [`${PREFIX}read-timeout`]: NUMBER,
  [`${PREFIX}write-timeout`]: NUMBER,
  [`${PREFIX}retries`]: NUMBER,
  [`${PREFIX}tls-verify`]: { counts: (value) => parseBool(value) !== undefined, words: "true or false" },
  [`${PREFIX}tls-verify-depth`]: NUMBER,
  [SERVICE_UPSTREAM_ANNOTATION]: EXACT_WORD,
};

const OF_ROUTES: Readonly<Record<string, Wanted>> = {
  [`${PREFIX}strip-path`]: WORD,
  [`${PREFIX}preserve-host`]: WORD,
  [`${PREFIX}request-buffering`]: BOOLEAN,
  [`${PREFIX}response-buffering`]: BOOLEAN,
  [`${PREFIX}https-redirect-status-code`]: {
    counts: (value) => REDIRECT_CODES.has(atoi(value) ?? 0),
    words: `one of ${[...REDIRECT_CODES].join(", ")}`,
  },
  [FORCE_SSL_ANNOTATION]: EXACT_WORD,
};

const OF_TRADITIONAL_ROUTES: Readonly<Record<string, Wanted>> = {
  [`${PREFIX}regex-priority`]: NUMBER,
  [`${PREFIX}path-handling`]: { counts: (value) => /v\d/.test(value), words: "v0 or v1" },
};

const SNIS = `${PREFIX}snis`;
const HOST_ALIASES = `${PREFIX}host-aliases`;

/** Lists, of which the traditional flavours ignore the whole when an item is wrong, and expressions only the item. */
const LISTS: Readonly<Record<string, { readonly counts: (item: string) => boolean; readonly words: string }>> = {
  [`${PREFIX}methods`]: { counts: (item) => isMethod(item.toUpperCase()), words: "methods" },
  [SNIS]: { counts: isSni, words: "host names without wildcards" },
  [HOST_ALIASES]: {
    counts: isHostAlias,
    words: "host names, with * as the first or the last part if at all",
  },
};

/** Kinds of which routes of the flavour `expressions` take all that an annotation asks to match, and those of which they take names in TLS only. */
const MATCHED_ON_ALL: ReadonlySet<string> = new Set(["Ingress"]);
const MATCHED_ON_SNIS: ReadonlySet<string> = new Set(["HTTPRoute", "GRPCRoute"]);

/** What narrows a route under the traditional flavours, and does nothing under `expressions` for this kind: KIC puts it into no expression. */
function withoutEffect(kind: string, annotations: Annotations, profile: Profile): ReadonlySet<string> {
  if (!isExpressions(profile) || MATCHED_ON_ALL.has(kind)) return new Set();
  const lists = Object.keys(LISTS).filter((key) => key !== SNIS || !MATCHED_ON_SNIS.has(kind));
  const headers = [...headerAnnotations(annotations).keys()].map((name) => `${PREFIX}headers.${name}`);
  return new Set([...lists, ...headers].filter((key) => csv(annotation(annotations, key)).length > 0));
}

/** A warning for each annotation of a Service that has no effect because of what it says. */
export function ignoredOnService(object: ObjectRef, annotations: Annotations): readonly Problem[] {
  return ignored(object, annotations, OF_SERVICES);
}

/** The same for what routes are made from. */
export function ignoredOnRoute(object: ObjectRef, annotations: Annotations, profile: Profile): readonly Problem[] {
  const problems = [...ignored(object, annotations, OF_ROUTES)];
  if (!isExpressions(profile)) problems.push(...ignored(object, annotations, OF_TRADITIONAL_ROUTES));
  const idle = withoutEffect(object.kind, annotations, profile);
  for (const key of idle) {
    const rest =
      key === HOST_ALIASES
        ? "; name the hosts in its spec"
        : ", so that more is matched than it asks for; put it into the spec";
    problems.push(warning(object, key, `with router_flavor = expressions it does nothing on a ${object.kind}${rest}`));
  }
  for (const [key, { counts, words }] of Object.entries(LISTS)) {
    if (idle.has(key)) continue;
    const wrong = csv(annotation(annotations, key)).filter((item) => !counts(item));
    if (wrong.length === 0) continue;
    const rest = isExpressions(profile) ? "the others count" : "so the whole list is ignored";
    problems.push(warning(object, key, `${quoted(wrong)} cannot stand in a list of ${words}; ${rest}`));
  }
  // The list of an Ingress goes to Kong as it is, which refuses it then.
  const unknown = object.kind === "Ingress" ? [] : unknownProtocols(annotations);
  if (unknown.length > 0) {
    const key = `${PREFIX}protocols`;
    problems.push(
      warning(object, key, `${quoted(unknown)} is no protocol that Kong knows, so the whole list is ignored`),
    );
  }
  if (!isExpressions(profile) || !MATCHED_ON_ALL.has(object.kind)) return problems;
  for (const name of headerAnnotations(annotations).keys()) {
    if (name.toLowerCase() !== "host") continue;
    const message = "the host is no header here; write a rule for the host, or konghq.com/host-aliases";
    problems.push(warning(object, `${PREFIX}headers.${name}`, message));
  }
  return problems;
}

function ignored(
  object: ObjectRef,
  annotations: Annotations,
  wanted: Readonly<Record<string, Wanted>>,
): readonly Problem[] {
  return Object.entries(wanted).flatMap(([key, { counts, words }]) => {
    const value = annotation(annotations, key) ?? "";
    return value === "" || counts(value) ? [] : [warning(object, key, `"${value}" is ignored: it has to be ${words}`)];
  });
}

function quoted(items: readonly string[]): string {
  return items.map((item) => `"${item}"`).join(", ");
}

function warning(object: ObjectRef, key: string, message: string): Problem {
  return { code: "annotation-ignored", severity: "warning", object, path: annotationPath(key), message };
}
