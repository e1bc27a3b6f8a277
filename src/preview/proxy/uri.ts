/** Paths here are strings of bytes (one character each, 0 to 255), as they travel. */

/** What RFC 3986 reserves: Kong leaves it escaped when it normalises a path, and unescaped when it writes one. */
const RESERVED = new Set("!#$%&'()*+,/:;=?@[]");
const UNESCAPED = /[^!#$&'()*+,/:;=?@[\]A-Za-z\d\-_.~%]/g;

/**
 * The form of a path that routes are matched against: everything but the reserved characters unescaped, `//` made one, dot segments taken out.
 * The path must have passed `isGoodPath`.
 */
export function normalizePath(path: string): string {
  const plain = path.replace(/%([0-9A-Fa-f]{2})/g, (_escape, hex: string) => {
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    return RESERVED.has(char) ? `%${hex.toUpperCase()}` : char;
  });
  const out: string[] = [];
  const segments = plain.split("/").slice(1);
  for (const [i, segment] of segments.entries()) {
    const last = i === segments.length - 1;
    if (segment === "..") out.pop();
    else if (segment !== "." && segment !== "") out.push(segment);
    if (last && (segment === ".." || segment === "." || segment === "") && out.length > 0) out.push("");
  }
  return `/${out.join("/")}`;
}

/** Writes a normalised path so that it can travel. */
export function escapePath(path: string): string {
  return path.replace(UNESCAPED, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
}

/** False for what nginx answers with 400: a bad escape, an escaped NUL, a path that leaves the root. */
export function isGoodPath(path: string): boolean {
  if (!path.startsWith("/") || /%(?![0-9A-Fa-f]{2})/.test(path) || path.includes("%00") || hasControl(path))
    return false;
  const plain = path
    .split("#")[0]!
    .replace(/%([0-9A-Fa-f]{2})/g, (_e, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  let depth = 0;
  for (const segment of plain.split("/").slice(1)) {
    if (segment === "..") depth -= 1;
    else if (segment !== ".") depth += 1;
    if (depth < 0) return false;
  }
  return true;
}

function hasControl(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code === 0x7f) return true;
  }
  return false;
}

/** Text as the bytes of its UTF-8, one character each. */
export function toBytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

/** The text that such bytes are in UTF-8; what is none becomes U+FFFD. */
export function fromBytes(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/**
 * The path that goes upstream under `path_handling: v0`: the service's path, then what is left of the request's.
 * `prefix` is what the route matched, when it is to be stripped.
 */
export function upstreamPath(base: string, path: string, prefix: string | undefined, strip: boolean): string {
  const rest = prefix === undefined ? path.slice(1) : path.slice(prefix.length);
  const endsInSlash = path.length > 1 && path.endsWith("/");
  if (base.endsWith("/")) {
    if (!strip) return base + path.slice(1);
    if (rest === "") return base === "/" || path.endsWith("/") ? base : base.slice(0, -1);
    return base + (rest.startsWith("/") ? rest.slice(1) : rest);
  }
  if (!strip) return path === "/" ? base : base + path;
  if (rest === "") return endsInSlash ? `${base}/` : base;
  return rest.startsWith("/") ? base + rest : `${base}/${rest}`;
}

/** The same under `path_handling: v1`, which only the flavour `traditional` honours: the two parts are put together without a slash between them. */
export function upstreamPathV1(base: string, path: string, prefix: string | undefined, strip: boolean): string {
  const rest = strip && prefix !== undefined ? path.slice(prefix.length) : path.slice(1);
  return base + (base.endsWith("/") && rest.startsWith("/") ? rest.slice(1) : rest);
}
