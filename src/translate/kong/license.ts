import type { Problem } from "../../base/problem.ts";
import { licenseId } from "../../kong/ids.ts";
import { refOf } from "../../resources/kind.ts";
import { KongLicense, type KongLicenseObject } from "../../resources/kong/kong-license.ts";
import type { Claim, Fragment } from "../fragment.ts";
import { isGuessed } from "../input.ts";
import type { Unit } from "../unit.ts";

const NOTHING: Fragment = { claims: [], problems: [] };

/** A KongLicense: the licence of an enterprise Kong, unless another is newer (spec: kong-crds §9). */
export const kongLicenseUnit: Unit<KongLicenseObject> = {
  kind: KongLicense,
  compile(object, view) {
    if (object.enabled === false) return NOTHING;
    if (!view.input.profile.enterprise) {
      if (isGuessed(view.input)) return NOTHING;
      const message =
        "the gateway is an open-source Kong, which takes no licence; this one is sent as soon as the gateway is a Kong Gateway Enterprise";
      const problem: Problem = { code: "license-unused", severity: "warning", object: refOf(object), message };
      return { claims: [], problems: [problem] };
    }
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
