import type { Algorithm, Peer } from "./peer.ts";

/** How much a new measurement counts beside those before it. */
const SHARE = 0.3;

/** The peer that answered fastest of late; one that was not asked yet comes first. */
export function latency(peers: readonly Peer[]): Algorithm {
  const average = new Map<Peer, number>();
  const usable = peers.filter((peer) => peer.weight > 0);
  return {
    pick({ healthy, failed }) {
      const up = usable.filter(healthy);
      const fresh = up.filter((peer) => !failed.has(peer));
      let best: Peer | undefined;
      for (const peer of fresh.length > 0 ? fresh : up)
        if (best === undefined || score(peer) < score(best)) best = peer;
      return best;
    },
    begin: (peer) => (ms) => {
      const before = average.get(peer);
      average.set(peer, before === undefined ? ms : before * (1 - SHARE) + ms * SHARE);
    },
  };

  function score(peer: Peer): number {
    return (average.get(peer) ?? 0) / peer.weight;
  }
}
