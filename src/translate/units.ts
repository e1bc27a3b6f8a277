import type { Unit } from "./compiler.ts";
import { ingressUnit } from "./ingress/ingress.ts";

/** Every kind that yields configuration of its own. What a kind's objects become stands in the file named. */
export const units: readonly Unit[] = [ingressUnit];
