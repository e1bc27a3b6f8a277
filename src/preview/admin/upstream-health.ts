import type { UpstreamBalancer } from "../balance/upstream-balancer.ts";
import type { Entity } from "../entity-set.ts";
import { type Answer, json } from "./answer.ts";

/** What `GET /upstreams/x/health` says: each target with the health of its addresses. */
export function healthAnswer(
  targets: readonly Entity[],
  balancer: UpstreamBalancer | undefined,
  nodeId: string,
): Answer {
  const data = targets.map((target) => {
    const health = balancer?.healthOf(target.id) ?? "HEALTHCHECKS_OFF";
    const peer = balancer?.peerOf(target.id);
    const addresses = peer === undefined ? [] : [{ ip: peer.host, port: peer.port, weight: peer.weight, health }];
    return {
      ...target,
      health,
      data: {
        host: peer?.host ?? null,
        port: peer?.port ?? null,
        weight: {
          total: peer?.weight ?? 0,
          available: health === "UNHEALTHY" ? 0 : (peer?.weight ?? 0),
          unavailable: health === "UNHEALTHY" ? (peer?.weight ?? 0) : 0,
        },
        nodeWeight: target["weight"],
        dns: "A",
        addresses,
      },
    };
  });
  return json(200, { data, next: null, node_id: nodeId });
}

/** Takes a target out of the traffic, or back in. */
export function setHealth(
  upstream: Entity,
  target: Entity,
  up: boolean,
  balancer: UpstreamBalancer | undefined,
): Answer {
  const name = String(upstream["name"]);
  const peer = balancer?.peerOf(target.id);
  if (balancer === undefined || peer === undefined) return json(400, { message: `Upstream ${name} has no balancer` });
  if (!balancer.checking) return json(400, { message: `no healthchecker found for ${name}` });
  balancer.setHealth(peer, up);
  return { status: 204 };
}
