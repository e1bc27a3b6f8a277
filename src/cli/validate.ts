import { stringify } from "yaml";
import { mergeProblems, type Problem } from "../base/problem.ts";
import { Slices } from "../base/slices.ts";
import { systemFiles } from "../sources/directory/files.ts";
import { type ObjectSet, readObjects } from "../sources/directory/object-set.ts";
import { profileKey } from "../sync/configurations.ts";
import type { Profile } from "../translate/input.ts";
import { type CommandContext, type RunCommand, UsageError } from "./command.ts";
import { rememberSecret } from "./controller/object-feed.ts";
import { isSet, type ParsedFlags } from "./flags/parse.ts";
import { type CompiledObjects, compileObjects } from "./offline.ts";
import { assumedProfile } from "./settings/translation.ts";
import { type AskedGateway, agreed, gatewayProblems, reachGateways } from "./validation/live.ts";
import { withMeantPlugin } from "./validation/meant-plugin.ts";
import { missingParents } from "./validation/missing-parents.ts";
import { onlyOnce } from "./validation/only-once.ts";
import { asText, findingsOf } from "./validation/report.ts";
import { withoutClass } from "./validation/without-class.ts";

/**
 * `silverback validate -f …`: objects checked as the API server would (shape, values, rules), then as the compiler does (references among them, what Kong would refuse), then
 * by the gateways that `--kong-admin-url` names, if it is given. 1 when there is an error.
 */
export const validate: RunCommand = async (context) => {
  const { flags, clock, secrets, stdout, environment } = context;
  const set = await readObjects(
    systemFiles,
    pathsOf(flags),
    { defaults: true, validate: true, namespace: "default" },
    new Slices(clock),
  );
  for (const object of set.objects) rememberSecret(object, secrets);
  const live = isSet(flags, "kong-admin-url") ? await reachGateways(context) : { gateways: [], problems: [] };
  const found = await compiledProblems(context, set, live.gateways);
  const problems = mergeProblems([...set.problems, ...live.problems, ...found]);
  const findings = findingsOf(onlyOnce(set.placeAll(problems)), set).map((finding) => ({
    ...finding,
    message: secrets.redact(finding.message),
  }));
  if (!isSet(flags, "output")) {
    const inColor = stdout.columns !== undefined && (environment["NO_COLOR"] ?? "") === "";
    const gateways = live.gateways.map((gateway) => `Kong ${gateway.found.version} at ${gateway.url}`);
    stdout.write(
      asText(findings, { objects: set.objects.length, files: set.files, ignored: set.ignored, gateways }, inColor),
    );
  } else if (flags.values.output === "json") stdout.write(`${JSON.stringify(findings, null, 2)}\n`);
  else stdout.write(stringify(findings, { aliasDuplicateObjects: false, lineWidth: 0 }));
  return findings.some(({ severity }) => severity === "error") ? 1 : 0;
};

function pathsOf({ values }: ParsedFlags): readonly string[] {
  const paths = values.file.length > 0 ? values.file : values.manifests === "" ? [] : [values.manifests];
  if (paths.length === 0)
    throw new UsageError("name the files to check with -f: a file, a folder, or - for standard input");
  return paths;
}

/** What compiling says, and each gateway of what was compiled for it; without a gateway one is assumed as the flags say. */
async function compiledProblems(
  context: CommandContext,
  set: ObjectSet,
  gateways: readonly AskedGateway[],
): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const compiled = new Map<string, CompiledObjects>();
  const compile = async (profile: Profile): Promise<CompiledObjects> => {
    const key = profileKey(profile);
    const there = compiled.get(key) ?? (await compileObjects(context, set, profile));
    compiled.set(key, there);
    return there;
  };
  if (gateways.length === 0) await compile(assumedProfile(context.flags));
  const said = new Map<string, readonly Problem[]>();
  for (const gateway of gateways)
    said.set(gateway.url, await gatewayProblems(gateway, await compile(gateway.found.profile), context));
  problems.push(...agreed(said));
  for (const { compiler, store } of compiled.values())
    problems.push(
      ...compiler.problems().map((problem) => withMeantPlugin(problem, store)),
      ...missingParents(set.objects, store),
      ...withoutClass(set.objects, store, compiler.input),
    );
  return problems;
}
