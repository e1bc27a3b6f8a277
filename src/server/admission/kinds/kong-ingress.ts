import { KongIngress, type KongIngressObject } from "../../../resources/kong/kong-ingress.ts";
import type { KindCheck } from "../kind-check.ts";
import { allow } from "../review.ts";

/** What has taken the place of each part. */
const PARTS = {
  proxy: "proxy has no effect since Kong Ingress Controller 3.0: use annotations of the Service",
  route: "route has no effect since Kong Ingress Controller 3.0: use annotations of the Ingress",
  upstream: "upstream is deprecated: use a KongUpstreamPolicy",
} as const;

/** A KongIngress is never refused here, only warned about. */
export const kongIngressCheck: KindCheck<KongIngressObject> = {
  kind: KongIngress,
  check: ({ object }) =>
    allow(
      ...Object.entries(PARTS).flatMap(([part, warning]) =>
        object[part as keyof typeof PARTS] === undefined ? [] : [warning],
      ),
    ),
};
