import { isJsonObject } from "../../base/json.ts";
import type { ApiClient } from "../../kubernetes/client.ts";
import { type ReceivedObject, trimmed } from "../../kubernetes/trim.ts";
import { admit } from "../../resources/check.ts";
import type { Kind, KubernetesObject } from "../../resources/kind.ts";
import { apiVersionOf, collectionPath } from "./watched-kind.ts";

/**
 * Reads one object as it is stored now; undefined when there is none, or none of the right shape. By a list, never by get: Kong's chart lets KIC list and watch Secrets only. Waits for no
 * rate limit, and for the answer `timeout` ms. Rejects as the client does.
 */
export async function readObject<T extends KubernetesObject>(
  client: ApiClient,
  kind: Kind<T>,
  namespace: string,
  name: string,
  timeout: number,
): Promise<T | undefined> {
  const version = kind.versions[0]!;
  const { value } = await client.request({
    path: collectionPath(kind, version, kind.namespaced ? namespace : undefined),
    query: { fieldSelector: `metadata.name=${name}` },
    timeout,
    urgent: true,
  });
  const items: unknown = isJsonObject(value) ? value["items"] : undefined;
  const [item] = Array.isArray(items) ? (items as readonly ReceivedObject[]) : [];
  if (item === undefined) return undefined;
  return admit(kind, trimmed(item, apiVersionOf(kind, version), kind.kind)).object;
}
