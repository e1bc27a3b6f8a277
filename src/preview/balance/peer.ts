/** One place that requests can be sent to. */
export interface Peer {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  readonly weight: number;
}

/** What is known of a request before a peer is chosen. */
export interface PickContext {
  /** What consistent hashing hashes. */
  readonly hashValue: string;
  /** Peers that this request failed at already. */
  readonly failed: ReadonlySet<Peer>;
  /** False for peers that are down. */
  readonly healthy: (peer: Peer) => boolean;
}

/** Chooses among the peers of one upstream; undefined when none can be had. */
export interface Algorithm {
  pick(context: PickContext): Peer | undefined;
  /** A request went to the peer; the returned function says that it ended, after so many ms. */
  begin?(peer: Peer): (ms: number) => void;
}

/** Reads a target such as `10.0.0.1:80`, `[::1]:80`, `name`. The default port is Kong's for targets: 8000. */
export function parseTarget(target: string): { readonly host: string; readonly port: number } {
  const bracket = /^\[([^\]]+)\](?::(\d+))?$/.exec(target);
  if (bracket !== null) return { host: bracket[1]!, port: Number(bracket[2] ?? 8000) };
  const plain = /^([^:]+):(\d+)$/.exec(target);
  return plain === null ? { host: target, port: 8000 } : { host: plain[1]!, port: Number(plain[2]) };
}
