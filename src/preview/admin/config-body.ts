import { parse } from "yaml";
import { type Answer, BAD_JSON, page } from "./answer.ts";

/** A pushed document: its value, and its text when it came as one. */
export interface PushedDocument {
  readonly value: unknown;
  /** What the hash is made of; undefined for a document that was itself the JSON body. */
  readonly text: string | undefined;
}

/** Reads the body of `POST /config` in the forms that Kong takes; an `Answer` refuses it. */
export function readPushed(contentType: string, body: Buffer): PushedDocument | Answer {
  const type = (contentType.split(";")[0] ?? "").trim().toLowerCase();
  const text = body.toString("utf8");
  if (type === "text/yaml" || type === "application/yaml") return fromText(text);
  if (type === "application/x-www-form-urlencoded") return fromField(new URLSearchParams(text).get("config"));
  if (type === "multipart/form-data") return fromField(multipartField(contentType, text, "config"));
  if (type !== "application/json" && type !== "") return page(415, "Unsupported Media Type");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return BAD_JSON;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const config = (value as Readonly<Record<string, unknown>>)["config"];
    if (typeof config === "string") return fromText(config);
  }
  return { value, text: undefined };
}

export function isAnswer(value: PushedDocument | Answer): value is Answer {
  return "status" in value;
}

function fromField(text: string | null | undefined): PushedDocument | Answer {
  return typeof text === "string" ? fromText(text) : missing("expected a declarative configuration");
}

function fromText(text: string): PushedDocument | Answer {
  // JSON is YAML, and much faster to read as JSON; what JSON cannot read goes to the YAML reader.
  if (text.trimStart().startsWith("{")) {
    try {
      return { value: JSON.parse(text), text };
    } catch {
      // Flow-style YAML begins the same way.
    }
  }
  let value: unknown;
  try {
    value = parse(text, { version: "1.1", maxAliasCount: 1000 });
  } catch (error) {
    return missing(`failed parsing declarative configuration: ${error instanceof Error ? error.message : ""}`);
  }
  if (typeof value !== "object" || value === null)
    return missing("failed parsing declarative configuration: expected an object");
  return { value, text };
}

function missing(message: string): Answer {
  return {
    status: 400,
    json: {
      code: 14,
      name: "invalid declarative configuration",
      message: `declarative config is invalid: {error="${message}"}`,
      fields: { error: message },
    },
  };
}

/** One field of a multipart form; undefined when it is not there. */
export function multipartField(contentType: string, text: string, field: string): string | undefined {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return undefined;
  for (const part of text.split(`--${boundary}`)) {
    const head = part.indexOf("\r\n\r\n");
    if (head < 0) continue;
    if (part.slice(0, head).includes(`name="${field}"`)) return part.slice(head + 4).replace(/\r\n$/, "");
  }
  return undefined;
}
