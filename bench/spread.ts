/** Of times that were measured, ms. */
export interface Spread {
  readonly median: number;
  readonly worst: number;
}

export function spread(times: readonly number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b);
  return { median: sorted[sorted.length >> 1]!, worst: sorted.at(-1)! };
}
