import type { RouteRow } from "../preview/route-row.ts";

const HEAD = ["ROUTE", "MATCHES", "GOES TO", "PLUGINS"] as const;
/** No column is narrower, so that a narrow terminal still shows something. */
const LEAST = 12;

/** Routes as a table of at most this many columns; what does not fit is cut short. */
export function routeTable(routes: readonly RouteRow[], width: number): string {
  if (routes.length === 0) return "No routes: the gateway answers 404 to everything.";
  const rows = [
    HEAD,
    ...routes.map((row) => [row.name, matches(row), row.service ?? "nowhere", row.plugins.join(" ")]),
  ];
  const widths = HEAD.map((_head, i) => Math.max(...rows.map((row) => row[i]!.length)));
  const limits = fitting(widths, width - 2 * (HEAD.length - 1));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => cut(cell, limits[i]!).padEnd(limits[i]!))
      .join("  ")
      .trimEnd(),
  );
  return `${lines.join("\n")}\n`;
}

function matches({ expression, methods, hosts, paths, protocols }: RouteRow): string {
  if (expression !== undefined) return expression;
  const tlsOnly = protocols.every((protocol) => protocol === "https" || protocol === "grpcs");
  const where = `${hosts.join(",") || "*"}${paths.join(",")}`;
  return [methods.join(","), where, tlsOnly ? "(TLS only)" : ""].filter((part) => part !== "").join(" ");
}

/** Takes from the widest column until all fit. */
function fitting(widths: readonly number[], room: number): readonly number[] {
  const out = [...widths];
  for (;;) {
    const widest = Math.max(...out);
    if (out.reduce((a, b) => a + b, 0) <= room || widest <= LEAST) return out;
    out[out.indexOf(widest)] = widest - 1;
  }
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
