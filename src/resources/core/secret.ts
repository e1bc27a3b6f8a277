import type { Kind } from "../kind.ts";
import { map, type ObjectOf, optional, text, wholeObject } from "../schema.ts";

const schema = wholeObject({
  type: optional(text({ default: "Opaque" })),
  /** Base64, standard alphabet with padding. */
  data: optional(map(text({ format: "byte" }))),
  /** Only in files: the API server moves it into `data`, and so does `withDefaults`. */
  stringData: optional(map(text())),
});

export type SecretObject = ObjectOf<typeof schema>;

export const Secret: Kind<SecretObject> = {
  group: "",
  versions: ["v1"],
  kind: "Secret",
  plural: "secrets",
  namespaced: true,
  schema,
};
