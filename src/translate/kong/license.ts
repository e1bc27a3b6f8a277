import { licenseId } from "../../kong/ids.ts";
import { refOf } from "../../resources/kind.ts";
import { KongLicense, type KongLicenseObject } from "../../resources/kong/kong-license.ts";
import type { Claim } from "../fragment.ts";
import type { Unit } from "../unit.ts";

/** A KongLicense: the licence of an enterprise Kong, unless another is newer (spec: kong-crds §9). */
export const kongLicenseUnit: Unit<KongLicenseObject> = {
  kind: KongLicense,
  compile(object, view) {
    if (object.enabled === false || !view.input.profile.enterprise) return { claims: [], problems: [] };
    const { name, creationTimestamp } = object.metadata;
    const claim: Claim = {
      table: "license",
      key: "",
      rank: `${newestFirst(creationTimestamp)} ${name}`,
      origin: refOf(object),
      value: { license: { id: licenseId(name), payload: object.rawLicenseString } },
    };
    return { claims: [claim], problems: [] };
  },
};

/** The greatest number that fits in the digits below, ms; far beyond any date. */
const LATEST_MS = 10 ** 15;

/** Sorts a later moment before an earlier one; none counts as the earliest. */
function newestFirst(timestamp: string | undefined): string {
  const ms = Date.parse(timestamp ?? "");
  const age = LATEST_MS - (Number.isNaN(ms) ? 0 : ms);
  return String(age).padStart(16, "0");
}
