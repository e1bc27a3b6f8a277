import type { PluginCode, ResponseDraft } from "./plugin.ts";
import { nameAndValue } from "./query.ts";

interface Section {
  readonly headers?: readonly string[] | null;
  readonly json?: readonly string[] | null;
  readonly json_types?: readonly string[] | null;
}

interface Config {
  readonly remove?: Section;
  readonly rename?: Section;
  readonly replace?: Section;
  readonly add?: Section;
  readonly append?: Section;
}

/** https://developer.konghq.com/plugins/response-transformer/ */
export const responseTransformer: PluginCode = {
  name: "response-transformer",
  headerFilter(_exchange, { headers }, plugin) {
    const config = plugin.config as Config;
    const pairs = (section: Section | undefined) => (section?.headers ?? []).map(nameAndValue);
    for (const [name] of pairs(config.remove)) headers.remove(name);
    for (const [from, to] of pairs(config.rename)) {
      const values = headers.all(from);
      if (values.length === 0) continue;
      headers.remove(from);
      headers.remove(to);
      for (const value of values) headers.add(to, value);
    }
    for (const [name, value] of pairs(config.replace)) if (headers.has(name)) headers.set(name, value);
    for (const [name, value] of pairs(config.add)) if (!headers.has(name)) headers.set(name, value);
    for (const [name, value] of pairs(config.append)) headers.add(name, value);
  },
  wantsBody(draft, plugin) {
    return isJson(draft) && hasJson(plugin.config as Config);
  },
  bodyFilter(body, _draft, plugin) {
    const config = plugin.config as Config;
    let value: unknown;
    try {
      value = JSON.parse(body.toString("utf8"));
    } catch {
      return body;
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) return body;
    const fields = new Map<string, unknown>(Object.entries(value));
    change(fields, config);
    return Buffer.from(JSON.stringify(Object.fromEntries(fields)));
  },
};

function isJson(draft: ResponseDraft): boolean {
  return (draft.headers.get("content-type") ?? "").toLowerCase().includes("application/json");
}

function hasJson(config: Config): boolean {
  const sections = [config.remove, config.rename, config.replace, config.add, config.append];
  return sections.some((section) => (section?.json ?? []).length > 0);
}

function change(fields: Map<string, unknown>, config: Config): void {
  for (const name of config.remove?.json ?? []) fields.delete(name);
  for (const [from, to] of (config.rename?.json ?? []).map(nameAndValue)) {
    if (!fields.has(from)) continue;
    fields.set(to, fields.get(from));
    fields.delete(from);
  }
  for (const [name, value] of typed(config.replace)) if (fields.has(name)) fields.set(name, value);
  for (const [name, value] of typed(config.add)) if (!fields.has(name)) fields.set(name, value);
  for (const [name, value] of typed(config.append)) {
    const present = fields.get(name);
    fields.set(name, present === undefined ? [value] : [present, value].flat());
  }
}

/** Names and values, each value of the type that stands at its place in `json_types`. */
function typed(section: Section | undefined): readonly (readonly [string, unknown])[] {
  return (section?.json ?? []).map((text, i) => {
    const [name, value] = nameAndValue(text);
    const type = section?.json_types?.[i];
    if (type === "number") return [name, Number(value)];
    if (type === "boolean") return [name, value === "true"];
    return [name, value.replace(/^"(.*)"$/s, "$1")];
  });
}
