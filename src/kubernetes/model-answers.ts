import type { ServerResponse } from "node:http";
import type { ApiMetadata, ApiObject } from "./api-object.ts";

/** A Status object as the API server sends it. */
export function status(code: number, reason: string, message: string): object {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", code, reason, message };
}

/** The answer to a request for a version that is still to come. */
export function tooLarge(): object {
  const causes = [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }];
  return { ...status(504, "Timeout", "Too large resource version"), details: { causes, retryAfterSeconds: 1 } };
}

/** `/api/v1/namespaces/shop/services` → `/api/v1/services` and `shop`. */
export function splitPath(path: string): readonly [string, string | undefined] {
  const match = /^(.*)\/namespaces\/([^/]+)\/([^/]+)$/.exec(path);
  return match === null ? [path, undefined] : [`${match[1]}/${match[3]}`, match[2]];
}

/** Whether an object matches the label and field selectors of a query. */
export function selector(query: Readonly<Record<string, string>>): (object: ApiObject) => boolean {
  const labels = terms(query["labelSelector"]);
  const fields = terms(query["fieldSelector"]);
  return (object) =>
    labels.every(([key, value]) => {
      const label = object.metadata.labels?.[key];
      return label !== undefined && (value === undefined || label === value);
    }) &&
    fields.every(([key, value]) => {
      if (key === "metadata.name") return object.metadata.name === value;
      return (object as unknown as Record<string, unknown>)[key] === value;
    });
}

function terms(text: string | undefined): readonly (readonly [string, string | undefined])[] {
  return (text ?? "")
    .split(",")
    .filter((term) => term !== "")
    .map((term) => {
      const [key, value] = term.split("=");
      return [key!, value] as const;
    });
}

/** The request wants metadata alone. */
export function isPartial(accept: string | string[] | undefined): boolean {
  return String(accept).includes("as=PartialObjectMetadata");
}

/** An object as a list shows it: without apiVersion and kind. */
export function listItem(object: ApiObject, partial: boolean): object {
  if (partial) return partialOf(object);
  const { apiVersion: _, kind: __, ...rest } = object;
  return rest;
}

/** The metadata alone. */
export function partialOf(object: ApiObject): { readonly metadata: ApiMetadata } {
  return { metadata: object.metadata };
}

/** Answers with JSON, or with text as it is. */
export function send(
  response: ServerResponse,
  code: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(code, { "content-type": "application/json", ...headers });
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}
