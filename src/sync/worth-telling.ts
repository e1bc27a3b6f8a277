const FACTOR = 10;

/** Whether something that repeats itself is told this time: the 1st, 10th, 100th and so on, so that whoever looks at the end of a log sees it. */
export function isWorthTelling(time: number): boolean {
  return time === 1 || (time > 0 && time % FACTOR === 0 && isWorthTelling(time / FACTOR));
}
