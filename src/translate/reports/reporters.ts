import { gatewayReporters } from "./gateway-reporters.ts";
import { kongReporters } from "./kong-reporters.ts";
import type { Reporter } from "./reports.ts";

/** Every kind that has a status of ours. */
export const reporters: readonly Reporter[] = [...gatewayReporters, ...kongReporters];
