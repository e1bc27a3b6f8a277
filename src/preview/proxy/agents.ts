import { Agent } from "node:http";
import { type RequestOptions, Agent as TlsAgent } from "node:https";

/**
 * Connections to upstreams are kept by address and server name alone, whatever was verified when they were opened: so does Kong
 * (facts: routing.md, surprise 13).
 */
class SharedTlsAgent extends TlsAgent {
  override getName(options: RequestOptions = {}): string {
    return `${options.host}:${options.port}:${options.servername ?? ""}`;
  }
}

/** The connections to upstreams that are kept open. */
export class Agents {
  readonly http = new Agent({ keepAlive: true, maxFreeSockets: 60 });
  readonly https: TlsAgent = new SharedTlsAgent({ keepAlive: true, maxFreeSockets: 60 });

  close(): void {
    this.http.destroy();
    this.https.destroy();
  }
}
