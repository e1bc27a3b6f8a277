import { pcreError } from "./regexes.ts";

/** Kong's names are words of ASCII letters, digits and `. - _ ~`, and anything beyond ASCII. */
export function checkUtf8Name(name: string): string | undefined {
  if (/^[\w.\-~\u0080-\u{10ffff}]+$/u.test(name)) return undefined;
  return `invalid value '${name}': the only accepted ascii characters are alphanumerics or ., -, _, and ~`;
}

export function checkTag(tag: string): string | undefined {
  if (/^[ !-+\-.0-~\u0080-\u{10ffff}]+$/u.test(tag)) return undefined;
  return `invalid tag '${tag}': expected printable ascii (except \`,\` and \`/\`) or valid utf-8 sequences`;
}

export function checkHeaderName(name: string): string | undefined {
  if (/^[\w-]+$/.test(name)) return undefined;
  return `bad header name '${name}', allowed characters are A-Z, a-z, 0-9, '_', and '-'`;
}

/** A token of HTTP (RFC 2616 §2.2). */
export function checkCookieName(name: string): string | undefined {
  if (!/[^!#$%&'*+\-.0-9A-Z^_`a-z|~]/.test(name)) return undefined;
  return `contains one or more invalid characters. ASCII control characters (0-31;127), space, tab and the characters ()<>@,;:\\"/?={}[] are not allowed.`;
}

/** `*` or a regular expression. */
export function checkAsteriskOrRegex(text: string): string | undefined {
  return text === "*" || pcreError(text) === undefined ? undefined : `'${text}' is not a valid regex`;
}

/** True for `{vault://…}`: Kong looks the value up, and checks nothing of it before. */
export function isVaultReference(text: string): boolean {
  return text.startsWith("{vault://") && text.endsWith("}");
}
