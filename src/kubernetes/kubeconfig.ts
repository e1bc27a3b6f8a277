import { dirname, isAbsolute, join } from "node:path";
import { parse } from "yaml";
import type { Clock } from "../base/clock.ts";
import { isJsonObject } from "../base/json.ts";
import { messageOf } from "../base/log.ts";
import { type Access, AccessError, type AccessSettings, type ReadText, type TlsSettings } from "./access.ts";
import { checkExecPlugin, ExecCredentials, type ExecPlugin, type RunProgram } from "./exec-credential.ts";
import { WatchedFile } from "./watched-file.ts";

export interface KubeconfigOptions {
  readonly path: string;
  readonly readText: ReadText;
  readonly runProgram: RunProgram;
  readonly clock: Clock;
  /** Instead of the cluster's server. */
  readonly server?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Access as the current context of a kubeconfig file says. Throws AccessError for what is wrong in it. */
export async function kubeconfigAccess(options: KubeconfigOptions): Promise<Access> {
  const { path } = options;
  const text = await options.readText(path).catch((error: unknown) => {
    throw new AccessError(`the kubeconfig ${path} cannot be read: ${messageOf(error)}`);
  });
  const config = parseKubeconfig(path, text);
  const contextName = config["current-context"];
  if (typeof contextName !== "string" || contextName === "")
    throw new AccessError(`the kubeconfig ${path} has no current-context; choose one with kubectl config use-context`);
  const context = named(path, config, "contexts", "context", contextName);
  const cluster = named(path, config, "clusters", "cluster", string(context, "cluster") ?? "");
  const userName = string(context, "user");
  const user = userName === undefined ? {} : named(path, config, "users", "user", userName);
  const server = options.server ?? string(cluster, "server");
  if (server === undefined)
    throw new AccessError(`the kubeconfig ${path} names no server for the context ${contextName}`);
  const source = new KubeconfigSource(options, cluster, user);
  return {
    server: server.replace(/\/+$/, ""),
    namespace: string(context, "namespace"),
    current: () => source.current(),
    renew: () => source.renew(),
  };
}

function parseKubeconfig(path: string, text: string): Fields {
  let config: unknown;
  try {
    config = parse(text);
  } catch {
    // The parser's message would quote the file, and with it perhaps a token.
    throw new AccessError(`the kubeconfig ${path} is not YAML`);
  }
  if (!isJsonObject(config)) throw new AccessError(`the kubeconfig ${path} is no kubeconfig`);
  return config;
}

function named(path: string, config: Fields, list: string, field: string, name: string): Fields {
  const entries = Array.isArray(config[list]) ? config[list] : [];
  const found: unknown = entries.find((entry) => isJsonObject(entry) && entry["name"] === name);
  if (!isJsonObject(found)) throw new AccessError(`the kubeconfig ${path} has no entry "${name}" under ${list}`);
  return isJsonObject(found[field]) ? found[field] : {};
}

/** Puts the settings of a cluster and a user together, from values in the kubeconfig and from the files it names. */
class KubeconfigSource {
  readonly #folder: string;
  readonly #cluster: Fields;
  readonly #user: Fields;
  readonly #options: KubeconfigOptions;
  readonly #ca: Text;
  readonly #cert: Text;
  readonly #key: Text;
  readonly #tokenFile: WatchedFile | undefined;
  readonly #exec: ExecCredentials | undefined;
  #last: AccessSettings | undefined;
  #lastKey = "";

  constructor(options: KubeconfigOptions, cluster: Fields, user: Fields) {
    this.#options = options;
    this.#folder = dirname(options.path);
    this.#cluster = cluster;
    this.#user = user;
    if (user["auth-provider"] !== undefined)
      throw new AccessError(
        `the kubeconfig ${options.path} uses an auth-provider, which Kubernetes has removed; use an exec plugin, a token or a certificate`,
      );
    this.#ca = this.#text(cluster, "certificate-authority");
    this.#cert = this.#text(user, "client-certificate");
    this.#key = this.#text(user, "client-key");
    const tokenFile = string(user, "tokenFile");
    this.#tokenFile = tokenFile === undefined ? undefined : this.#file(tokenFile);
    this.#exec = this.#execCredentials();
  }

