/** Things of which there are mostly none, one or two, in the order in which they came, each once. There are tens of thousands of these; a Set takes 200 bytes before it holds anything. */
export type Few<T extends object> = undefined | T | readonly T[] | Set<T>;

/** From here on a Set is quicker. */
const MANY = 8;

/** The things with one more; what was given is used up. */
export function withOne<T extends object>(few: Few<T>, one: T): Few<T> {
  if (few === undefined || few === one) return one;
  if (few instanceof Set) return few.add(one);
  if (!isList(few)) return [few, one];
  if (few.includes(one)) return few;
  return few.length < MANY ? [...few, one] : new Set(few).add(one);
}

/** The things without one; what was given is used up. */
export function withoutOne<T extends object>(few: Few<T>, one: T): Few<T> {
  if (few === one) return undefined;
  if (few instanceof Set) return few.delete(one) && few.size === 0 ? undefined : few;
  if (!isList(few)) return few;
  const rest = few.filter((each) => each !== one);
  return rest.length > 1 ? rest : rest[0];
}

export function each<T extends object>(few: Few<T>): Iterable<T> {
  if (few === undefined) return [];
  return few instanceof Set || isList(few) ? few : [few];
}

function isList<T extends object>(few: T | readonly T[] | undefined): few is readonly T[] {
  return Array.isArray(few);
}
