/** Whether the host name `wide` stands for every name that `name` stands for. "" is any host, `*.x` any number of labels before `.x`. */
export function covers(wide: string, name: string): boolean {
  if (wide === "" || wide === name) return true;
  if (!wide.startsWith("*.") || name === "") return false;
  const tail = wide.slice(1);
  const own = name.startsWith("*.") ? name.slice(1) : name;
  return own.length > tail.length && own.endsWith(tail);
}

/** The names that both stand for, which is the narrower of the two; undefined when there are none. */
export function intersection(a: string, b: string): string | undefined {
  return covers(a, b) ? b : covers(b, a) ? a : undefined;
}

/**
 * The host names under which a route that asks for `own` is served by listeners of the given host names: undefined for any host, [] for none. A name that stands for others of
 * the same wish is given alone.
 */
export function servedHostnames(own: readonly string[], listeners: readonly string[]): readonly string[] | undefined {
  if (own.length === 0) return listeners.includes("") ? undefined : [...new Set(listeners)];
  const served = new Set<string>();
  for (const name of own) {
    const found = new Set(listeners.flatMap((listener) => intersection(name, listener) ?? []));
    for (const one of found) {
      if (![...found].some((other) => other !== one && covers(other, one))) served.add(one);
    }
  }
  return [...served];
}

/** What matters of a listener for telling whose requests are whose. */
export interface HostListener {
  readonly protocol: string;
  readonly port: number;
  /** "" for any. */
  readonly hostname: string;
}

/**
 * The host names that belong to more specific listeners of the same Gateway, port and protocol, to which a route is not attached: requests for them are not its own, although
 * a host name of a listener it is attached to stands for them too.
 */
export function othersHostnames(attached: readonly HostListener[], others: readonly HostListener[]): readonly string[] {
  const names = others
    .filter((other) => {
      const wider = attached.filter((one) => one.hostname !== other.hostname && covers(one.hostname, other.hostname));
      // A listener inside the other one's names, or the same names on another port, and nothing can be said by host name alone.
      return (
        wider.length > 0 &&
        wider.every((one) => one.port === other.port && one.protocol === other.protocol) &&
        !attached.some((one) => covers(other.hostname, one.hostname))
      );
    })
    .map((other) => other.hostname);
  return [...new Set(names)].sort();
}
