import { BUNDLED_PLUGINS } from "../admin/bundled-plugins.ts";
import { keyAuth } from "./key-auth.ts";
import type { PluginCode } from "./plugin.ts";

/** The plugins that run here, in the order in which they run. */
export const PLUGINS: readonly PluginCode[] = [keyAuth].sort(
  (a, b) => (BUNDLED_PLUGINS[b.name] ?? 0) - (BUNDLED_PLUGINS[a.name] ?? 0),
);
