import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { messageOf } from "../../base/log.ts";
import type { ListenerName } from "../faults/fault.ts";
import type { Faults } from "../faults/faults.ts";
import type { Settings } from "../options.ts";
import type { Recording } from "../recording.ts";
import { type AdminRequest, type Answer, json, page } from "./answer.ts";
import { writeAnswer } from "./write-answer.ts";

/** Answers one request. */
export type Api = (request: AdminRequest) => Promise<Answer> | Answer;

export interface ApiServerOptions {
  readonly settings: Settings;
  readonly faults: Faults;
  /** Which faults concern it. */
  readonly name: ListenerName;
  readonly api: Api;
  readonly recording?: Recording;
  readonly token?: string | undefined;
}

/** An HTTP server around an API, with the faults on command in between; it listens nowhere by itself. */
export function createApiServer(options: ApiServerOptions): Server {
  const server = createServer({ requireHostHeader: false, keepAliveTimeout: 60_000 }, (req, res) => {
    serve(options, req, res).catch((error: unknown) => {
      options.settings.log.error("The Admin API failed to answer", { method: req.method, error });
      if (!res.headersSent) res.writeHead(500, { "content-type": "application/json; charset=utf-8" });
      res.end(JSON.stringify({ message: "An unexpected error occurred" }));
    });
  });
  server.on("clientError", (_error, socket) => {
    if (!socket.writable) return;
    const body = page(400, "Bad Request").html ?? "";
    socket.end(
      `HTTP/1.1 400 Bad Request\r\nContent-Type: text/html; charset=UTF-8\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
  });
  // An upgrade is not spoken here: the request is answered as any other.
  server.on("connect", (_req, socket) => socket.destroy());
  return server;
}

async function serve(options: ApiServerOptions, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { settings, faults, name } = options;
  const started = settings.clock.monotonic();
  const at = settings.clock.now();
  const method = req.method ?? "GET";
  const target = req.url ?? "/";
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  const about = { method, path };
  const early = faults.take("status", name, about);
  const slow = faults.take("slow-headers", name, about);
  const limit = settings.maxBodySize;
  const announced = Number(req.headers["content-length"] ?? 0);
  const body = announced > limit ? undefined : await readBody(req, limit);

  if (slow?.before === true) await wait(settings, slow.delay);
  let answer: Answer;
  if (early !== undefined) answer = faultAnswer(early);
  else if (body === undefined) answer = page(413, "Request Entity Too Large");
  else if (options.token !== undefined && req.headers["kong-admin-token"] !== options.token)
    answer = json(401, { message: "Invalid RBAC credentials" });
  else
    answer = await answerOf(options, {
      method,
      path,
      query: new URLSearchParams(mark < 0 ? "" : target.slice(mark + 1)),
      contentType: req.headers["content-type"] ?? "",
      body,
    });

  if (slow !== undefined && slow.before !== true) await wait(settings, slow.delay);
  answer = afterConditions(req, answer);
  const drop = faults.take("drop", name, about);
  options.recording?.add(
    { at, method, target, headers: { ...req.headers }, status: drop === undefined ? answer.status : 0 },
    body ?? Buffer.alloc(0),
  );
  if (drop !== undefined) {
    req.socket.destroy();
    return;
  }
  await writeAnswer(req, res, answer, {
    settings,
    latency: Math.round(settings.clock.monotonic() - started),
    slowBody: faults.take("slow-body", name, about)?.delay,
    truncate: faults.take("truncate", name, about) !== undefined,
    // What was not read cannot be skipped.
    close: body === undefined,
  });
}

/** nginx applies conditions to the answer, when the request was done already (facts: db-mode/README.md §8). */
function afterConditions(req: IncomingMessage, answer: Answer): Answer {
  if (answer.status !== 200) return answer;
  const { headers } = req;
  if (headers["if-match"] !== undefined || headers["if-unmodified-since"] !== undefined)
    return page(412, "Precondition Failed");
  return headers["if-none-match"] === "*" ? { status: 304 } : answer;
}

async function answerOf(options: ApiServerOptions, request: AdminRequest): Promise<Answer> {
  try {
    return await options.api(request);
  } catch (error) {
    options.settings.log.error("The Admin API met a fault of its own", {
      method: request.method,
      path: request.path,
      error: messageOf(error),
    });
    return json(500, { message: "An unexpected error occurred" });
  }
}

function faultAnswer(fault: { readonly status: number; readonly retryAfter?: number; readonly body?: string }): Answer {
  const headers: Record<string, string> = {};
  if (fault.retryAfter !== undefined) headers["Retry-After"] = String(fault.retryAfter);
  if (fault.body !== undefined) return { status: fault.status, headers, text: fault.body };
  const messages: Readonly<Record<number, string>> = {
    401: "Unauthorized",
    429: "Currently processing previous configuration",
    500: "An unexpected error occurred",
    503: "Service unavailable",
  };
  if (fault.status === 413) return page(413, "Request Entity Too Large");
  return { status: fault.status, headers, json: { message: messages[fault.status] ?? `Fault ${fault.status}` } };
}

function wait(settings: Settings, ms: number): Promise<void> {
  return new Promise((resolve) => void settings.clock.after(ms, resolve));
}

/** The whole body; undefined when it is larger than `limit` bytes. */
export function readBody(req: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    req.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) {
        req.removeAllListeners("data");
        req.pause();
        resolve(undefined);
      } else chunks.push(chunk);
    });
    req.on("end", () => resolve(Buffer.concat(chunks)));
    req.on("error", reject);
    req.on("close", () => {
      if (!req.complete) reject(new Error("the client went away before its request was complete"));
    });
  });
}
