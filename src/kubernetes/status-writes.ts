import { isJsonObject } from "../base/json.ts";
import { ApiUnreachable, hasStatus } from "./api-error.ts";
import type { ApiObject } from "./api-object.ts";
import type { ApiClient } from "./client.ts";

type Requests = Pick<ApiClient, "request">;

/** An object as the server gives it: whole, and with its status. */
export type WholeObject = ApiObject & { readonly status?: unknown };

/** How often a write is repeated at once when somebody else was faster. */
const CONFLICTS = 5;

/**
 * Changes the status of an object that is read for it, with everything in it: for lists that several controllers write into, and that a patch would wipe. `change`
 * gives the new status, or undefined when nothing is to be written. Resolves with the object as it is then; undefined when nothing was written or the object is gone.
 */
export async function putStatus(
  client: Requests,
  path: string,
  change: (object: WholeObject) => unknown,
  signal: AbortSignal,
): Promise<WholeObject | undefined> {
  return changeObject(client, path, `${path}/status`, signal, (object) => {
    const status = change(object);
    return status === undefined ? undefined : { ...object, status };
  });
}

/** Changes an object itself (not its status) in the same way. */
export async function putObject(
  client: Requests,
  path: string,
  change: (object: WholeObject) => WholeObject | undefined,
  signal: AbortSignal,
): Promise<WholeObject | undefined> {
  return changeObject(client, path, path, signal, change);
}

/** Merges fields into the status of an object, if it still is at this resourceVersion; ApiError 409 if it is not, 404 when it is gone. */
export async function patchStatus(
  client: Requests,
  path: string,
  resourceVersion: string,
  status: object,
  signal: AbortSignal,
): Promise<WholeObject> {
  const { value } = await client.request({
    method: "PATCH",
    path: `${path}/status`,
    body: { metadata: { resourceVersion }, status },
    contentType: "application/merge-patch+json",
    signal,
  });
  return whole(path, value);
}

async function changeObject(
  client: Requests,
  path: string,
  writePath: string,
  signal: AbortSignal,
  change: (object: WholeObject) => WholeObject | undefined,
): Promise<WholeObject | undefined> {
  for (let conflicts = 0; ; conflicts++) {
    const read = await unlessGone(client.request({ path, signal }));
    const next = read === undefined ? undefined : change(whole(path, read.value));
    if (next === undefined) return undefined;
    try {
      const answer = await unlessGone(client.request({ method: "PUT", path: writePath, body: next, signal }));
      return answer === undefined ? undefined : whole(path, answer.value);
    } catch (error) {
      if (!hasStatus(error, 409) || conflicts === CONFLICTS) throw error;
    }
  }
}

async function unlessGone<T>(request: Promise<T>): Promise<T | undefined> {
  return request.catch((error: unknown) => {
    if (hasStatus(error, 404)) return undefined;
    throw error;
  });
}

function whole(path: string, value: unknown): WholeObject {
  if (!isJsonObject(value) || !isJsonObject(value["metadata"]))
    throw new ApiUnreachable(`reading ${path}`, new Error("the answer is no Kubernetes object"));
  return value as unknown as WholeObject;
}
