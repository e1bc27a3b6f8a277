import type { Clock } from "../base/clock.ts";
import { isJsonObject } from "../base/json.ts";
import { AccessError } from "./access.ts";

/** A program that a kubeconfig names to get credentials ("client-go credential plugins" in Kubernetes' documentation). */
export interface ExecPlugin {
  readonly apiVersion: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Shown when the program is not there. */
  readonly installHint?: string;
  /** The cluster, for plugins that ask for it (`provideClusterInfo`). */
  readonly cluster?: Readonly<Record<string, unknown>>;
}

export interface ExecCredential {
  readonly token?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface ProgramResult {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, its input closed; `env` is added to the process' own. Rejects when it cannot be started. */
export type RunProgram = (
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
) => Promise<ProgramResult>;

const VERSIONS = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

/** Checks a plugin's settings; throws AccessError. */
export function checkExecPlugin(plugin: ExecPlugin, interactiveMode: unknown): void {
  if (!VERSIONS.includes(plugin.apiVersion))
    throw new AccessError(
      `the kubeconfig's exec plugin ${plugin.command} speaks ${plugin.apiVersion}; understood are ${VERSIONS.join(" and ")}`,
    );
  if (interactiveMode === "Always")
    throw new AccessError(
      `the kubeconfig's exec plugin ${plugin.command} wants a terminal (interactiveMode: Always), and a controller has none`,
    );
}

/** The credentials of an exec plugin: run when first needed, when they ran out, and when the server refused them. */
export class ExecCredentials {
  readonly #plugin: ExecPlugin;
  readonly #run: RunProgram;
  readonly #clock: Clock;
  #last: ExecCredential | undefined;
  /** Wall-clock ms; undefined means until it is refused. */
  #expires: number | undefined;
  #running: Promise<ExecCredential> | undefined;

  constructor(plugin: ExecPlugin, run: RunProgram, clock: Clock) {
    this.#plugin = plugin;
    this.#run = run;
    this.#clock = clock;
  }

  /** Rejects with what the program said on standard error, never with what it printed. */
  current(): Promise<ExecCredential> {
    if (this.#last !== undefined && !(this.#expires !== undefined && this.#clock.now() >= this.#expires))
      return Promise.resolve(this.#last);
    this.#running ??= this.#get().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Forgets them: the next `current` runs the program. */
  forget(): void {
    this.#last = undefined;
  }

  async #get(): Promise<ExecCredential> {
    const { apiVersion, command, args, env, cluster, installHint } = this.#plugin;
    const spec = { interactive: false, ...(cluster === undefined ? {} : { cluster }) };
    const info = JSON.stringify({ apiVersion, kind: "ExecCredential", spec });
    const result = await this.#run(command, args, { ...env, KUBERNETES_EXEC_INFO: info }).catch((error: unknown) => {
      const hint = installHint === undefined ? "" : `; ${installHint.trim()}`;
      throw new Error(`the kubeconfig's exec plugin ${command} could not be started${hint}`, { cause: error });
    });
    if (result.code !== 0) {
      const said = result.stderr.trim().split("\n").at(-1)?.slice(0, 300);
      throw new Error(
        `the kubeconfig's exec plugin ${command} failed with ${result.code ?? "a signal"}: ${said || "it said nothing"}`,
      );
    }
    const { credential, expires } = this.#read(result.stdout);
    this.#last = credential;
    this.#expires = expires;
    return credential;
  }

  #read(output: string): { readonly credential: ExecCredential; readonly expires: number | undefined } {
    const wrong = (what: string) => new Error(`the kubeconfig's exec plugin ${this.#plugin.command} ${what}`);
    const answer = parseOrUndefined(output);
    if (!isJsonObject(answer) || answer["kind"] !== "ExecCredential") throw wrong("printed no ExecCredential");
    if (answer["apiVersion"] !== this.#plugin.apiVersion)
      throw wrong(`answered in ${String(answer["apiVersion"])} instead of ${this.#plugin.apiVersion}`);
    const status = isJsonObject(answer["status"]) ? answer["status"] : {};
    const field = (name: string) =>
      typeof status[name] === "string" && status[name] !== "" ? status[name] : undefined;
    const [token, cert, key] = [field("token"), field("clientCertificateData"), field("clientKeyData")];
    if ((cert === undefined) !== (key === undefined))
      throw wrong("gave a certificate without key, or a key without certificate");
    if (token === undefined && cert === undefined) throw wrong("gave neither a token nor a certificate");
    const expiry = field("expirationTimestamp");
    const expires = expiry === undefined ? undefined : Date.parse(expiry);
    if (expires !== undefined && Number.isNaN(expires)) throw wrong("gave an expirationTimestamp that is no time");
    const credential = {
      ...(token === undefined ? {} : { token }),
      ...(cert === undefined || key === undefined ? {} : { cert, key }),
    };
    return { credential, expires };
  }
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
