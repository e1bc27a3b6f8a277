import type { CelRule } from "../schema.ts";

/** Of Secrets and ConfigMaps. */
export const DATA_KEYS: CelRule = {
  rule: "self.all(key, key.matches('^[-._a-zA-Z0-9]+$') && key != '.' && !key.startsWith('..'))",
  message: "keys are made of letters, digits, dots, hyphens and underscores, and do not begin with two dots",
};
