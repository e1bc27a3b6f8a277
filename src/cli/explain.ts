import { stringify } from "yaml";
import { formatProblem, formatRef } from "../base/problem.ts";
import { type KubernetesObject, objectKey, refOf } from "../resources/kind.ts";
import { KINDS } from "../resources/kinds.ts";
import {
  type ExplainedEntity,
  type Explanation,
  explain as explainObject,
  type LeftOut,
  type RelatedObject,
} from "../translate/explanation.ts";
import { type RunCommand, UsageError } from "./command.ts";
import { type ObjectName, objectName } from "./flags/names.ts";
import { isSet } from "./flags/parse.ts";
import { closest } from "./flags/suggest.ts";
import { compileFiles } from "./offline.ts";

/** `silverback explain KIND/NAMESPACE/NAME -f …`: what the compiler knows of one object; 1 when it is not in the files. */
export const explain: RunCommand = async (context) => {
  const { flags, words, stdout, stderr } = context;
  const wanted = nameOf(words[0]);
  const { set, store, compiler, problems } = await compileFiles(context);
  const explanation = explainObject(objectKey(wanted.kind, wanted.namespace, wanted.name), {
    store,
    compiler,
    problems,
  });
  if (explanation === undefined) {
    stderr.write(`silverback: ${notThere(wanted, set.objects)}\n`);
    return 1;
  }
  if (!isSet(flags, "output")) stdout.write(asText(explanation));
  else if (flags.values.output === "json") stdout.write(`${JSON.stringify(explanation, null, 2)}\n`);
  else stdout.write(stringify(explanation, { aliasDuplicateObjects: false, lineWidth: 0 }));
  return 0;
};

/** Kinds are understood in any case, and in the plural, as kubectl does. */
function nameOf(word: string | undefined): ObjectName {
  if (word === undefined) throw new UsageError("name an object to explain: explain KIND/NAMESPACE/NAME -f FILE");
  const read = objectName.read(word, undefined);
  if ("cause" in read) throw new UsageError(`"${word}" names no object: ${read.cause}`);
  const asked = read.value.kind.toLowerCase();
  const kind = KINDS.map((entry) => entry.kind).find(
    (one) => one.kind.toLowerCase() === asked || one.plural === asked,
  )?.kind;
  if (kind !== undefined) return { ...read.value, kind };
  const near = closest(
    read.value.kind,
    KINDS.map((entry) => entry.kind.kind),
  );
  throw new UsageError(
    `"${read.value.kind}" is no kind that Silverback reads${near === undefined ? "" : `; did you mean ${near}?`}`,
  );
}

function notThere({ kind, namespace, name }: ObjectName, objects: readonly KubernetesObject[]): string {
  const shown = `${kind} ${namespace === "" ? "" : `${namespace}/`}${name}`;
  const same = objects.filter((object) => object.kind === kind).map((object) => formatRef(refOf(object)));
  const near = closest(shown, same) ?? (namespace === "" ? same.find((one) => one.endsWith(`/${name}`)) : undefined);
  return `there is no ${shown} in the files that were read${near === undefined ? "" : `; did you mean ${near}?`}`;
}

function asText(explanation: Explanation): string {
  const { object, leftOut, entities, uses, usedBy, problems } = explanation;
  const sections = [
    [...(leftOut === undefined ? [] : [`Left out: ${whyLeftOut(leftOut)}.`])],
    section("Yields", entities.map(entityLine), yieldsNothing(explanation)),
    section("Uses", uses.map(relatedLine), "nothing"),
    section("Used by", usedBy.map(relatedLine), "nothing"),
    section("Problems", problems.map(formatProblem), "none"),
  ];
  return [[formatRef(object)], ...sections]
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join("\n")}\n`)
    .join("\n");
}

function section(title: string, lines: readonly string[], none: string): readonly string[] {
  return lines.length === 0 ? [`${title}: ${none}`] : [`${title}:`, ...lines.map((line) => `  ${line}`)];
}

function whyLeftOut(leftOut: LeftOut): string {
  switch (leftOut.reason) {
    case "refused":
      return "Kong refused it";
    case "uses-refused":
      return `it uses what Kong refused: ${leftOut.objects.map(relatedLine).join(", ")}`;
    case "problem":
      return `see the problem ${leftOut.code} below`;
  }
}

/** Why an object without anything wrong may yield nothing. */
function yieldsNothing({ leftOut, problems, usedBy }: Explanation): string {
  if (leftOut !== undefined || problems.length > 0) return "nothing";
  return usedBy.length > 0
    ? "nothing of its own"
    : "nothing (it belongs to another ingress class or controller, or nobody uses it)";
}

function entityLine({ type, name, within, with: others }: ExplainedEntity): string {
  const place = within === undefined ? "" : ` in ${within}`;
  const made = others.length === 0 ? "" : ` (with ${others.map(formatRef).join(", ")})`;
  return `${type}${name === "" ? "" : ` ${name}`}${place}${made}`;
}

function relatedLine({ kind, namespace, name, present }: RelatedObject): string {
  return `${kind} ${namespace === "" ? "" : `${namespace}/`}${name}${present ? "" : " (not in the files)"}`;
}
