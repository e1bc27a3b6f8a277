import type { Transformation } from "./effect.ts";

/** A filter RequestHeaderModifier or ResponseHeaderModifier. */
export interface HeaderModifier {
  readonly set?: readonly Header[];
  readonly add?: readonly Header[];
  readonly remove?: readonly string[];
}

interface Header {
  readonly name: string;
  readonly value: string;
}

/** What a header modifier is for Kong's transformers: `replace` changes a header that is there, `add` one that is not, and together they set it. */
export function headerTransformation({ set = [], add = [], remove = [] }: HeaderModifier): Transformation {
  const lines = (headers: readonly Header[]) => headers.map(({ name, value }) => `${name}:${value}`);
  return {
    ...(set.length === 0 ? {} : { replace: { headers: lines(set) }, add: { headers: lines(set) } }),
    ...(add.length === 0 ? {} : { append: { headers: lines(add) } }),
    ...(remove.length === 0 ? {} : { remove: { headers: remove } }),
  };
}
