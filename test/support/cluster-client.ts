import { Agent, request } from "undici";
import { parseAllDocuments } from "yaml";
import { eventually } from "./eventually.ts";

/** A Kubernetes object as tests write and read it. */
export interface TestObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: TestMetadata;
  readonly [field: string]: unknown;
}

export interface TestMetadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** Names an object: what its apiVersion, kind, namespace and name say. */
export type TestRef = Pick<TestObject, "apiVersion" | "kind"> & {
  readonly metadata: Pick<TestMetadata, "name" | "namespace">;
};

export interface ApiResponse {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  /** The texts of its Warning headers. */
  readonly warnings: readonly string[];
}

interface ResourceEntry {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Sends a request, and sends it again if an outage that is made on purpose spoilt it. */
export type Repeat = (send: () => Promise<ApiResponse>) => Promise<ApiResponse>;

/** The administrator of a test cluster: a plain client of its own, so that a fault of the product's client cannot hide itself. */
export class ClusterClient {
  readonly #url: string;
  readonly #token: string;
  readonly #agent: Agent;
  readonly #repeat: Repeat;
  readonly #resources = new Map<string, ResourceEntry>();
  readonly #namespaces = new Set<string>(["default"]);

  constructor(url: string, token: string, ca: string, repeat: Repeat = (send) => send()) {
    this.#url = url;
    this.#token = token;
    this.#repeat = repeat;
    this.#agent = new Agent({ connect: { ca }, keepAliveTimeout: 1000 });
  }

  /** Any request; answers of every status are returned. */
  async request(method: string, path: string, body?: unknown, contentType?: string): Promise<ApiResponse> {
    return this.#repeat(() => this.send(method, path, body, contentType));
  }

