import { compareStrings } from "../../base/problem.ts";
import type { Algorithm, Peer } from "./peer.ts";
import { xxHash32 } from "./xxhash32.ts";

/** Places on the ring for each peer when all weights are equal. */
const PLACES = 160;
const MIN_SLOTS = 1000;

/**
 * A ring in the manner of Ketama, laid out as Kong lays out its own, so that a value meets the same target there and here: peers in the order of their
 * names, each at the hashes of `ip::port n`; a value goes to the first peer at its place or before it.
 */
export function consistentHashing(peers: readonly Peer[], slots: number): Algorithm {
  const points = Math.max(slots, MIN_SLOTS);
  const ring = new Map<number, Peer>();
  const total = peers.reduce((sum, peer) => sum + peer.weight, 0);
  const sorted = [...peers].sort((a, b) => compareStrings(a.host, b.host) || a.port - b.port);
  for (const peer of sorted) {
    let places = Math.floor((peer.weight / total) * peers.length * PLACES);
    if (peer.weight > 0 && places === 0) places = 1;
    for (let i = 1; i <= places && i <= points; i++) {
      const place = xxHash32(`${peer.host}::${peer.port} ${i}`) % points;
      // A place that is taken is made up for with another one.
      if (ring.has(place)) places += 1;
      else ring.set(place, peer);
    }
  }
  return {
    pick({ hashValue, healthy }) {
      if (ring.size === 0) return undefined;
      let place = xxHash32(hashValue) % points;
      for (let tries = 0; tries < points; tries++) {
        const peer = ring.get(place);
        if (peer !== undefined && healthy(peer)) return peer;
        place = place === 0 ? points - 1 : place - 1;
      }
      return undefined;
    },
  };
}