  async current(): Promise<AccessSettings> {
    const exec = await this.#exec?.current();
    const token = exec?.token ?? (await this.#tokenFile?.text())?.trim() ?? string(this.#user, "token");
    const [username, password] = [string(this.#user, "username"), string(this.#user, "password")];
    const basic =
      username === undefined ? undefined : `Basic ${Buffer.from(`${username}:${password ?? ""}`).toString("base64")}`;
    const authorization = token === undefined ? basic : `Bearer ${token}`;
    const tls = defined<TlsSettings>({
      ca: await this.#ca(),
      cert: exec?.cert ?? (await this.#cert()),
      key: exec?.key ?? (await this.#key()),
      serverName: string(this.#cluster, "tls-server-name"),
      insecure: this.#cluster["insecure-skip-tls-verify"] === true || undefined,
    });
    const headers = { ...(authorization === undefined ? {} : { authorization }), ...impersonation(this.#user) };
    return this.#unchanged(defined<AccessSettings>({ headers, tls, proxy: string(this.#cluster, "proxy-url") }));
  }

  renew(): boolean {
    this.#exec?.forget();
    this.#tokenFile?.expire();
    return this.#exec !== undefined || this.#tokenFile !== undefined;
  }

  /** The former object when it says the same. */
  #unchanged(settings: AccessSettings): AccessSettings {
    const key = JSON.stringify(settings);
    if (this.#last === undefined || key !== this.#lastKey) {
      this.#last = settings;
      this.#lastKey = key;
    }
    return this.#last;
  }

  /** A value given as base64 (`<name>-data`, which wins) or as a file. */
  #text(fields: Fields, name: string): Text {
    const data = string(fields, `${name}-data`);
    if (data !== undefined) {
      const text = Buffer.from(data, "base64").toString("utf8");
      return () => Promise.resolve(text);
    }
    const path = string(fields, name);
    if (path === undefined) return () => Promise.resolve(undefined);
    const file = this.#file(path);
    return () => file.text();
  }

  #file(path: string): WatchedFile {
    return new WatchedFile(this.#resolved(path), this.#options.readText, this.#options.clock);
  }

  /** Relative paths count from the kubeconfig's folder. */
  #resolved(path: string): string {
    return isAbsolute(path) ? path : join(this.#folder, path);
  }

  #execCredentials(): ExecCredentials | undefined {
    const exec = this.#user["exec"];
    if (!isJsonObject(exec)) return undefined;
    const command = string(exec, "command");
    if (command === undefined)
      throw new AccessError(`the kubeconfig ${this.#options.path} has an exec plugin without a command`);
    const plugin = defined<ExecPlugin>({
      apiVersion: string(exec, "apiVersion") ?? "",
      // A bare name is looked for on the PATH.
      command: command.includes("/") ? this.#resolved(command) : command,
      args: strings(exec["args"]),
      env: pluginEnvironment(exec["env"]),
      installHint: string(exec, "installHint"),
      cluster: exec["provideClusterInfo"] === true ? clusterInfo(this.#cluster) : undefined,
    });
    checkExecPlugin(plugin, exec["interactiveMode"]);
    return new ExecCredentials(plugin, this.#options.runProgram, this.#options.clock);
  }
}

type Text = () => Promise<string | undefined>;

function impersonation(user: Fields): Record<string, string | readonly string[]> {
  const groups = strings(user["as-groups"]);
  return defined<Record<string, string | readonly string[]>>({
    "impersonate-user": string(user, "as"),
    "impersonate-uid": string(user, "as-uid"),
    "impersonate-group": groups.length === 0 ? undefined : groups,
  });
}

function pluginEnvironment(list: unknown): Record<string, string> {
  const pairs = (Array.isArray(list) ? list : []).filter(isJsonObject);
  return Object.fromEntries(pairs.map((pair) => [String(pair["name"]), String(pair["value"] ?? "")]));
}

function clusterInfo(cluster: Fields): Fields {
  const fields = ["server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority-data", "proxy-url"];
  return Object.fromEntries(fields.filter((name) => cluster[name] !== undefined).map((name) => [name, cluster[name]]));
}

function string(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** The fields that are not undefined. */
function defined<T>(fields: { readonly [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
