import { isJsonObject, own } from "../base/json.ts";
import type { AdminAnswer } from "./admin-client.ts";
import { AdminFailure } from "./admin-failure.ts";

/** An answer that was none of success, as a failure: what was asked, the status, Kong's own words, and what to look at. */
export function failedAnswer(what: string, answer: AdminAnswer): AdminFailure {
  const words = kongMessage(answer.text);
  return new AdminFailure(
    "answer",
    `${what} was answered with ${answer.status}${words === "" ? "" : ` (${words})`}`,
    adviceFor(answer),
    answer.status,
  );
}

/** The `message` of one of Kong's JSON answers, in one short line; "" when there is none (nginx' own pages). */
export function kongMessage(text: string): string {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return "";
  }
  const message = isJsonObject(body) ? own(body, "message") : undefined;
  return typeof message === "string" ? message.replace(/\s+/g, " ").trim().slice(0, 200) : "";
}

function adviceFor({ status, text }: AdminAnswer): string | undefined {
  switch (status) {
    case 400:
      if (/plain HTTP request was sent to HTTPS port/i.test(text))
        return "the port speaks TLS: use https:// in --kong-admin-url";
      if (/SSL certificate/i.test(text))
        return "the gateway wants a client certificate: look at --kong-admin-tls-client-cert-file and --kong-admin-tls-client-key-file";
      return undefined;
    case 401:
      return "the gateway wants a token, or does not know this one: look at --kong-admin-token, --kong-admin-token-file and --kong-admin-header";
    case 403:
      return "the token may not do this: look at the role behind --kong-admin-token, and at --kong-workspace";
    case 404:
      return "look at --kong-admin-url and --kong-workspace: this may be no Admin API";
    default:
      return undefined;
  }
}

/** `Retry-After` in ms, given as seconds or as a date; undefined when there is none. `now`, ms since 1970, counts when the answer does not tell its own time: clocks differ. */
export function retryAfter(answer: AdminAnswer, now: number): number | undefined {
  const text = header(answer, "retry-after");
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text.trim())) return Number(text) * 1000;
  const date = Date.parse(text);
  const theirs = Date.parse(header(answer, "date") ?? "");
  return Number.isNaN(date) ? undefined : Math.max(0, date - (Number.isNaN(theirs) ? now : theirs));
}

function header({ headers }: AdminAnswer, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
