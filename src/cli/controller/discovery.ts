import type { Log } from "../../base/log.ts";
import { adminEndpoint } from "../../gateways/admin-endpoint.ts";
import { DiscoveredGateways } from "../../gateways/discovery/discovered-gateways.ts";
import type { GatewayFleet } from "../../gateways/gateway-fleet.ts";
import type { ApiObject } from "../../kubernetes/api-object.ts";
import type { ApiClient } from "../../kubernetes/client.ts";
import { Reflector } from "../../kubernetes/reflector.ts";
import { EndpointSlice, type EndpointSliceObject, SERVICE_NAME_LABEL } from "../../resources/core/endpoint-slice.ts";
import { collectionPath } from "../../sources/cluster/watched-kind.ts";
import { adminOptions, type DiscoveryOptions } from "../settings/admin.ts";
import { adminAt, checkTimes, type GatewayAccess } from "./static-gateways.ts";

export interface DiscoveryWiring {
  readonly discovery: DiscoveryOptions;
  readonly fleet: GatewayFleet;
  readonly access: GatewayAccess;
  readonly log: Log;
  readonly random: () => number;
}

/** Gateways that are found behind a Service. */
export interface Discovery {
  /** Begins to follow the Service's EndpointSlices. */
  start(client: ApiClient): void;
  stop(): Promise<void>;
}

/** Finds gateways behind the Service that `--kong-admin-svc` names. The search counts its attempts from here on. */
export function discoverGateways({ discovery, fleet, access, log, random }: DiscoveryWiring): Discovery {
  const { namespace, name } = discovery.service;
  const { clock, flags } = access;
  const options = adminOptions(flags);
  // A gateway is reached by its address, and shows a certificate for this name (spec/admin-push.md §1).
  const tls = { ...options.tls, serverName: `pod.${name}.${namespace}.svc` };
  const gateways = new DiscoveredGateways({
    fleet,
    service: `${namespace}/${name}`,
    portNames: discovery.portNames,
    policy: options.retry,
    clock,
    checkInterval: checkTimes(flags).interval,
    adminAt: (url) => adminAt(adminEndpoint(url), access, { ...options, tls }),
  });
  let reflector: Reflector | undefined;
  return {
    start(client) {
      reflector = new Reflector({
        client,
        clock,
        log,
        random,
        path: collectionPath(EndpointSlice, "v1", namespace),
        apiVersion: "discovery.k8s.io/v1",
        kind: "EndpointSlice",
        labelSelector: `${SERVICE_NAME_LABEL}=${name}`,
        sink: {
          replace: (slices) => gateways.replace(slices.map(asSlice)),
          upsert: (slice) => gateways.upsert(asSlice(slice)),
          remove: (slice) => gateways.remove(slice.metadata.name),
        },
        onState: ({ failure }) =>
          gateways.obstructed(failure && `its EndpointSlices cannot be read: ${failure.message}`),
      });
      reflector.start();
    },
    stop: async () => reflector?.stop(),
  };
}

/** The API server gives what the kind's schema says. */
function asSlice(object: ApiObject): EndpointSliceObject {
  return object as unknown as EndpointSliceObject;
}
