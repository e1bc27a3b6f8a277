import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

/** One request of the demo and what the answer must be. */
export interface Question {
  readonly url: string;
  /** The Host header, and the name asked for over TLS. */
  readonly host: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status: number;
  /** Part of the body. */
  readonly body: string;
  /** What to expect, for people. */
  readonly why: string;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Sends one request to an address of this machine. */
export function ask(question: Question): Promise<Answer> {
  const url = new URL(question.url);
  const secure = url.protocol === "https:";
  const options = {
    host: url.hostname,
    port: url.port,
    path: question.path,
    headers: { host: question.host, ...question.headers },
    timeout: 5_000,
    // The demo's certificate vouches for itself.
    ...(secure ? { servername: question.host, rejectUnauthorized: false } : {}),
  };
  return new Promise((resolve, reject) => {
    const sent = (secure ? httpsRequest : httpRequest)(options, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        body += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, body: body.trim() }));
      response.on("error", reject);
    });
    sent.on("timeout", () => sent.destroy(new Error("no answer within 5 s")));
    sent.on("error", reject);
    sent.end();
  });
}

export function isRight(question: Question, answer: Answer): boolean {
  return answer.status === question.status && answer.body.includes(question.body);
}
