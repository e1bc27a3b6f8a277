import { isJsonObject } from "../base/json.ts";
import { ApiUnreachable, isExpired } from "./api-error.ts";
import type { ApiClient } from "./client.ts";
import type { ReceivedObject } from "./trim.ts";

export interface ListOptions {
  readonly path: string;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** The answer must not be older than this resourceVersion; absent means: the newest, as etcd has it. */
  readonly notOlderThan?: string | undefined;
  readonly accept?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ListResult<T = ReceivedObject> {
  readonly items: readonly T[];
  /** The state that the items show; a watch goes on from here. */
  readonly resourceVersion: string;
}

const FIRST_PAGE = 250;
const MIN_PAGE = 20;
const MAX_PAGE = 5000;
/** Wanted size of a page in bytes: parsing one takes about 5 ms, and the garbage collector its share. */
const PAGE_BYTES = 500_000;

/**
 * Lists a collection page by page, and keeps of each object what `keep` returns. A continue token that has run out starts the list again, and the second time it is asked for in one piece.
 * Rejects with what the client rejects with; `isExpired` and `isTooLargeVersion` tell about `notOlderThan`.
 */
export async function listAll<T>(
  client: ApiClient,
  options: ListOptions,
  keep: (item: ReceivedObject) => T,
): Promise<ListResult<T>> {
  for (let restarts = 0; ; restarts++) {
    const result = await listOnce(client, options, keep, restarts < 2);
    if (result !== undefined) return result;
  }
}

/** Undefined when a continue token had run out. */
async function listOnce<T>(
  client: ApiClient,
  options: ListOptions,
  keep: (item: ReceivedObject) => T,
  paged: boolean,
): Promise<ListResult<T> | undefined> {
  const items: T[] = [];
  let resourceVersion = "";
  for await (const page of pages(client, options, paged)) {
    if (page === undefined) return undefined;
    for (const item of page.items) items.push(keep(item));
    resourceVersion = page.resourceVersion;
  }
  return { items, resourceVersion };
}

/** The pages of a list one after the other, for who does not keep everything; where a continue token runs out it ends early. */
export async function* listPages(client: ApiClient, options: ListOptions): AsyncGenerator<ListPage> {
  for await (const page of pages(client, options, true)) if (page !== undefined) yield page;
}

/** The last is undefined when a continue token ran out. */
async function* pages(client: ApiClient, options: ListOptions, paged: boolean): AsyncGenerator<ListPage | undefined> {
  let limit = FIRST_PAGE;
  let token: string | undefined;
  do {
    const page: ListPage | undefined = await listPage(client, options, paged ? limit : undefined, token).catch(
      (error: unknown) => {
        if (token !== undefined && isExpired(error)) return undefined;
        throw error;
      },
    );
    yield page;
    token = page?.next;
    limit = nextLimit(page?.items.length ?? 0, page?.bytes ?? 0);
  } while (token !== undefined);
}

export interface ListPage extends ListResult {
  readonly bytes: number;
  /** Asks for the next page. */
  readonly next: string | undefined;
}

/** One page of a list; `limit` undefined asks for everything. */
export async function listPage(
  client: ApiClient,
  options: ListOptions,
  limit: number | undefined,
  token?: string,
): Promise<ListPage> {
  // A server refuses a resourceVersion beside a continue token, which holds its own.
  const notOlder = token === undefined && options.notOlderThan !== undefined;
  const { value, bytes } = await client.request({
    path: options.path,
    query: {
      labelSelector: options.labelSelector,
      fieldSelector: options.fieldSelector,
      limit,
      continue: token,
      // Without the match a limited list would be taken as "exactly this version".
      ...(notOlder ? { resourceVersion: options.notOlderThan, resourceVersionMatch: "NotOlderThan" } : {}),
    },
    ...(options.accept === undefined ? {} : { accept: options.accept }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const list = isJsonObject(value) ? value : {};
  const metadata = isJsonObject(list["metadata"]) ? list["metadata"] : {};
  const items = list["items"] ?? [];
  const resourceVersion = metadata["resourceVersion"];
  if (!Array.isArray(items) || !items.every(isObject) || typeof resourceVersion !== "string" || resourceVersion === "")
    throw new ApiUnreachable(`GET ${options.path}`, new Error("the answer is no list of Kubernetes objects"));
  const next = metadata["continue"];
  return { items, resourceVersion, bytes, next: typeof next === "string" && next !== "" ? next : undefined };
}

function isObject(item: unknown): item is ReceivedObject {
  return isJsonObject(item) && isJsonObject(item["metadata"]) && typeof item["metadata"]["name"] === "string";
}

function nextLimit(items: number, bytes: number): number {
  if (items === 0) return FIRST_PAGE;
  return Math.min(MAX_PAGE, Math.max(MIN_PAGE, Math.floor((PAGE_BYTES * items) / bytes)));
}
