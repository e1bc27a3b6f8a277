import type { Problem } from "../../base/problem.ts";
import { Gateway, type GatewayObject } from "../../resources/gateway-api/gateway.ts";
import { ListenerSet, type ListenerSetObject } from "../../resources/gateway-api/listener-set.ts";
import { type KubernetesObject, refOf } from "../../resources/kind.ts";
import { certificateSource } from "../certificate.ts";
import { type Claim, type Fragment, rankOf } from "../fragment.ts";
import type { View } from "../input.ts";
import type { Unit } from "../unit.ts";
import { type GatewayReport, gatewayOf, gatewayReport, problemsOf } from "./gateway.ts";
import { ownerKey } from "./listener-report.ts";

const NOTHING: Fragment = { claims: [], problems: [] };

/** Gateway → the certificates of its listeners (spec: gateway-api §3). */
export const gatewayUnit: Unit<GatewayObject> = {
  kind: Gateway,
  compile(gateway, view) {
    const report = view.derive(gatewayReport, `${gateway.metadata.namespace ?? ""}/${gateway.metadata.name}`);
    if (report.state !== "ours") return NOTHING;
    const { claims, problems } = fragment(gateway, report, view);
    return { claims, problems: [...unsupportedFields(gateway), ...problems] };
  },
};

/** What a Gateway can ask for and does not get. */
const UNSUPPORTED = {
  addresses: "the addresses of a Gateway are those of Kong's Service; nothing else is asked for",
  infrastructure:
    "nothing is created for a Gateway, since Kong is there already; labels, annotations and parameters go nowhere",
  tls: "the certificates of clients are not checked, and none is shown to backends, whatever is said here; Kong's plugin mtls-auth and the annotation konghq.com/client-cert on a Service do that",
} as const;

function unsupportedFields(gateway: GatewayObject): readonly Problem[] {
  return (["addresses", "infrastructure", "tls"] as const).flatMap((field): readonly Problem[] => {
    const given = gateway.spec[field];
    if (typeof given !== "object" || given === null || Object.keys(given).length === 0) return [];
    const message = UNSUPPORTED[field];
    return [
      {
        code: "gateway-field-unsupported",
        severity: "warning",
        object: refOf(gateway),
        path: `spec.${field}`,
        message,
      },
    ];
  });
}

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
