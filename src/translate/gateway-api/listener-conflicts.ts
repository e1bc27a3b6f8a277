/** What listeners can get in each other's way with. */
export interface Occupant {
  /** Whose it is: the Gateway itself, or a ListenerSet. Those of the first owner come first. */
  readonly owner: string;
  readonly protocol: string;
  readonly port: number;
  readonly hostname: string;
}

export type Conflict = "ProtocolConflict" | "HostnameConflict";

/**
 * Which listeners cannot be told apart (spec: gateway-api §3.3): on one port HTTP stands with HTTP, HTTPS and TLS with each other, TCP and UDP alone, and no two have the same host
 * name. All concerned of one owner lose; against those of an owner before it only the later one does, so that a ListenerSet cannot take a Gateway's own listener away. UDP ports
 * are other ports than those of TCP.
 */
export function listenerConflicts(listeners: readonly Occupant[]): readonly (Conflict | undefined)[] {
  const verdicts: (Conflict | undefined)[] = listeners.map(() => undefined);
  const settled: Occupant[] = [];
  for (const owner of new Set(listeners.map((listener) => listener.owner))) {
    const own = listeners.flatMap((listener, at) => (listener.owner === owner ? [{ listener, at }] : []));
    const rest = own.filter(({ listener, at }) => {
      verdicts[at] = conflictAmong(listener, settled);
      return verdicts[at] === undefined;
    });
    for (const { listener, at } of rest) {
      const near = rest.filter((other) => place(other.listener) === place(listener));
      const clash = near.some((one) => near.some((other) => one !== other && !share(one.listener, other.listener)));
      const others = near.filter((other) => other.at !== at).map((other) => other.listener);
      verdicts[at] = clash ? "ProtocolConflict" : conflictAmong(listener, others);
    }
    settled.push(...rest.filter(({ at }) => verdicts[at] === undefined).map(({ listener }) => listener));
  }
  return verdicts;
}

function conflictAmong(listener: Occupant, others: readonly Occupant[]): Conflict | undefined {
  const near = others.filter((other) => place(other) === place(listener));
  if (near.some((other) => !share(other, listener))) return "ProtocolConflict";
  return near.some((other) => other.hostname === listener.hostname) ? "HostnameConflict" : undefined;
}

function place({ protocol, port }: Occupant): string {
  return `${protocol === "UDP" ? "UDP" : "TCP"} ${port}`;
}

function share(a: Occupant, b: Occupant): boolean {
  const family = (protocol: string) => (protocol === "HTTPS" ? "TLS" : protocol);
  return family(a.protocol) === family(b.protocol) && (a.protocol === "HTTP" || family(a.protocol) === "TLS");
}
