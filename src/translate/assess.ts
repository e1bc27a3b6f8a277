import type { Problem } from "../base/problem.ts";
import { type KubernetesObject, keyOf, keyOfRef, refOf } from "../resources/kind.ts";
import type { Claim, RouteClaim } from "./fragment.ts";
import type { Input, View } from "./input.ts";
import { refusals } from "./link/admit.ts";
import { units } from "./units.ts";

/** What an object would come to on its own, were it stored. */
export interface Assessment {
  /** Whether it would be configured at all: false for objects of another class, or attached to nothing of ours. */
  readonly ours: boolean;
  /** What is wrong with it of its own making: nothing else has to change to put it right. Errors leave something of it out. */
  readonly objections: readonly Problem[];
}

const UNITS = new Map(units.map((unit) => [unit.kind.kind, unit]));
/** Codes of problems that another object, or a setting of ours, may put right. Those of what is missing are told by their ends. */
const ELSEWHERE: ReadonlySet<string> = new Set([
  "backend-not-granted",
  "facade-off",
  "internal-error",
  "plugin-not-granted",
  "plugin-refused",
  "rewrite-off",
  "route-not-attached",
  "route-without-rules",
  "tls-policy-unsupported",
]);

/** Compiles one object by itself, as the compiler does, and says what its author should hear. Routes are checked as before a push. */
export function assess(object: KubernetesObject, view: View): Assessment {
  const unit = UNITS.get(object.kind);
  if (unit === undefined || unit.wants?.(object) === false) return { ours: false, objections: [] };
  const { claims, problems } = unit.compile(object, view);
  const own = problems.filter((problem) => keyOfRef(problem.object) === keyOf(object) && isOwnMaking(problem));
  return {
    ours: claims.length > 0 || problems.some(({ severity }) => severity === "error"),
    objections: [...own, ...claims.flatMap((claim) => refusedRoutes(claim, object, view.input))],
  };
}

function isOwnMaking({ code }: Problem): boolean {
  return !code.endsWith("-missing") && !ELSEWHERE.has(code);
}

function refusedRoutes(claim: Claim, object: KubernetesObject, input: Input): readonly Problem[] {
  return routesIn(claim).flatMap(({ claim: { route }, path }) =>
    refusals("routes", route, input).map((message) => ({
      code: "kong-refuses",
      severity: "error",
      object: refOf(object),
      ...(path === undefined ? {} : { path }),
      message,
    })),
  );
}

/** The routes in a claim, also those that are claimed only once others are ruled. */
function routesIn(claim: Claim): readonly { readonly claim: RouteClaim; readonly path: string | undefined }[] {
  const { path } = claim;
  switch (claim.table) {
    case "route":
      return [{ claim: claim.value, path }];
    case "priority":
      return claim.value.route === undefined ? [] : [{ claim: claim.value.route, path }];
    case "defaultBackend":
      return claim.value.claims.flatMap(routesIn);
    default:
      return [];
  }
}
