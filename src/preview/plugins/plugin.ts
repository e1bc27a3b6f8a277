import type { Exchange } from "../proxy/exchange.ts";
import type { HeaderList } from "../proxy/header-list.ts";
import type { CredentialIndex } from "../runtime/credentials.ts";
import type { ConsumerEntity, PluginEntity } from "../runtime/types.ts";

/** An answer that a plugin gives in the place of the upstream's. */
export interface PluginAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An error in the form that the client asks for, with the request's id. */
  readonly error?: string;
  /** Exactly this, as JSON. */
  readonly json?: unknown;
  /** Exactly this. */
  readonly body?: string;
  /** The type is sent as it stands in `headers`, without a character set added. */
  readonly exactType?: boolean;
}

/** An answer on its way to the client. */
export interface ResponseDraft {
  status: number;
  readonly headers: HeaderList;
  /** False for answers of the gateway itself. */
  readonly fromUpstream: boolean;
}

/** What plugins may ask of the gateway. */
export interface PluginTools {
  readonly credentials: CredentialIndex;
  readonly consumer: (idOrUsername: string) => ConsumerEntity | undefined;
  /** Counters that outlive a configuration. */
  readonly counters: Map<string, { count: number; readonly until: number }>;
}

/** A plugin as it runs: which config it has was settled by its schema. */
export interface PluginCode {
  readonly name: string;
  /** Before anything goes upstream; an answer ends the request. */
  access?(
    exchange: Exchange,
    plugin: PluginEntity,
    tools: PluginTools,
  ): Promise<PluginAnswer | undefined> | PluginAnswer | undefined;
  /** When the head of an answer is known, also of one that the gateway made. */
  headerFilter?(exchange: Exchange, draft: ResponseDraft, plugin: PluginEntity): void;
  /** True when `bodyFilter` wants the body of this answer. */
  wantsBody?(draft: ResponseDraft, plugin: PluginEntity): boolean;
  bodyFilter?(body: Buffer, draft: ResponseDraft, plugin: PluginEntity): Buffer;
}
