import { type JsonObject, own } from "../../../base/json.ts";
import { boolean, integer, string } from "../notation.ts";
import { config, plugin } from "../plugin.ts";
import { headerName } from "../typedefs.ts";

export const requestTermination = plugin(
  config(
    {
      status_code: integer({ required: true, default: 503, between: [100, 599] }),
      message: string(),
      content_type: string(),
      body: string(),
      echo: boolean({ required: true, default: false }),
      trigger: headerName(),
    },
    { check: checkAnswer },
  ),
  { protocols: "http" },
);

function checkAnswer(value: JsonObject): string | undefined {
  const has = (field: string) => typeof own(value, field) === "string" && own(value, field) !== "";
  if (has("message") && (has("content_type") || has("body"))) return "message cannot be used with content_type or body";
  if (has("content_type") && !has("body")) return "content_type requires a body";
  if (own(value, "echo") === true && (has("content_type") || has("body")))
    return "echo cannot be used with content_type and body";
  return undefined;
}
