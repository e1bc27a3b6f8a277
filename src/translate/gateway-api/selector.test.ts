import { expect, it } from "vitest";
import { selects } from "./selector.ts";

const LABELS = { team: "blue", env: "prod" };
const expression = (operator: string, ...values: readonly string[]) => ({
  matchExpressions: [{ key: "team", operator, values }],
});

it.each([
  ["an empty one", {}, LABELS, true],
  ["equal labels", { matchLabels: { team: "blue" } }, LABELS, true],
  ["a different one", { matchLabels: { team: "blue", env: "dev" } }, LABELS, false],
  ["no labels at all", { matchLabels: { team: "blue" } }, undefined, false],
  ["In", expression("In", "red", "blue"), LABELS, true],
  ["In without the label", expression("In", "blue"), {}, false],
  ["NotIn", expression("NotIn", "blue"), LABELS, false],
  ["NotIn without the label", expression("NotIn", "blue"), undefined, true],
  ["Exists", expression("Exists"), LABELS, true],
  ["DoesNotExist", expression("DoesNotExist"), LABELS, false],
  ["an unknown operator", expression("Gt", "1"), LABELS, false],
  ["a label named like a method", { matchLabels: { constructor: "x" } }, {}, false],
])("is satisfied as Kubernetes has it: %s", (_, selector, labels, expected) => {
  expect(selects(selector, labels)).toBe(expected);
});
