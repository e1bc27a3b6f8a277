import { isJsonObject } from "../../base/json.ts";
import type { LicenseReport } from "../../translate/reports/report.ts";
import { type StoredCondition, type WantedCondition, withConditions } from "../conditions.ts";
import type { StatusChange, StatusContext } from "../status-context.ts";

/** KongLicense: the one that counts says so; one that counted before says that it no longer does (spec: kong-crds §9). */
export function licenseStatus({ newest }: LicenseReport, context: StatusContext): StatusChange {
  const { licenseController } = context.settings;
  const wanted: WantedCondition = newest
    ? { type: "Programmed", status: "True", reason: "PickedAsLatest", message: "" }
    : {
        type: "Programmed",
        status: "False",
        reason: "ReplacedByNewer",
        message: "A newer KongLicense has taken its place.",
      };
  return (status) => {
    const entries = Array.isArray(status["controllers"]) ? status["controllers"].filter(isJsonObject) : [];
    const own = entries.find((entry) => entry["controllerName"] === licenseController);
    if (own === undefined && !newest) return undefined;
    const before = (Array.isArray(own?.["conditions"]) ? own["conditions"] : []) as readonly StoredCondition[];
    const conditions = withConditions(before, [wanted], { ...context, generation: undefined });
    if (conditions === before) return undefined;
    const entry = { ...own, controllerName: licenseController, conditions };
    return { ...status, controllers: [...entries.filter((other) => other !== own), entry] };
  };
}
