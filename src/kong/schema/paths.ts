import { pcreError } from "./regexes.ts";

const RESERVED = new Set([..."!*'();:@&=+$,/?%#[]"].map((character) => character.charCodeAt(0)));

/**
 * The normal form of a path (RFC 3986 §6.2.2, as Kong has it): escapes of anything but reserved characters are decoded, the others in upper case; no dot
 * segments, no empty ones. Works on bytes: what an escape stands for need not be a character.
 */
export function normalizePath(path: string): string {
  const decoded = path.includes("%") ? decode(path) : path;
  if (!decoded.includes(".") && !decoded.includes("//")) return decoded;
  const out: string[] = [];
  const segments = decoded.split("/");
  segments.forEach((segment, i) => {
    const last = i === segments.length - 1;
    if (segment === "..") out.pop();
    if (segment === "." || segment === ".." || segment === "") {
      if (last) out.push("");
    } else out.push(segment);
  });
  return `/${out.join("/")}`;
}

function decode(path: string): string {
  const bytes = Buffer.from(path, "utf8").toString("latin1");
  const out = bytes.replace(/%([0-9a-f]{2})/gi, (triplet, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return RESERVED.has(code) ? triplet.toUpperCase() : String.fromCharCode(code);
  });
  return Buffer.from(out, "latin1").toString("utf8");
}

const PATH = /^\/[A-Za-z0-9.\-_~/%:@!$&'()*+,;=]*$/;

/** A plain path, as services and cookies have it. */
export function checkPath(path: string): string | undefined {
  if (!PATH.test(path)) return `invalid path: '${path}' (characters outside of the reserved list of RFC 3986 found)`;
  return checkEscapes(path);
}

function checkEscapes(path: string): string | undefined {
  const stray = /%(?![0-9A-Fa-f]{2}).{0,2}/s.exec(path);
  return stray === null ? undefined : `invalid url-encoded value: '${stray[0]}'`;
}

/** A path of a route: a prefix in normal form, or `~` and a regular expression. */
export function checkRoutePath(path: string): string | undefined {
  if (PATH.test(path)) {
    const escapes = checkEscapes(path);
    if (escapes !== undefined) return escapes;
  }
  if (path.startsWith("~")) {
    const regex = path.slice(1);
    const refused = pcreError(regex);
    return refused === undefined ? undefined : `invalid regex: '${regex}' (PCRE returned: ${refused})`;
  }
  const normal = normalizePath(path);
  return normal === path ? undefined : `non-normalized path, consider use '${normal}' instead`;
}
