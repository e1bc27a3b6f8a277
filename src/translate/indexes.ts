import type { Index } from "../store/object-store.ts";
import { grantsByNamespace } from "./grant.ts";
import { slicesOfService } from "./service/targets.ts";

/** Every index that translators look things up in; the store is made with these. */
export const indexes: readonly Index[] = [slicesOfService, grantsByNamespace];
