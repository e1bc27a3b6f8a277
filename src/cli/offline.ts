import { mergeProblems, type Problem } from "../base/problem.ts";
import { Slices } from "../base/slices.ts";
import { objectKey } from "../resources/kind.ts";
import { systemFiles } from "../sources/directory/files.ts";
import { type ObjectSet, readObjects } from "../sources/directory/object-set.ts";
import { ObjectStore } from "../store/object-store.ts";
import { Compiler } from "../translate/compiler.ts";
import { indexes } from "../translate/indexes.ts";
import type { Profile } from "../translate/input.ts";
import { type CommandContext, UsageError } from "./command.ts";
import { assumedProfile, translateSettings } from "./settings/translation.ts";

/** Objects from manifests and what they come to, without a cluster and without a gateway. */
export interface CompiledObjects {
  readonly set: ObjectSet;
  readonly store: ObjectStore;
  readonly compiler: Compiler;
}

export interface OfflineCompilation extends CompiledObjects {
  /** Of reading and of compiling, with file and line. */
  readonly problems: readonly Problem[];
}

/**
 * Reads the files that `-f` names and compiles what is in them, for the gateway that the flags assume unless another profile is given; objects of
 * `--simulate-rejection` are left out, with what uses them.
 */
export async function compileFiles(
  context: CommandContext,
  paths: readonly string[] = context.flags.values.file,
  profile: Profile = assumedProfile(context.flags),
): Promise<OfflineCompilation> {
  if (paths.length === 0)
    throw new UsageError("name the files to read with -f: a file, a folder, or - for standard input");
  const { flags, clock } = context;
  const set = await readObjects(systemFiles, paths, { defaults: flags.values.defaults }, new Slices(clock));
  const compiled = await compileObjects(context, set, profile);
  return { ...compiled, problems: set.placeAll(mergeProblems([...set.problems, ...compiled.compiler.problems()])) };
}

/** Compiles objects that were read from files. */
export async function compileObjects(
  { flags, clock }: CommandContext,
  set: ObjectSet,
  profile: Profile,
): Promise<CompiledObjects> {
  const store = new ObjectStore(indexes);
  for (const object of set.objects) store.set(object);
  const input = { settings: translateSettings(flags, true), profile };
  const compiler = new Compiler(store, input, clock);
  await compiler.run();
  const rejected = flags.values["simulate-rejection"];
  if (rejected.length > 0) {
    compiler.exclude(new Set(rejected.map(({ kind, namespace, name }) => objectKey(kind, namespace, name))));
    await compiler.run();
  }
  return { set, store, compiler };
}
