import { Condition } from "../condition.ts";
import type { CrdKind } from "../crd-kind.ts";
import { CRD_KINDS } from "../kinds.ts";
import { type Structural, structuralOf } from "../structural.ts";

/** docs/resources.md: every field of every kind whose CRD is ours. */
export function resourcesPage(): string {
  const kinds = [...CRD_KINDS].sort((a, b) => (a.kind < b.kind ? -1 : 1));
  return `# Resources

Made from the schemas in \`src/resources/\` by \`npm run docs\`. The same schemas make the CustomResourceDefinitions in \`crds/\` and check the objects that are read.
A star marks what must be given. How an object becomes Kong configuration is told elsewhere; here stands what may be written.

${kinds.map((kind) => `- [${kind.kind}](#${kind.kind.toLowerCase()})`).join("\n")}

${kinds.map(section).join("\n")}
## Conditions

What stands in \`conditions\` of the statuses above.

${table(structuralOf(Condition), "")}`;
}

function section(kind: CrdKind): string {
  const schema = structuralOf(kind.schema);
  const { shortNames, deprecated } = kind.crd;
  const facts = [
    `\`${kind.group}/${kind.versions[0]}\``,
    kind.namespaced ? "in a namespace" : "cluster-wide",
    ...(shortNames === undefined ? [] : [`short name ${shortNames.map((name) => `\`${name}\``).join(", ")}`]),
    ...(deprecated === true ? ["deprecated"] : []),
  ];
  const rules = rulesIn(schema, "");
  return `## ${kind.kind}

${schema.description ?? ""}

${facts.join(" · ")}

${table(schema, "")}${rules.length === 0 ? "" : `\nRules:\n\n${rules.join("\n")}\n`}`;
}

function table(schema: Structural, prefix: string): string {
  return `| Field | Type | |\n|---|---|---|\n${rows(schema, prefix).join("\n")}\n`;
}

const EVERY_OBJECT: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);

function rows(schema: Structural, prefix: string): readonly string[] {
  if (schema === structuralOf(Condition) && prefix !== "") return [];
  return [...(schema.properties ?? [])].flatMap(([name, of]) => {
    if (prefix === "" && EVERY_OBJECT.has(name)) return [];
    const needed = schema.required.includes(name) && of.default === undefined ? "*" : "";
    const { path, inner } = contentOf(`${prefix}${name}`, of);
    return [`| \`${path}\`${needed} | ${typeWords(of)} | ${describe(of)} |`, ...rows(inner, `${path}.`)];
  });
}

/** The path of what is in a list or a map, and its schema. */
function contentOf(path: string, schema: Structural): { readonly path: string; readonly inner: Structural } {
  if (schema.items !== undefined) return contentOf(`${path}[]`, schema.items);
  if (schema.values !== undefined) return contentOf(`${path}.<name>`, schema.values);
  return { path, inner: schema };
}

function typeWords(schema: Structural, many = false): string {
  if (schema.items !== undefined) return `${many ? "lists" : "list"} of ${typeWords(schema.items, true)}`;
  if (schema.values !== undefined) return `${many ? "maps" : "map"} to ${typeWords(schema.values, true)}`;
  if (schema.intOrString) return "integer or string";
  if (schema.type === undefined) return "any JSON";
  if (schema.open) return "any JSON object";
  return `${schema.type}${many ? "s" : ""}`;
}

function describe(schema: Structural): string {
  const text = [
    schema.description ?? "",
    ...limits(schema),
    ...(schema.items === undefined ? [] : limits(schema.items)),
  ];
  if (schema.default !== undefined && !isConditions(schema))
    text.push(`Default: \`${JSON.stringify(schema.default)}\`.`);
  return text
    .filter((part) => part !== "")
    .join(" ")
    .replaceAll("|", "\\|");
}

function isConditions(schema: Structural): boolean {
  return schema.items === structuralOf(Condition) || schema.properties?.get("conditions") !== undefined;
}

function limits(schema: Structural): readonly string[] {
  const out: string[] = [];
  if (schema.enum !== undefined) out.push(`One of ${schema.enum.map((word) => `\`${word}\``).join(", ")}.`);
  if (schema.minimum !== undefined && schema.maximum !== undefined) out.push(`${schema.minimum} to ${schema.maximum}.`);
  else if (schema.minimum !== undefined) out.push(`At least ${schema.minimum}.`);
  if (schema.minLength === 1) out.push("Not empty.");
  if (schema.maxLength !== undefined) out.push(`At most ${schema.maxLength} characters.`);
  if (schema.maxItems !== undefined) out.push(`At most ${schema.maxItems} items.`);
  if (schema.listType === "set") out.push("No item twice.");
  if (schema.listType === "map") out.push(`No two items with the same ${schema.listKeys.join(" and ")}.`);
  if (schema.pattern !== undefined) out.push(`Matches \`${schema.pattern}\`.`);
  return out;
}

function rulesIn(schema: Structural, path: string): readonly string[] {
  const own = schema.rules.map((rule) => `- ${path === "" ? "" : `\`${path}\`: `}${rule.message}`);
  const inner = [...(schema.properties ?? [])].flatMap(([name, of]) => {
    const content = contentOf(path === "" ? name : `${path}.${name}`, of);
    const ofList = content.inner === of ? [] : rulesOf(of, path === "" ? name : `${path}.${name}`);
    return [...ofList, ...rulesIn(content.inner, content.path)];
  });
  return [...own, ...inner];
}

function rulesOf(schema: Structural, path: string): readonly string[] {
  return schema.rules.map((rule) => `- \`${path}\`: ${rule.message}`);
}
