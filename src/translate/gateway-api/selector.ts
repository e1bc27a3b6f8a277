import { own } from "../../base/json.ts";
import type { LabelSelectorObject } from "../../resources/gateway-api/listener.ts";

type Labels = Readonly<Record<string, string>> | undefined;

/** Whether labels satisfy a selector (metav1.LabelSelector): all of its parts hold. An empty one is satisfied by anything, one with an unknown operator by nothing. */
export function selects(selector: LabelSelectorObject, labels: Labels): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => own(labels, key) === value);
  return (
    equal &&
    (selector.matchExpressions ?? []).every(({ key, operator, values }) => holds(key, operator, values ?? [], labels))
  );
}

function holds(key: string, operator: string, values: readonly string[], labels: Labels): boolean {
  const value = own(labels, key);
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    default:
      return false;
  }
}
