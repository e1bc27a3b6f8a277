import type { Payload } from "./gateway.ts";

/** How much a configuration would take away. */
export interface Shrink {
  /** Entities on the top level of the document that would be gone. */
  readonly gone: number;
  /** All that there were. */
  readonly of: number;
}

/** What would be gone if `next` took the place of `former`. An entity is the same while its name is. */
export function shrinkOf(former: Payload, next: Payload): Shrink {
  let gone = 0;
  for (const [section, entities] of former.sections) {
    const kept = new Set((next.sections.get(section) ?? []).map(({ value }) => identity(value)));
    for (const { value } of entities) if (!kept.has(identity(value))) gone++;
  }
  return { gone, of: former.entities };
}

/** Whether that is more than so many percent. */
export function exceeds({ gone, of }: Shrink, percent: number): boolean {
  return gone * 100 > of * percent;
}

const NAMES = ["name", "id", "username", "custom_id", "prefix", "instance_name"] as const;

function identity(value: object): string {
  const fields = value as Readonly<Record<string, unknown>>;
  const name = NAMES.find((field) => typeof fields[field] === "string");
  return name === undefined || (name === "name" && "config" in value) ? JSON.stringify(value) : String(fields[name]);
}
