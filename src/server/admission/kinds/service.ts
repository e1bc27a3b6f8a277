import { Service, type ServiceObject } from "../../../resources/core/service.ts";
import { annotationsOf, kong, PREFIX } from "../../../translate/annotations.ts";
import type { KindCheck } from "../kind-check.ts";
import { allow } from "../review.ts";

/** A Service is never refused; who still names a KongIngress hears what to use. */
export const serviceCheck: KindCheck<ServiceObject> = {
  kind: Service,
  check({ object }) {
    if (kong(annotationsOf(object), "override") === undefined) return allow();
    return allow(
      `${PREFIX}override names a KongIngress, which is deprecated: set the fields of the Kong service by annotations, and name a KongUpstreamPolicy in ${PREFIX}upstream-policy`,
    );
  },
};
