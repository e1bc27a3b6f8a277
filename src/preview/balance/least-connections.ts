import type { Algorithm, Peer } from "./peer.ts";

/** The peer with the fewest requests under way for its weight; among equals the one that waited longest. */
export function leastConnections(peers: readonly Peer[]): Algorithm {
  const busy = new Map<Peer, number>();
  const usable = peers.filter((peer) => peer.weight > 0);
  let order = [...usable];
  return {
    pick({ healthy, failed }) {
      // A peer that this very request failed at is taken again only when no other is left.
      const fresh = order.filter((peer) => healthy(peer) && !failed.has(peer));
      const candidates = fresh.length > 0 ? fresh : order.filter(healthy);
      let best: Peer | undefined;
      for (const peer of candidates) if (best === undefined || load(peer) < load(best)) best = peer;
      if (best !== undefined) order = [...order.filter((peer) => peer !== best), best];
      return best;
    },
    begin(peer) {
      busy.set(peer, (busy.get(peer) ?? 0) + 1);
      return () => void busy.set(peer, (busy.get(peer) ?? 1) - 1);
    },
  };

  function load(peer: Peer): number {
    return ((busy.get(peer) ?? 0) + 1) / peer.weight;
  }
}
