import type { Kind } from "../kind.ts";
import { map, type ObjectOf, optional, rules, text, wholeObject } from "../schema.ts";
import { DATA_KEYS } from "./data-keys.ts";

/** What a Secret of a type must hold (https://kubernetes.io/docs/concepts/configuration/secret/#secret-types). */
const typed = (type: string, keys: string, holds: string) => ({
  rule: `!has(self.type) || self.type != '${type}' || (has(self.data) && ${holds})`,
  message: `a Secret of the type ${type} needs ${keys}`,
});

const schema = wholeObject(
  {
    type: optional(text({ default: "Opaque" })),
    /** Base64, standard alphabet with padding. */
    data: optional(map(text({ format: "byte" }), rules(DATA_KEYS))),
    /** Only in files: the API server moves it into `data`, and so does `withStringData`. */
    stringData: optional(map(text())),
  },
  rules(
    typed("kubernetes.io/tls", "tls.crt and tls.key", "'tls.crt' in self.data && 'tls.key' in self.data"),
    typed("kubernetes.io/basic-auth", "username or password", "('username' in self.data || 'password' in self.data)"),
  ),
);

export type SecretObject = ObjectOf<typeof schema>;

export const Secret: Kind<SecretObject> = {
  group: "",
  versions: ["v1"],
  kind: "Secret",
  plural: "secrets",
  namespaced: true,
  schema,
};
