import type { Payload, PushOutcome } from "../sync/gateway.ts";
import type { AdminAnswer, AdminClient } from "./admin-client.ts";
import { AdminFailure } from "./admin-failure.ts";
import type { DatabaseMember } from "./database/shared-database.ts";
import { type DblessOptions, dblessPush } from "./dbless.ts";
import { type Contact, contact, readStatus, type Status } from "./first-contact.ts";
import type { Question } from "./opinion/opinion.ts";

/** What is done at one gateway. Everything throws an AdminFailure when the gateway does not answer as a gateway. */
export interface GatewayAdmin {
  /** Base URL without credentials. */
  readonly url: string;
  /** One attempt to use it: what it is, and that it can be configured. */
  reach(signal: AbortSignal): Promise<Contact>;
  /** What it holds. */
  status(signal: AbortSignal): Promise<Status>;
  push(payload: Payload, found: Contact, signal: AbortSignal): Promise<PushOutcome>;
  /** Anything else; answers of every status are returned. */
  ask(question: Question, signal: AbortSignal): Promise<AdminAnswer>;
  /** What is remembered of what it holds may be wrong. */
  doubt?(): void;
  /** Begins afresh: connections, and what was read from files. */
  forget(): void;
}

/** Asks a question at an Admin API; answers of every status are returned. `timeout` in ms. Throws an AdminFailure when no whole answer came. */
export function askAt(
  client: AdminClient,
  { method, path, body }: Question,
  timeout: number,
  signal: AbortSignal,
): Promise<AdminAnswer> {
  const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
  const sent = content === undefined ? {} : { body: { type: "application/json", content } };
  return client.call({ method, path, ...sent, timeout, signal });
}

/** What is done at a gateway over its Admin API: the whole document in one request, or where it has a database, entity by entity. */
export function gatewayAdmin(client: AdminClient, options: DblessOptions, database: DatabaseMember): GatewayAdmin {
  const { checkTimeout, timeout } = options;
  const pushWhole = dblessPush(client, options);
  return {
    url: client.url,
    async reach(signal) {
      const found = await contact(client, checkTimeout, signal);
      if (found.profile.dbless) {
        if (!database.skipsCaCertificates) return found;
        throw new AdminFailure(
          "unfit",
          "it has no database, and every push to it is the whole configuration, CA certificates included",
          "leave --skip-ca-certificates out",
        );
      }
      database.reached(found);
      return { ...found, hash: database.hash };
    },
    async status(signal) {
      const status = await readStatus(client, checkTimeout, signal);
      if (status.databaseReachable === undefined) return status;
      if (!status.databaseReachable) throw new AdminFailure("answer", "it cannot reach its database");
      await database.verify(client, signal);
      return { ...status, hash: database.hash };
    },
    push: (payload, found, signal) =>
      found.profile.dbless ? pushWhole(payload, found, signal) : database.push(client, payload, found, signal),
    ask: (question, signal) => askAt(client, question, question.large === true ? timeout : checkTimeout, signal),
    doubt: () => database.doubt(),
    forget() {
      database.lost();
      client.forget();
    },
  };
}
