import type { HttpFilter } from "../../../resources/gateway-api/http-route.ts";
import type { FilterEffect } from "./effect.ts";

type Cors = NonNullable<HttpFilter["cors"]>;

const ANY = "*";

/** CORS → Kong's cors, which allows all methods and whatever headers a browser asks for unless told otherwise. */
export function cors({
  allowOrigins = [],
  allowCredentials,
  allowMethods = [],
  allowHeaders = [],
  exposeHeaders = [],
  maxAge,
}: Cors): FilterEffect {
  const list = (name: string, values: readonly string[]) =>
    values.length === 0 || values.includes(ANY) ? {} : { [name]: values };
  return {
    plugin: {
      name: "cors",
      config: {
        ...(allowOrigins.length === 0
          ? {}
          : { origins: allowOrigins.includes(ANY) ? [ANY] : allowOrigins.map(originPattern) }),
        ...list("methods", allowMethods),
        ...list("headers", allowHeaders),
        ...(exposeHeaders.length === 0 ? {} : { exposed_headers: exposeHeaders }),
        ...(allowCredentials === undefined ? {} : { credentials: allowCredentials }),
        ...(maxAge === undefined ? {} : { max_age: maxAge }),
      },
    },
  };
}

/** Kong takes an origin as it is, or as a regular expression; a `*` in one stands for any number of labels. */
function originPattern(origin: string): string {
  if (!origin.includes(ANY)) return origin;
  return `^${origin.split(ANY).map(quoteRegex).join("[^/]+")}$`;
}

function quoteRegex(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
}
