/** A way to read many objects at once: those that match, whether they are wanted or not. */
export interface BulkSelector {
  /** A label key, with or without `=value`. */
  readonly label?: string;
  /** A field selector, such as `type=kubernetes.io/tls`: what it matches cannot be told from metadata. */
  readonly field?: string;
}

/** What the planner knows of an object. */
export interface PlanObject {
  readonly labels: Readonly<Record<string, string>> | undefined;
  /** Its content is to be read. */
  readonly needed: boolean;
}

/** From this many on, objects are read in bulk rather than one by one. */
export const BULK_FROM = 20;
/** A bulk list by label may read this many times what is needed, and one by field, which brings the types that are mostly needed anyway, more. */
const MAX_WASTE = 4;
const MAX_FIELD_WASTE = 10;

/**
 * The selectors that are worth a list now. By label it is known what a list would bring; by field only how many objects it brought the last time
 * (`reach`), so those are tried when many needed objects are left that no chosen label covers.
 */
export function chooseBulk(
  selectors: readonly BulkSelector[],
  objects: readonly PlanObject[],
  reach: ReadonlyMap<BulkSelector, number>,
): readonly BulkSelector[] {
  const chosen: BulkSelector[] = [];
  let left = objects.filter((object) => object.needed);
  for (const selector of selectors) {
    const { label } = selector;
    if (label === undefined || left.length < BULK_FROM) continue;
    const matching = left.filter((object) => hasLabel(object.labels, label));
    const all = objects.reduce((sum, object) => sum + (hasLabel(object.labels, label) ? 1 : 0), 0);
    if (matching.length < BULK_FROM || all > matching.length * MAX_WASTE) continue;
    chosen.push(selector);
    left = left.filter((object) => !hasLabel(object.labels, label));
  }
  if (left.length >= BULK_FROM) {
    const most = left.length * MAX_FIELD_WASTE;
    chosen.push(...selectors.filter((selector) => selector.field !== undefined && (reach.get(selector) ?? 0) <= most));
  }
  return chosen;
}

function hasLabel(labels: Readonly<Record<string, string>> | undefined, term: string): boolean {
  if (labels === undefined) return false;
  const equals = term.indexOf("=");
  const key = equals < 0 ? term : term.slice(0, equals);
  return Object.hasOwn(labels, key) && (equals < 0 || labels[key] === term.slice(equals + 1));
}
