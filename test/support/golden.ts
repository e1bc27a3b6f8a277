import { createPublicKey } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { systemClock } from "../../src/base/clock.ts";
import { formatRef, type Problem } from "../../src/base/problem.ts";
import { type ParsedFlags, parseFlags } from "../../src/cli/flags/parse.ts";
import { scanArguments } from "../../src/cli/flags/scan.ts";
import { compileFiles, type OfflineCompilation } from "../../src/cli/offline.ts";
import { selfSigned } from "../../src/preview/tls/self-signed.ts";
import { printableDocument } from "../../src/translate/document.ts";

const FOLDER = fileURLToPath(new URL("../golden", import.meta.url));

export const FLAVORS = ["traditional_compatible", "expressions"] as const;
export type Flavor = (typeof FLAVORS)[number];

/** A folder below test/golden: `in.yaml`, and for each flavour the document and the problems that it comes to. */
export interface GoldenCase {
  readonly name: string;
  readonly folder: string;
  /** Of `flags.txt`, one a line. */
  readonly flags: readonly string[];
  readonly flavors: readonly Flavor[];
}

export async function goldenCases(): Promise<readonly GoldenCase[]> {
  const entries = await readdir(FOLDER, { withFileTypes: true });
  const cases = entries
    .filter((entry) => entry.isDirectory())
    .map(async ({ name }) => {
      const folder = join(FOLDER, name);
      const flags = await readFile(join(folder, "flags.txt"), "utf8").catch(() => "");
      const lines = flags.split("\n").filter((line) => line.startsWith("--"));
      return { name, folder, flags: lines, flavors: FLAVORS };
    });
  return (await Promise.all(cases)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What is written: without the problems file when there are none, and with one document when both flavours come to the same. */
export interface Golden {
  readonly document: string;
  readonly problems: string;
}

const TOKEN = /GENERATED_(CERT|LEAF|EXPIRED|KEY|PUBLIC):([\w.*-]+)/g;
const DAY = 86_400_000;
/** By the token that stands for them. A certificate `CERT` is an authority too, `LEAF` is none; `PUBLIC` is the public part of `KEY`. */
const generated = new Map<string, string>();

function pem(type: string, name: string): string {
  const token = `GENERATED_${type}:${name}`;
  const known = generated.get(token);
  if (known !== undefined) return known;
  const pair = selfSigned({
    names: [name],
    notBefore: Date.now() - 2 * DAY,
    notAfter: Date.now() + (type === "EXPIRED" ? -DAY : DAY),
    ...(type === "LEAF" ? { authority: false } : {}),
  });
  if (type === "LEAF" || type === "EXPIRED") {
    generated.set(token, pair.cert);
    return pair.cert;
  }
  generated.set(
    `GENERATED_PUBLIC:${name}`,
    createPublicKey(pair.key).export({ type: "spki", format: "pem" }).toString(),
  );
  generated.set(`GENERATED_CERT:${name}`, pair.cert);
  generated.set(`GENERATED_KEY:${name}`, pair.key);
  return pem(type, name);
}

/** Puts certificates and keys made on the spot in the place of `GENERATED_CERT:name` and the like, inside YAML block or plain scalars as JSON strings. */
function expand(text: string): string {
  return text.replace(TOKEN, (_token, type: string, name: string) => JSON.stringify(pem(type, name)));
}

function collapse(text: string): string {
  let out = text;
  for (const [token, value] of generated) out = out.replaceAll(JSON.stringify(value.trim()).slice(1, -1), token);
  return out;
}

/** A case as `translate` compiles it, with its flags. */
export interface CompiledCase extends OfflineCompilation {
  readonly flags: ParsedFlags;
}

export async function compileCase(golden: GoldenCase, flavor: Flavor): Promise<CompiledCase> {
  const scratch = await mkdtemp(join(tmpdir(), "golden-"));
  try {
    const file = join(scratch, "in.yaml");
    await writeFile(file, expand(await readFile(join(golden.folder, "in.yaml"), "utf8")));
    const line = scanArguments(["translate", "-f", file, `--router-flavor=${flavor}`, ...golden.flags], ["translate"]);
    if ("cause" in line) throw new Error(`${golden.name}: ${line.cause}`);
    const flags = parseFlags("translate", line.value.assignments, {});
    if ("cause" in flags) throw new Error(`${golden.name}: ${flags.cause}`);
    const context = { flags: flags.value, clock: systemClock } as Parameters<typeof compileFiles>[0];
    return { ...(await compileFiles(context)), flags: flags.value };
  } finally {
    await rm(scratch, { recursive: true });
  }
}

/** The texts that stand in the case's files for one flavour. */
export async function render(golden: GoldenCase, flavor: Flavor): Promise<Golden> {
  const { compiler, problems } = await compileCase(golden, flavor);
  const document = JSON.parse(collapse(JSON.stringify(printableDocument(compiler.document)))) as {
    certificates?: { cert: string }[];
    ca_certificates?: { cert: string }[];
  };
  // Their order is that of the PEM texts, which are new each time.
  for (const list of [document.certificates, document.ca_certificates])
    list?.sort((a, b) => (a.cert < b.cert ? -1 : 1));
  return {
    document: stringify(document, { aliasDuplicateObjects: false, lineWidth: 0 }),
    problems: problems.length === 0 ? "" : stringify(problems.map(show), { lineWidth: 0 }),
  };
}

function show(problem: Problem) {
  const { code, severity, object, related, path, message, file } = problem;
  return {
    code,
    severity,
    object: formatRef(object),
    ...(related === undefined ? {} : { related: related.map(formatRef) }),
    ...(path === undefined ? {} : { path }),
    ...(file === undefined ? {} : { line: file.line }),
    message,
  };
}

export function fileNames(flavor: Flavor): { readonly document: string; readonly problems: string } {
  const suffix = flavor === "expressions" ? ".expressions" : "";
  return { document: `out${suffix}.yaml`, problems: `problems${suffix}.yaml` };
}

/** What stands in the files now; "" for a file that is not there. */
export async function stored(golden: GoldenCase, flavor: Flavor): Promise<Golden> {
  const names = fileNames(flavor);
  const read = (name: string) => readFile(join(golden.folder, name), "utf8").catch(() => "");
  return { document: await read(names.document), problems: await read(names.problems) };
}
