import type { Payload, PushOutcome } from "../sync/gateway.ts";
import type { AdminAnswer, AdminClient } from "./admin-client.ts";
import { AdminFailure } from "./admin-failure.ts";
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
  /** Begins afresh: connections, and what was read from files. */
  forget(): void;
}

/** What is done at a gateway over its Admin API. */
export function gatewayAdmin(client: AdminClient, options: DblessOptions): GatewayAdmin {
  const { checkTimeout } = options;
  return {
    url: client.url,
    async reach(signal) {
      const found = await contact(client, checkTimeout, signal);
      if (!found.profile.dbless)
        throw new AdminFailure(
          "unfit",
          "it keeps its configuration in a database",
          "gateways with a database cannot be configured yet: run it without one (database = off)",
        );
      return found;
    },
    status: (signal) => readStatus(client, checkTimeout, signal),
    push: dblessPush(client, options),
    ask({ method, path, body }, signal) {
      const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      const sent = content === undefined ? {} : { body: { type: "application/json", content } };
      return client.call({ method, path, ...sent, timeout: checkTimeout, signal });
    },
    forget: () => client.forget(),
  };
}
