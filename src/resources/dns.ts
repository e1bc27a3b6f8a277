/** Patterns of names, without anchors (https://kubernetes.io/docs/concepts/overview/working-with-objects/names/). */

export const DNS_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
/** Labels with dots between. */
export const DNS_SUBDOMAIN = `${DNS_LABEL}(\\.${DNS_LABEL})*`;
/** A label that begins with a letter: a Service's name. */
export const DNS_1035_LABEL = "[a-z]([-a-z0-9]*[a-z0-9])?";
/** A host name whose first label may be `*`. */
export const DNS_WILDCARD = `(\\*\\.)?${DNS_SUBDOMAIN}`;
