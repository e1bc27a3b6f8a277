import type { Field } from "../field.ts";
import { array, record, string } from "../notation.ts";

const READ = ["gcp", "jaeger", "aws", "ot", "w3c", "datadog", "b3"];
const WRITTEN = ["gcp", "b3-single", "jaeger", "aws", "ot", "w3c", "datadog", "b3"];

/** Which headers a tracing plugin reads and writes. */
export const propagation = (defaultFormat: string): Field =>
  record(
    {
      extract: array(string({ oneOf: READ })),
      clear: array(string()),
      inject: array(string({ oneOf: ["preserve", ...WRITTEN] })),
      default_format: string({ required: true, oneOf: WRITTEN }),
    },
    { required: true, default: { default_format: defaultFormat } },
  );
