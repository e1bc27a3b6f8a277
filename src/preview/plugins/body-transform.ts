import type { Exchange } from "../proxy/exchange.ts";
import type { Steps } from "./request-transformer.ts";

/** Changes a body that is JSON or a form; others, and what cannot be read, stay as they are. */
export async function transformBody(exchange: Exchange, steps: Steps): Promise<void> {
  const type = (exchange.request.headers.get("content-type") ?? "").toLowerCase();
  const isJson = type.includes("application/json");
  if (!isJson && !type.includes("application/x-www-form-urlencoded")) return;
  const body = await exchange.upstream.body.read();
  if (body === undefined) return;
  const text = body.toString("utf8");
  const fields = isJson ? jsonFields(text) : formFields(text);
  if (fields === undefined || !change(fields, steps)) return;
  exchange.upstream.body.replace(Buffer.from(isJson ? JSON.stringify(Object.fromEntries(fields)) : form(fields)));
}

type Fields = Map<string, unknown>;

function jsonFields(text: string): Fields | undefined {
  if (text === "") return new Map();
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? new Map(Object.entries(value))
      : undefined;
  } catch {
    return undefined;
  }
}

function formFields(text: string): Fields {
  const out: Fields = new Map();
  for (const [name, value] of new URLSearchParams(text))
    out.set(name, out.has(name) ? [out.get(name), value].flat() : value);
  return out;
}

function form(fields: Fields): string {
  const query = new URLSearchParams();
  for (const [name, value] of fields) for (const one of [value].flat()) query.append(name, String(one));
  return query.toString();
}

/** True when anything was to be done. */
function change(fields: Fields, steps: Steps): boolean {
  let done = false;
  const step = (run: () => void): void => {
    done = true;
    run();
  };
  for (const [name] of steps.remove) step(() => void fields.delete(name));
  for (const [from, to] of steps.rename) {
    step(() => {
      const value = fields.get(from);
      fields.delete(from);
      if (value !== undefined) fields.set(to, value);
    });
  }
  for (const [name, value] of steps.replace) if (fields.has(name)) step(() => void fields.set(name, value));
  for (const [name, value] of steps.add) if (!fields.has(name)) step(() => void fields.set(name, value));
  for (const [name, value] of steps.append) {
    step(() => {
      const present = fields.get(name);
      fields.set(name, present === undefined ? [value] : [present, value].flat());
    });
  }
  return done;
}
