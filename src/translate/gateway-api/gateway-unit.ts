import { Gateway, type GatewayObject } from "../../resources/gateway-api/gateway.ts";
import { ListenerSet, type ListenerSetObject } from "../../resources/gateway-api/listener-set.ts";
import { type KubernetesObject, refOf } from "../../resources/kind.ts";
import { certificateSource } from "../certificate.ts";
import type { Unit } from "../compiler.ts";
import { type Claim, type Fragment, rankOf } from "../fragment.ts";
import type { View } from "../input.ts";
import { type GatewayReport, gatewayOf, gatewayReport, problemsOf } from "./gateway.ts";
import { ownerKey } from "./listener-report.ts";

const NOTHING: Fragment = { claims: [], problems: [] };

/** Gateway → the certificates of its listeners (spec: gateway-api §3). */
export const gatewayUnit: Unit<GatewayObject> = {
  kind: Gateway,
  compile(gateway, view) {
    const report = view.derive(gatewayReport, `${gateway.metadata.namespace ?? ""}/${gateway.metadata.name}`);
    return report.state === "ours" ? fragment(gateway, report, view) : NOTHING;
  },
};

/** ListenerSet → the certificates of the listeners that it adds to its Gateway. */
export const listenerSetUnit: Unit<ListenerSetObject> = {
  kind: ListenerSet,
  compile(set, view) {
    const gateway = gatewayOf(set);
    const problem = (path: string, code: string, message: string): Fragment => ({
      claims: [],
      problems: [{ code, severity: "error", object: refOf(set), path, message }],
    });
    if (gateway === undefined) {
      return problem(
        "spec.parentRef",
        "listener-set-parent",
        "it names something that is no Gateway; its listeners are not used",
      );
    }
    const report = view.derive(gatewayReport, gateway);
    if (report.state === "foreign" || report.state === "missing") return NOTHING;
    if (report.listenerSets.includes(`${set.metadata.namespace ?? ""}/${set.metadata.name}`))
      return fragment(set, report, view);
    return problem(
      "spec.parentRef",
      "listener-set-not-allowed",
      `Gateway ${gateway} takes no listeners from namespace ${set.metadata.namespace ?? ""}; its spec.allowedListeners.namespaces has to allow it`,
    );
  },
};

function fragment(owner: KubernetesObject, report: GatewayReport, view: View): Fragment {
  const ref = refOf(owner);
  const rank = rankOf(owner);
  const claims: Claim[] = [];
  for (const listener of report.listeners) {
    if (ownerKey(listener.owner) !== ownerKey(ref) || !listener.open.programmed) continue;
    for (const { secret, snis } of listener.certificates) {
      // Handed on, and no use: a certificate that is renewed changes the certificate alone.
      const certificate = view.hand(certificateSource, secret, false);
      for (const name of snis) {
        claims.push({
          table: "sni",
          key: name,
          rank,
          origin: ref,
          path: `${listener.path}.tls`,
          value: { certificate },
        });
      }
    }
  }
  return { claims, problems: problemsOf(report, ref) };
}
