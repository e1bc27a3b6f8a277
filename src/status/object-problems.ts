import { compareProblems, type Problem } from "../base/problem.ts";
import { keyOfRef, type ObjectKey } from "../resources/kind.ts";

/** Problems that have a condition of their own, by the kind of object they are about: they do not mean that it is not configured. */
const SAID_ELSEWHERE: Readonly<Record<string, (code: string) => boolean>> = {
  HTTPRoute: isSaidOfRoutes,
  GRPCRoute: isSaidOfRoutes,
  TCPRoute: isSaidOfRoutes,
  UDPRoute: isSaidOfRoutes,
  TLSRoute: isSaidOfRoutes,
  Gateway: (code) => code !== "rejected-by-gateway",
  ListenerSet: (code) => code !== "rejected-by-gateway",
  BackendTLSPolicy: () => true,
};

function isSaidOfRoutes(code: string): boolean {
  // Accepted says the first, ResolvedRefs the others.
  return ["route-not-attached", "backend-kind", "backend-not-granted", "service-missing"].includes(code);
}

/** Finds the errors that keep an object from being configured as it asks. */
export class ObjectProblems {
  #byObject = new Map<ObjectKey, Problem[]>();

  /** Adds and takes away problems; returns the objects they are about. */
  change(appeared: readonly Problem[], gone: readonly Problem[]): ReadonlySet<ObjectKey> {
    const touched = new Set<ObjectKey>();
    for (const problem of gone) {
      for (const key of objectsOf(problem)) {
        touched.add(key);
        const left = (this.#byObject.get(key) ?? []).filter((other) => compareProblems(other, problem) !== 0);
        if (left.length === 0) this.#byObject.delete(key);
        else this.#byObject.set(key, left);
      }
    }
    for (const problem of appeared) {
      for (const key of objectsOf(problem)) {
        touched.add(key);
        this.#byObject.set(key, [...(this.#byObject.get(key) ?? []), problem]);
      }
    }
    return touched;
  }

  /** All that is wrong with an object. */
  of(key: ObjectKey): readonly Problem[] {
    return this.#byObject.get(key) ?? [];
  }

  /** Why an object is not configured as it asks, for people; undefined when nothing is in the way. */
  failure(key: ObjectKey): string | undefined {
    const failures = this.of(key).filter((problem) => keepsOut(problem, key.slice(0, key.indexOf("/"))));
    const [first] = failures;
    if (first === undefined) return undefined;
    const more = failures.length === 1 ? "" : ` And ${failures.length - 1} more, see its events.`;
    const place = first.path === undefined ? "" : `${first.path}: `;
    return `${place}${first.message}.${more}`;
  }
}

/** Whether a problem keeps an object of this kind from being configured as it asks. */
function keepsOut({ severity, code }: Problem, kind: string): boolean {
  return severity === "error" && SAID_ELSEWHERE[kind]?.(code) !== true;
}

/** The objects that a problem is about. */
export function objectsOf(problem: Problem): readonly ObjectKey[] {
  return [...new Set([problem.object, ...(problem.related ?? [])].map(keyOfRef))];
}
