import { isJsonObject } from "../../base/json.ts";
import { hasStatus } from "../../kubernetes/api-error.ts";
import type { ApiClient } from "../../kubernetes/client.ts";
import { listPage } from "../../kubernetes/paged-list.ts";
import { CRD_PATH } from "./crd-watch.ts";
import { crdNameOf, versionPath, type WatchedKind } from "./watched-kind.ts";

export type ServedVersion =
  | { readonly found: string }
  /** The definition serves only these others. */
  | { readonly found: undefined; readonly served: readonly string[] };

/**
 * Which of a kind's versions the server serves, asked of its discovery documents. Rejects when that cannot be told at the moment: requests fail, or the definition
 * promises a version that the server does not serve yet (it was just created, or the server just started).
 */
export async function servedVersion(
  client: ApiClient,
  watched: WatchedKind,
  signal: AbortSignal,
): Promise<ServedVersion> {
  const { kind, versions } = watched;
  for (const version of versions)
    if (await serves(client, versionPath(kind.group, version), kind.plural, signal)) return { found: version };
  const name = crdNameOf(kind)!;
  const served = await promisedVersions(client, name, signal);
  if (versions.some((version) => served.includes(version)))
    throw new Error(`the CustomResourceDefinition ${name} is there, but the API server does not serve the kind yet`);
  return { found: undefined, served };
}

/**
 * The same where the definitions may not be seen; undefined when the server serves none of the versions. A server that just started serves kinds one by one: what it
 * lacks counts only after it has said that it is ready.
 */
export async function probedVersion(
  client: ApiClient,
  { kind, versions }: WatchedKind,
  signal: AbortSignal,
): Promise<string | undefined> {
  await client.request({ path: "/readyz", plain: true, signal });
  for (const version of versions)
    if (await serves(client, versionPath(kind.group, version), kind.plural, signal)) return version;
  return undefined;
}

async function serves(client: ApiClient, path: string, plural: string, signal: AbortSignal): Promise<boolean> {
  const answer = await client.request({ path, signal }).catch((error: unknown) => {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  });
  const resources = isJsonObject(answer?.value) ? answer.value["resources"] : undefined;
  return (
    Array.isArray(resources) && resources.some((resource) => isJsonObject(resource) && resource["name"] === plural)
  );
}

/** By a list: Kong's chart lets KIC list definitions, but not get them. */
async function promisedVersions(client: ApiClient, name: string, signal: AbortSignal): Promise<readonly string[]> {
  const page = await listPage(client, { path: CRD_PATH, fieldSelector: `metadata.name=${name}`, signal }, undefined);
  const spec = (page.items[0] as { readonly spec?: unknown } | undefined)?.spec;
  const versions = isJsonObject(spec) ? spec["versions"] : undefined;
  if (!Array.isArray(versions)) throw new Error(`the CustomResourceDefinition ${name} could not be read`);
  return versions
    .filter(isJsonObject)
    .filter((v) => v["served"] === true)
    .map((v) => String(v["name"]));
}
