import type { HeaderList } from "./header-list.ts";

/** Types that Kong's web server says a character set of when they have none (nginx' `charset_types`). */
const TYPES = new Set([
  "text/html",
  "text/xml",
  "text/plain",
  "text/vnd.wap.wml",
  "application/javascript",
  "application/rss+xml",
]);

/** Says that text is UTF-8 where nothing else is said, also of what an upstream sent. */
export function addCharset(headers: HeaderList): void {
  const type = headers.get("content-type");
  if (type !== undefined && TYPES.has(type.trim().toLowerCase())) headers.set("Content-Type", `${type}; charset=UTF-8`);
}
