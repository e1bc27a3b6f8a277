import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import type { TestObject } from "./cluster-client.ts";

/** Cases recorded with KIC on a real cluster, beside the project where they are. */
const FOLDER = fileURLToPath(new URL("../../../shared/differential/cases", import.meta.url));

export interface DifferentialCase {
  readonly name: string;
  readonly flags: readonly string[];
  readonly featureGates: Readonly<Record<string, boolean>>;
  readonly kongVersion?: string;
  readonly routerFlavors: readonly string[];
  /** Two runs of KIC differ. */
  readonly unstable?: string;
  /** KIC filled in what Kong's schemas say. */
  readonly pluginSchemas?: string;
}

/** `Kind/namespace/name` → what KIC wrote on it. */
export type RecordedStatuses = Readonly<
  Record<string, { readonly status?: unknown; readonly annotationsAdded?: Readonly<Record<string, string>> }>
>;

export interface RecordedEvent {
  readonly type: string;
  readonly reason: string;
  /** `Kind/namespace/name`. */
  readonly object: string;
}

export function differentialCases(): readonly DifferentialCase[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .sort()
    .map((name) => ({ name, ...(read(name, "case.json") as Omit<DifferentialCase, "name">) }));
}

export function recordedStatuses(name: string, flavour: string): RecordedStatuses {
  return read(name, `${flavour}.status.json`) as RecordedStatuses;
}

export function recordedEvents(name: string, flavour: string): readonly RecordedEvent[] {
  return read(name, `${flavour}.events.json`) as readonly RecordedEvent[];
}

function read(name: string, file: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, name, file), "utf8"));
}

/** The objects of a case as a person writes them, with certificates and keys made now. */
export function caseObjects(name: string, pems: CasePems): readonly TestObject[] {
  return parseAllDocuments(readFileSync(join(FOLDER, name, "in.yaml"), "utf8"))
    .map((document) => document.toJS() as TestObject | null)
    .filter((object) => object !== null)
    .map((object) => withPems(object, pems));
}

/** When an object came, among those of its case: the API server counts in seconds, and the older wins. */
export function creationOrder(name: string): (object: TestObject) => string {
  const stored = read(name, "objects.json") as readonly TestObject[];
  const key = ({ kind, metadata }: TestObject) => `${kind}/${metadata.namespace ?? ""}/${metadata.name}`;
  const times = new Map(stored.map((object) => [key(object), String(object.metadata.creationTimestamp ?? "")]));
  return (object) => times.get(key(object)) ?? "";
}

const TOKEN = /GENERATED_(CERT|KEY|CA|RSAPUB):([\w.*-]+)/g;

function withPems(object: TestObject, pems: CasePems): TestObject {
  const data = object["data"] as Readonly<Record<string, string>> | undefined;
  if (data === undefined) return object;
  const encode = (value: string) => {
    const text = value.replace(TOKEN, (_, type: string, subject: string) => pems.of(type, subject));
    return object.kind === "Secret" && text !== value ? Buffer.from(text).toString("base64") : text;
  };
  return { ...object, data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, encode(value)])) };
}

/** Makes the PEM texts that the cases name, each once. */
export class CasePems {
  readonly #folder = mkdtempSync(join(tmpdir(), "silverback-pems-"));
  readonly #made = new Map<string, string>();

  of(type: string, subject: string): string {
    const id = `${type}:${subject}`;
    let text = this.#made.get(id);
    if (text === undefined) {
      this.#make(type, subject);
      text = this.#made.get(id)!;
    }
    return text;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #make(type: string, subject: string): void {
    const key = join(this.#folder, `${this.#made.size}.key`);
    if (type === "RSAPUB") {
      openssl("genrsa", "-out", key, "2048");
      this.#made.set(`RSAPUB:${subject}`, openssl("rsa", "-in", key, "-pubout"));
      return;
    }
    const extensions =
      type === "CA"
        ? ["-addext", "basicConstraints=critical,CA:TRUE"]
        : ["-addext", "basicConstraints=critical,CA:FALSE", "-addext", `subjectAltName=DNS:${subject}`];
    const certificate = openssl(
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key],
      ...["-days", "30", "-subj", `/CN=${subject.slice(0, 60)}`, ...extensions],
    );
    if (type === "CA") {
      this.#made.set(`CA:${subject}`, certificate);
      return;
    }
    this.#made.set(`CERT:${subject}`, certificate);
    this.#made.set(`KEY:${subject}`, readFileSync(key, "utf8"));
  }
}

function openssl(...args: readonly string[]): string {
  return execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
