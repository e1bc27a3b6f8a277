import { isJsonObject, own } from "../base/json.ts";
import type { AdminClient } from "./admin-client.ts";
import { AdminFailure } from "./admin-failure.ts";
import { failedAnswer } from "./answers.ts";
import { type Root, readRoot } from "./root.ts";

/** What one successful attempt found. */
export interface Contact extends Root {
  /** Undefined with a database. */
  readonly hash: string | undefined;
}

/**
 * One attempt to use a gateway: the workspace is there (it is made when it is missing, as KIC does, unless nothing may be written), `GET /` shows a gateway that can
 * be used, `GET /status` answers. Throws an AdminFailure. `timeout` is for each call, ms.
 */
export async function contact(
  client: AdminClient,
  timeout: number,
  signal: AbortSignal,
  access: "write" | "read" = "write",
): Promise<Contact> {
  if (client.workspace !== "") await ensureWorkspace(client, timeout, signal, access);
  // Within a workspace the root stands at /kong: `/<workspace>/` alone is another path.
  const path = client.workspace === "" ? "/" : "/kong";
  const answer = await client.call({ method: "GET", path, timeout, signal });
  if (answer.status !== 200) throw failedAnswer("reading the root of the Admin API", answer);
  const root = readRoot(answer.text, client.workspace);
  const status = await readStatus(client, timeout, signal);
  if (root.profile.dbless && status.hash === undefined)
    throw new AdminFailure("unfit", "its /status has no configuration_hash", "this is no gateway without a database");
  return { ...root, hash: root.profile.dbless ? status.hash : undefined };
}

async function ensureWorkspace(
  client: AdminClient,
  timeout: number,
  signal: AbortSignal,
  access: "write" | "read",
): Promise<void> {
  const common = { inWorkspace: false, timeout, signal } as const;
  const path = `/workspaces/${encodeURIComponent(client.workspace)}`;
  const found = await client.call({ ...common, method: "GET", path });
  if (found.status === 200) return;
  if (found.status !== 404) throw failedAnswer(`looking for the workspace ${client.workspace}`, found);
  if (access === "read")
    throw new AdminFailure("unfit", `there is no workspace ${client.workspace}`, "look at --kong-workspace");
  const content = Buffer.from(JSON.stringify({ name: client.workspace }));
  const body = { type: "application/json", content };
  const made = await client.call({ ...common, method: "POST", path: "/workspaces", body });
  // Another replica may have been faster.
  if (made.status === 201 || made.status === 409) return;
  if (made.status === 404)
    throw new AdminFailure(
      "unfit",
      "the gateway knows no workspaces",
      "they are part of Kong Gateway Enterprise only: leave --kong-workspace out",
    );
  throw failedAnswer(`making the workspace ${client.workspace}`, made);
}

/** What `GET /status` says. */
export interface Status {
  /** Of what is loaded; undefined with a database. */
  readonly hash: string | undefined;
  /** Undefined without a database. */
  readonly databaseReachable?: boolean;
}

/** Asks a gateway what it holds. Throws an AdminFailure. */
export async function readStatus(client: AdminClient, timeout: number, signal: AbortSignal): Promise<Status> {
  const answer = await client.call({ method: "GET", path: "/status", timeout, signal });
  if (answer.status !== 200) throw failedAnswer("reading /status", answer);
  let status: unknown;
  try {
    status = JSON.parse(answer.text);
  } catch {
    status = undefined;
  }
  if (!isJsonObject(status))
    throw new AdminFailure("interrupted", "/status was answered with something other than JSON");
  const hash = own(status, "configuration_hash");
  const database = own(status, "database");
  return {
    hash: typeof hash === "string" && /^[0-9a-f]{32}$/.test(hash) ? hash : undefined,
    ...(isJsonObject(database) && { databaseReachable: own(database, "reachable") === true }),
  };
}
