import type { Algorithm, Peer } from "./peer.ts";

/** A wheel on which each peer has places by its weight, in a random order: over one turn the shares are exact. */
export function roundRobin(peers: readonly Peer[], random: () => number): Algorithm {
  const divisor = peers.reduce((so, peer) => gcd(so, peer.weight), 0);
  const wheel = divisor === 0 ? [] : peers.flatMap((peer) => new Array<Peer>(peer.weight / divisor).fill(peer));
  for (let i = wheel.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [wheel[i], wheel[j]] = [wheel[j]!, wheel[i]!];
  }
  let at = 0;
  return {
    pick({ healthy }) {
      for (let tries = 0; tries < wheel.length; tries++) {
        at = (at + 1) % wheel.length;
        const peer = wheel[at]!;
        if (healthy(peer)) return peer;
      }
      return undefined;
    },
  };
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
