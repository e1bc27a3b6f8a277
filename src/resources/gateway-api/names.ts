import { DNS_LABEL, DNS_SUBDOMAIN } from "../dns.ts";
import { text } from "../schema.ts";

/** The group of all Gateway API kinds. */
export const GATEWAY_GROUP = "gateway.networking.k8s.io";

/** An API group; "" is the core group. */
export const group = (options = {}) => text({ maxLength: 253, pattern: `^$|^${DNS_SUBDOMAIN}$`, ...options });
export const kindName = (options = {}) =>
  text({ minLength: 1, maxLength: 63, pattern: "^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$", ...options });
export const objectName = (options = {}) => text({ minLength: 1, maxLength: 253, ...options });
export const namespaceName = (options = {}) =>
  text({ minLength: 1, maxLength: 63, pattern: `^${DNS_LABEL}$`, ...options });
/** A listener's or a rule's name. */
export const sectionName = (options = {}) =>
  text({ minLength: 1, maxLength: 253, pattern: `^${DNS_SUBDOMAIN}$`, ...options });
/** A host name; the first label may be `*`. */
export const hostname = () => text({ minLength: 1, maxLength: 253, pattern: `^(\\*\\.)?${DNS_SUBDOMAIN}$` });
/** A host name without a wildcard. */
export const preciseHostname = () => text({ minLength: 1, maxLength: 253, pattern: `^${DNS_SUBDOMAIN}$` });
export const controllerName = (options = {}) =>
  text({
    minLength: 1,
    maxLength: 253,
    pattern: `^${DNS_SUBDOMAIN}\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$`,
    ...options,
  });
/** A time as the Gateway API writes it (GEP-2257): `1h30m`, `500ms`; up to four parts of at most five digits. */
export const duration = () => text({ pattern: "^([0-9]{1,5}(h|m|s|ms)){1,4}$" });
