/**
 * Compares two resourceVersions: negative when `a` is older, 0 when equal. Undefined when they cannot be compared: Kubernetes' are decimal numbers
 * (API concepts, "Resource versions"), but a server of another make may use any string.
 */
export function compareVersions(a: string, b: string): number | undefined {
  if (a === b) return 0;
  if (!DECIMAL.test(a) || !DECIMAL.test(b)) return undefined;
  return a.length - b.length || (a < b ? -1 : 1);
}

const DECIMAL = /^(0|[1-9]\d*)$/;

/** `a` is surely older than `b`. */
export function isOlder(a: string, b: string): boolean {
  const order = compareVersions(a, b);
  return order !== undefined && order < 0;
}
