import { entity, record, recordType, string } from "./notation.ts";
import { id, tags, timestamp } from "./typedefs.ts";

/** The vaults that the open-source Kong has. */
const env = recordType({ config: record({ prefix: string({ match: "^[%a_-][%a%d_-]*$" }) }, { required: true }) });

export const vaults = entity(
  "vaults",
  {
    id,
    prefix: string({
      required: true,
      unique: true,
      uniqueAcrossWs: true,
      notOneOf: ["env"],
      match: "^[a-z][a-z%d-]-[a-z%d]+$",
    }),
    name: string({ required: true }),
    description: string(),
    config: record({}, { abstract: true }),
    created_at: timestamp,
    updated_at: timestamp,
    tags,
  },
  {
    endpointKey: "prefix",
    cacheKey: ["prefix"],
    subschemas: { key: "name", byName: new Map([["env", env]]), unknown: (name) => `vault '${name}' is not installed` },
  },
);
