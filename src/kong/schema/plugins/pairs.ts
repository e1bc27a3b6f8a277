import { checkHeaderName } from "../texts.ts";

/** `name` or `name:value` of a transformer: the name is one of a header. */
export function checkPair(pair: string): string | undefined {
  return badHeader(pair.split(":", 1)[0] ?? "");
}

/** `old:new`: both are names of headers. */
export function checkRename(pair: string): string | undefined {
  return checkPair(pair) ?? badHeader(pair.slice(pair.indexOf(":") + 1));
}

function badHeader(name: string): string | undefined {
  return checkHeaderName(name) === undefined ? undefined : `'${name}' is not a valid header`;
}
