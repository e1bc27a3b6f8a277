import type { Payload, PushOutcome } from "../../sync/gateway.ts";
import type { AdminClient } from "../admin-client.ts";
import { AdminFailure } from "../admin-failure.ts";
import type { Contact } from "../first-contact.ts";
import { type DatabaseOptions, DatabaseWriter } from "./database-writer.ts";

export interface SharedDatabaseOptions extends DatabaseOptions {
  /** From one look whether another hand changed something to the next, ms; undefined: only pushes look. */
  readonly verifyInterval: number | undefined;
}

/** One push: what is asked for, and over which gateway. */
interface Push {
  readonly client: AdminClient;
  readonly payload: Payload;
  readonly contact: Contact;
  readonly signal: AbortSignal;
}

/** What a gateway reports whose database was changed by another hand. */
const CHANGED = "f".repeat(32);

/**
 * The database that the gateways of a fleet share: one of them is written, the others have it at the same moment. Kong has no way to tell what a database holds, so
 * that what was written last is remembered here, until somebody has reason to doubt it.
 */
export class SharedDatabase {
  readonly #options: SharedDatabaseOptions;
  readonly #writer: DatabaseWriter;
  /** In the order in which they were reached, with their profiles. */
  readonly #members = new Map<DatabaseMember, string>();
  #holds: string | undefined;
  #last: Payload | undefined;
  #running: { readonly md5: string; readonly outcome: Promise<PushOutcome | undefined> } | undefined;
  #looked = Number.NEGATIVE_INFINITY;

  constructor(options: SharedDatabaseOptions) {
    this.#options = options;
    this.#writer = new DatabaseWriter(options);
  }

  /** For one gateway. */
  member(): DatabaseMember {
    return new DatabaseMember(this);
  }

  /** What is remembered may be wrong: the next push reads everything. */
  doubt(): void {
    this.#holds = undefined;
    this.#writer.forget();
  }

  reached(member: DatabaseMember, contact: Contact): void {
    const { flavor, version, workspace } = contact.profile;
    this.#members.set(member, `${flavor} ${version.join(".")} ${workspace}`);
  }

  /** As long as somebody is there, nobody can have exchanged the database. */
  lost(member: DatabaseMember): void {
    if (this.#members.delete(member) && this.#members.size === 0) this.doubt();
  }

  get skipsCaCertificates(): boolean {
    return this.#options.skipCaCertificates;
  }

  /** What it holds, as far as is known: the MD5 of a payload. */
  get holds(): string | undefined {
    return this.#holds;
  }

  /** While gateways are upgraded there are different configurations for one database: that of the gateway that has been there longest is the one that is written. */
  rules(member: DatabaseMember): boolean {
    const [first] = this.#members.values();
    return first === undefined || first === this.#members.get(member);
  }

  /** Makes it hold a payload; whoever else asks for the same meanwhile gets the same answer. */
  async push(push: Push): Promise<PushOutcome> {
    const { payload, signal } = push;
    for (;;) {
      const running = this.#running;
      if (running === undefined) break;
      const outcome = await unlessAborted(running.outcome, signal);
      if (running.md5 === payload.md5 && outcome?.kind === "rejected") return outcome;
    }
    if (this.#holds === payload.md5) return { kind: "unchanged", hash: payload.md5 };
    const outcome = this.#write(push);
    // Those who wait learn nothing from an error: they try for themselves.
    this.#running = { md5: payload.md5, outcome: outcome.catch(() => undefined) };
    try {
      return await outcome;
    } finally {
      this.#running = undefined;
    }
  }

  async #write({ client, payload, contact, signal }: Push): Promise<PushOutcome> {
    this.#holds = undefined;
    const outcome = await this.#writer.push(client, payload, contact, signal);
    if (outcome.kind === "accepted" || outcome.kind === "unchanged") {
      this.#holds = payload.md5;
      this.#last = payload;
      this.#looked = this.#options.clock.monotonic();
    }
    return outcome;
  }

  /** Looks whether another hand changed something, if it is time to. Throws an AdminFailure. */
  async verify(client: AdminClient, contact: Contact, signal: AbortSignal): Promise<void> {
    const { verifyInterval, clock } = this.#options;
    const payload = this.#last;
    if (verifyInterval === undefined || payload === undefined || this.#holds !== payload.md5) return;
    if (this.#running !== undefined || clock.monotonic() - this.#looked < verifyInterval) return;
    this.#looked = clock.monotonic();
    const { changes } = await this.#writer.look(client, payload.sections, contact, signal);
    // A push that began meanwhile knows better.
    if (changes.length === 0 || this.#running !== undefined || this.#holds !== payload.md5) return;
    this.#writer.forget();
    this.#holds = CHANGED;
  }
}

/** What one gateway has to do with the database it shares. */
export class DatabaseMember {
  readonly #database: SharedDatabase;
  /** The payload that it was told to be at while another profile rules. */
  #told: string | undefined;
  #contact: Contact | undefined;

  constructor(database: SharedDatabase) {
    this.#database = database;
  }

  /** The gateway answers. */
  reached(contact: Contact): void {
    this.#contact = contact;
    this.#database.reached(this, contact);
  }

  /** The gateway does not answer any more, or is gone. */
  lost(): void {
    this.#contact = undefined;
    this.#database.lost(this);
  }

  /** CA certificates are left to others, which only a database allows. */
  get skipsCaCertificates(): boolean {
    return this.#database.skipsCaCertificates;
  }

  /** What is known of the database may be wrong. */
  doubt(): void {
    this.#database.doubt();
  }

  /** The MD5 of the payload that its database holds, as far as is known. */
  get hash(): string | undefined {
    return this.#database.rules(this) ? this.#database.holds : this.#told;
  }

  async push(client: AdminClient, payload: Payload, contact: Contact, signal: AbortSignal): Promise<PushOutcome> {
    if (this.#database.rules(this)) return this.#database.push({ client, payload, contact, signal });
    this.#told = payload.md5;
    return { kind: "unchanged", hash: payload.md5 };
  }

  verify(client: AdminClient, signal: AbortSignal): Promise<void> {
    const contact = this.#contact;
    return contact === undefined || !this.#database.rules(this)
      ? Promise.resolve()
      : this.#database.verify(client, contact, signal);
  }
}

/** Throws an AdminFailure when the signal comes first. */
async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(new AdminFailure("aborted", "the call was aborted"));
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
