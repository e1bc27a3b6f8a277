import { readFileSync } from "node:fs";
import { startPreview } from "../../src/preview/gateway.ts";

/** One recorded request to the Admin API of a real gateway with a database, and its answer. */
interface Recorded {
  readonly note?: string;
  readonly request?: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    /** A body that is no JSON, as it was sent. */
    readonly raw?: string;
  };
  readonly response?: { readonly status?: number; readonly body?: unknown };
}

export interface Difference {
  /** Of the recorded request in its file, from 1. */
  readonly number: number;
  readonly about: string;
  readonly lines: readonly string[];
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TOKEN = /^[A-Za-z0-9]{32,44}$/;
/** Times pass, and what a gateway says of itself is its own. */
const NOT_COMPARED = new Set([
  "created_at",
  "updated_at",
  "ttl",
  "memory",
  "server",
  "configuration",
  "plugins",
  "timers",
  "pids",
  "hostname",
  "node_id",
  "tagline",
  "lua_version",
  "enabled_plugins",
  "request_id",
  "description",
]);

/** Plays a file of recorded requests to a preview gateway with a database in memory and compares the answers. */
export async function replayFile(
  path: string,
): Promise<{ readonly total: number; readonly differences: readonly Difference[] }> {
  const recorded = JSON.parse(readFileSync(path, "utf8")) as readonly Recorded[];
  const preview = await startPreview({ database: "memory" });
  const ids = new Map<string, string>();
  const here = (text: string) => text.replace(UUID, (id) => ids.get(id) ?? id);
  const differences: Difference[] = [];
  let total = 0;
  try {
    for (const [i, { note = "", request, response }] of recorded.entries()) {
      if (request === undefined || response?.status == null) continue;
      total += 1;
      const base = note === "ready" || note.startsWith("status listener") ? preview.statusUrl : preview.adminUrl;
      const got = await ask(base, request, here);
      const lines: string[] = [];
      if (got.status !== response.status) lines.push(`status: recorded ${response.status}, here ${got.status}`);
      else new Comparison(ids, lines).values("", response.body ?? "", got.body);
      if (lines.length > 0)
        differences.push({ number: i + 1, about: `${request.method} ${request.path} (${note})`, lines });
    }
  } finally {
    await preview.close();
  }
  return { total, differences };
}

async function ask(
  base: string,
  request: NonNullable<Recorded["request"]>,
  here: (text: string) => string,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const headers: Record<string, string> = { ...request.headers };
  const raw = request.raw ?? (request.body == null ? undefined : JSON.stringify(request.body));
  if (raw !== undefined && raw !== "" && !Object.keys(headers).some((name) => name.toLowerCase() === "content-type"))
    headers["Content-Type"] = "application/json";
  const got = await fetch(base + here(request.path), {
    method: request.method,
    headers,
    ...(raw === undefined || raw === "" ? {} : { body: here(raw) }),
  });
  const text = await got.text();
  try {
    return { status: got.status, body: JSON.parse(text) as unknown };
  } catch {
    return { status: got.status, body: text };
  }
}

/** Compares values; ids that each side made up are taken for each other's from their first meeting on. */
class Comparison {
  readonly #ids: Map<string, string>;
  readonly #lines: string[];

  constructor(ids: Map<string, string>, lines: string[]) {
    this.#ids = ids;
    this.#lines = lines;
  }

  values(path: string, wanted: unknown, got: unknown): void {
    if (typeof wanted === "string" && typeof got === "string") this.#texts(path, wanted, got);
    else if (Array.isArray(wanted) && Array.isArray(got)) this.#lists(path, wanted, got);
    else if (isObject(wanted) && isObject(got)) this.#objects(path, wanted, got);
    else if ((wanted ?? null) !== (got ?? null)) this.#say(path, wanted, got);
  }

  #objects(path: string, wanted: Readonly<Record<string, unknown>>, got: Readonly<Record<string, unknown>>): void {
    // The id first, so that what else names it is understood.
    for (const key of ["id", ...new Set([...Object.keys(wanted), ...Object.keys(got)])])
      if (!NOT_COMPARED.has(key)) this.values(`${path}.${key}`, wanted[key], got[key]);
  }

  #lists(path: string, wanted: readonly unknown[], got: readonly unknown[]): void {
    if (wanted.length !== got.length) {
      this.#say(path, wanted, got);
      return;
    }
    const left = [...got];
    for (const [i, item] of wanted.entries()) {
      const id = isObject(item) ? item["id"] : undefined;
      const known =
        typeof id === "string" ? left.findIndex((one) => isObject(one) && one["id"] === (this.#ids.get(id) ?? id)) : -1;
      const [mate] = left.splice(Math.max(0, known), 1);
      this.values(`${path}.${i}`, item, mate);
    }
  }

  #texts(path: string, wanted: string, got: string): void {
    if (wanted === got || (TOKEN.test(wanted) && TOKEN.test(got))) return;
    const [theirs, ours] = [wanted.match(UUID) ?? [], got.match(UUID) ?? []];
    theirs.forEach((id, i) => {
      if (!this.#ids.has(id) && ours[i] !== undefined) this.#ids.set(id, ours[i]);
    });
    if (wanted.replace(UUID, (id) => this.#ids.get(id) ?? id) !== got) this.#say(path, wanted, got);
  }

  #say(path: string, wanted: unknown, got: unknown): void {
    this.#lines.push(`${path}: recorded ${JSON.stringify(wanted)}, here ${JSON.stringify(got)}`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
