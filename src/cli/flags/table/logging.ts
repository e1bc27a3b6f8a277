import { flag } from "../flag.ts";
import { oneOf } from "../scalars.ts";

export const loggingFlags = {
  "log-level": flag(
    oneOf(["trace", "debug", "info", "error"]),
    "info",
    "How much to log, on standard error. Each level includes those to its right: trace, debug, info, error.",
  ),
  "log-format": flag(
    oneOf(["text", "json"], { console: "text" }),
    "text",
    "Log lines for people (text, or its other name console) or for programs (json).",
  ),
};