  /** A request that is not repeated whatever becomes of it. */
  protected async send(
    method: string,
    path: string,
    body?: unknown,
    contentType = "application/json",
  ): Promise<ApiResponse> {
    const response = await request(`${this.#url}${path}`, {
      method: method as "GET",
      dispatcher: this.#agent,
      headers: { authorization: `Bearer ${this.#token}`, "content-type": contentType, accept: "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      headersTimeout: 30_000,
      bodyTimeout: 30_000,
    });
    const text = await response.body.text();
    const json: unknown = text.startsWith("{") ? JSON.parse(text) : { message: text };
    const warnings = [response.headers["warning"] ?? []].flat().flatMap((header) => warningsIn(header));
    return { status: response.statusCode, body: json as ApiResponse["body"], warnings };
  }

  /** Creates or changes objects (server-side apply, status left alone), given as YAML documents or values; namespaces that are missing are made. Returns what the server stored. */
  async apply(input: string | TestObject | readonly TestObject[]): Promise<readonly TestObject[]> {
    const stored: TestObject[] = [];
    for (const object of toObjects(input)) {
      await this.#ensureNamespace(object);
      const path = `${await this.path(object)}?fieldManager=tests&force=true`;
      stored.push(
        ok(await this.request("PATCH", path, object, "application/apply-patch+yaml"), `apply ${label(object)}`),
      );
    }
    return stored;
  }

  /** Applies CRDs and waits until the server serves them. */
  async applyCrds(crds: string | readonly TestObject[]): Promise<void> {
    for (const crd of await this.apply(crds)) {
      await eventually(async () => {
        const status = (await this.get(crd))?.["status"] as
          | { conditions?: readonly Record<string, unknown>[] }
          | undefined;
        return status?.conditions?.some((c) => c["type"] === "Established" && c["status"] === "True");
      });
      const spec = crd["spec"] as {
        readonly group: string;
        readonly versions: readonly { readonly name: string; readonly served: boolean }[];
      };
      for (const version of spec.versions.filter((v) => v.served))
        await eventually(async () => {
          const { status, body } = await this.request("GET", `/apis/${spec.group}/${version.name}`);
          const plural = crd.metadata.name.split(".")[0];
          return status === 200 && (body["resources"] as readonly ResourceEntry[]).some((r) => r.name === plural);
        });
    }
  }

  /** The object, or undefined when there is none. */
  async get(ref: TestRef): Promise<TestObject | undefined> {
    const response = await this.request("GET", await this.path(ref));
    return response.status === 404 ? undefined : ok(response, `get ${label(ref)}`);
  }

  /** All objects of a kind, in one namespace or everywhere. */
  async list(apiVersion: string, kind: string, namespace?: string): Promise<readonly TestObject[]> {
    const path = await this.collectionPath(apiVersion, kind, namespace);
    return ok(await this.request("GET", path), `list ${kind}`)["items"] as readonly TestObject[];
  }

  /** Deletes an object; one that is missing is no failure. */
  async delete(ref: TestRef): Promise<void> {
    const response = await this.request("DELETE", await this.path(ref));
    if (response.status !== 404) ok(response, `delete ${label(ref)}`);
  }

  /** Changes fields of an object by a JSON merge patch. */
  async patch(ref: TestRef, patch: object): Promise<TestObject> {
    const response = await this.request("PATCH", await this.path(ref), patch, "application/merge-patch+json");
    return ok(response, `patch ${label(ref)}`);
  }

  /** Changes the status of an object by a JSON merge patch. */
  async patchStatus(ref: TestRef, status: object): Promise<TestObject> {
    const path = `${await this.path(ref)}/status`;
    const response = await this.request("PATCH", path, { status }, "application/merge-patch+json");
    return ok(response, `patch the status of ${label(ref)}`);
  }

  /** The path of an object, as the server's discovery gives it. */
  async path(ref: TestRef): Promise<string> {
    return `${await this.collectionPath(ref.apiVersion, ref.kind, ref.metadata.namespace ?? "default")}/${ref.metadata.name}`;
  }

  /** The path of a kind's collection; the namespace counts only for namespaced kinds. */
  async collectionPath(apiVersion: string, kind: string, namespace?: string): Promise<string> {
    const resource = await this.#resource(apiVersion, kind);
    const base = versionPath(apiVersion);
    return resource.namespaced && namespace !== undefined
      ? `${base}/namespaces/${namespace}/${resource.name}`
      : `${base}/${resource.name}`;
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #resource(apiVersion: string, kind: string): Promise<ResourceEntry> {
    const key = `${apiVersion}/${kind}`;
    const known = this.#resources.get(key);
    if (known !== undefined) return known;
    const list = ok(await this.request("GET", versionPath(apiVersion)), `discover ${apiVersion}`);
    for (const entry of list["resources"] as readonly ResourceEntry[])
      if (!entry.name.includes("/")) this.#resources.set(`${apiVersion}/${entry.kind}`, entry);
    const found = this.#resources.get(key);
    if (found === undefined) throw new Error(`the test API server serves no ${kind} in ${apiVersion}`);
    return found;
  }

  async #ensureNamespace(object: TestObject): Promise<void> {
    const { namespace } = object.metadata;
    if (namespace === undefined || this.#namespaces.has(namespace)) return;
    const created = await this.request("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
    if (created.status !== 409) ok(created, `create namespace ${namespace}`);
    this.#namespaces.add(namespace);
  }
}

/** The objects of YAML documents (`List`s opened), or of values. */
export function toObjects(input: string | TestObject | readonly TestObject[]): readonly TestObject[] {
  const values =
    typeof input === "string"
      ? parseAllDocuments(input).map((document) => {
          if (document.errors.length > 0) throw document.errors[0];
          return document.toJS() as TestObject | null;
        })
      : Array.isArray(input)
        ? (input as readonly TestObject[])
        : [input as TestObject];
  return values
    .filter((value) => value !== null)
    .flatMap((o) => (o.kind === "List" ? (o["items"] as TestObject[]) : [o]));
}

/** `299 - "text", 299 - "text"`. */
function warningsIn(header: string): readonly string[] {
  return [...header.matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text!.replace(/\\(.)/g, "$1"));
}

function versionPath(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function label(ref: TestRef): string {
  return `${ref.kind} ${ref.metadata.namespace ?? ""}/${ref.metadata.name}`;
}

function ok(response: ApiResponse, action: string): TestObject {
  if (response.status < 300) return response.body as unknown as TestObject;
  throw new Error(`${action}: ${response.status} ${String(response.body["message"])}`);
}
