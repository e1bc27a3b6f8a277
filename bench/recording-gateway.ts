import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { performance } from "node:perf_hooks";

/** A configuration that was received. Times of `performance.now()`. */
export interface ReceivedPush {
  /** When its request came. */
  readonly arrived: number;
  /** When all of it was here. */
  readonly received: number;
  readonly body: Buffer;
}

export interface RecordingGateway {
  readonly url: string;
  /** The first push received after `since` whose text holds `text`; rejects when there is none within `limit` ms. */
  push(since: number, text: string, limit: number): Promise<ReceivedPush>;
  /** Pushes received so far. */
  readonly count: number;
  close(): void;
}

/** What a controller asks of a Kong without a database, and nothing more: it takes every configuration at once, so that only the controller is measured. */
export async function recordingGateway(): Promise<RecordingGateway> {
  let hash = "0".repeat(32);
  let last: ReceivedPush | undefined;
  let count = 0;
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const arrived = performance.now();
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const answer = (status: number, value: unknown) =>
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
      if (request.method === "POST") {
        const body = Buffer.concat(chunks);
        last = { arrived, received: performance.now(), body };
        count += 1;
        hash = createHash("md5").update(body).digest("hex");
        answer(201, {});
        for (const look of [...waiting]) look();
      } else if (request.url === "/status") answer(200, { configuration_hash: hash });
      else answer(200, ROOT);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    push(since, text, limit) {
      return new Promise((resolve, reject) => {
        const end = (done: () => void) => {
          clearTimeout(timer);
          waiting.delete(look);
          done();
        };
        const look = () => {
          const push = last;
          if (push !== undefined && push.received > since && push.body.includes(text)) end(() => resolve(push));
        };
        const timer = setTimeout(() => end(() => reject(new Error(`no push within ${limit} ms`))), limit);
        waiting.add(look);
        look();
      });
    },
    get count() {
      return count;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** As Kong 3.9.1 comes. */
const ROOT = {
  version: "3.9.1",
  node_id: "6e4f6f1c-7a1e-4a52-9d2b-2f4a5a3d9c10",
  configuration: {
    database: "off",
    router_flavor: "traditional_compatible",
    nginx_admin_client_max_body_size: "10m",
  },
};
