import { stringify } from "yaml";
import { formatProblem } from "../base/problem.ts";
import { keyOf, objectKey } from "../resources/kind.ts";
import { printableDocument } from "../translate/document.ts";
import type { RunCommand } from "./command.ts";
import { compileFiles } from "./offline.ts";

/** `silverback translate -f …`: Kubernetes objects → one Kong declarative configuration on standard output, problems on standard error; 1 when one is an error. */
export const translate: RunCommand = async (context) => {
  const { flags, stdout, stderr } = context;
  const { compiler, set, problems } = await compileFiles(context);
  const document = printableDocument(compiler.document);
  // `aliasDuplicateObjects` off: a configuration that people read has no anchors.
  stdout.write(
    flags.values.output === "json"
      ? `${JSON.stringify(document, null, 2)}\n`
      : stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 }),
  );
  const there = new Set(set.objects.map(keyOf));
  for (const { kind, namespace, name } of flags.values["simulate-rejection"]) {
    if (there.has(objectKey(kind, namespace, name))) continue;
    const shown = [kind, namespace, name].filter((part) => part !== "").join("/");
    stderr.write(`note: --simulate-rejection names ${shown}, which is not in the files\n`);
  }
  for (const problem of problems) stderr.write(`${formatProblem(problem)}\n`);
  if (holdsSecrets(document))
    stderr.write("note: the configuration above holds secrets (private keys, credentials) as they are\n");
  return problems.some((problem) => problem.severity === "error") ? 1 : 0;
};

function holdsSecrets(document: Readonly<Record<string, unknown>>): boolean {
  return ["certificates", "consumers", "licenses", "plugins", "vaults"].some(
    (section) => document[section] !== undefined,
  );
}
