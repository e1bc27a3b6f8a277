import type { Problem } from "../../base/problem.ts";
import { GATEWAY_GROUP } from "../../resources/gateway-api/names.ts";
import { type KubernetesObject, objectKey, refOf } from "../../resources/kind.ts";
import type { ObjectReads } from "../../store/object-store.ts";
import type { AnyRoute } from "../../translate/gateway-api/attachment.ts";
import { closest } from "../flags/suggest.ts";

const ROUTES: ReadonlySet<string> = new Set(["HTTPRoute", "GRPCRoute", "TCPRoute", "UDPRoute", "TLSRoute"]);

/**
 * Gateways that routes name and that are not given while others are: offline a Gateway that is not given is taken to exist, so that nothing is said of it where there are
 * only routes; beside other Gateways it is more likely a slip.
 */
export function missingParents(objects: readonly KubernetesObject[], reads: ObjectReads): readonly Problem[] {
  const given = objects.filter(({ kind }) => kind === "Gateway").map(nameOf);
  if (given.length === 0) return [];
  return objects
    .filter(({ kind }) => ROUTES.has(kind))
    .flatMap((route) =>
      ((route as AnyRoute).spec?.parentRefs ?? []).flatMap((ref, at): readonly Problem[] => {
        const { group = GATEWAY_GROUP, kind = "Gateway", namespace = route.metadata.namespace ?? "", name } = ref;
        if (group !== GATEWAY_GROUP || kind !== "Gateway") return [];
        if (reads.byKey(objectKey("Gateway", namespace, name)) !== undefined) return [];
        const wanted = nameOf({ metadata: { namespace, name } });
        const near = closest(wanted, given) ?? (given.length === 1 ? given[0] : undefined);
        return [
          {
            code: "parent-missing",
            severity: "warning",
            object: refOf(route),
            path: `spec.parentRefs[${at}].name`,
            message: `the Gateway ${wanted} is not among the objects given, as other Gateways are${near === undefined ? "; give it too, or correct the name" : `; is ${near} meant?`}`,
          },
        ];
      }),
    );
}

function nameOf({ metadata: { namespace = "", name } }: Pick<KubernetesObject, "metadata">): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}
