import { DNS_1035_LABEL, DNS_LABEL, DNS_SUBDOMAIN } from "./dns.ts";
import type { KubernetesObject } from "./kind.ts";
import { formatPath } from "./path.ts";
import type { Finding } from "./structure.ts";

/** All annotations of an object together, in bytes (the API server's limit). */
const MOST_ANNOTATIONS = 256 * 1024;

const NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const PREFIX = new RegExp(`^${DNS_SUBDOMAIN}$`);

/** What the API server refuses in names, labels and annotations (https://kubernetes.io/docs/concepts/overview/working-with-objects/). */
export function findInMetadata({ kind, metadata }: KubernetesObject): readonly Finding[] {
  const { name, namespace, labels = {}, annotations = {} } = metadata;
  const findings: Finding[] = [];
  const say = (path: readonly string[], message: string) =>
    findings.push({ path: formatPath(["metadata", ...path]), message });
  const [pattern, longest, words] = nameRule(kind);
  if (name.length > longest || !pattern.test(name)) say(["name"], `must be ${words}`);
  if (namespace !== undefined && (namespace.length > 63 || !LABEL.test(namespace))) {
    say(["namespace"], "must be small letters, digits and hyphens, at most 63");
  }
  for (const [key, value] of Object.entries(labels)) {
    if (!isQualified(key)) say(["labels", key], BAD_KEY);
    if (value !== "" && (value.length > 63 || !NAME.test(value))) {
      say(["labels", key], "the value may have at most 63 letters, digits, dots, hyphens and underscores");
    }
  }
  for (const key of Object.keys(annotations)) {
    if (!isQualified(key.toLowerCase())) say(["annotations", key], BAD_KEY);
  }
  const size = Object.entries(annotations).reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  if (size > MOST_ANNOTATIONS)
    say(["annotations"], `have ${size} bytes together, but at most ${MOST_ANNOTATIONS} are allowed`);
  return findings;
}

const BAD_KEY =
  "the key must be a name, or prefix/name: the prefix a DNS name, the name at most 63 letters, digits, dots, hyphens and underscores";

function isQualified(key: string): boolean {
  const parts = key.split("/");
  const name = parts.at(-1)!;
  const prefix = parts.length === 1 ? undefined : parts[0]!;
  if (parts.length > 2 || name.length > 63 || !NAME.test(name)) return false;
  return prefix === undefined || (prefix.length <= 253 && PREFIX.test(prefix));
}

const LABEL = new RegExp(`^${DNS_LABEL}$`);

function nameRule(kind: string): readonly [RegExp, number, string] {
  if (kind === "Service") {
    return [
      new RegExp(`^${DNS_1035_LABEL}$`),
      63,
      "small letters, digits and hyphens, at most 63, beginning with a letter",
    ];
  }
  if (kind === "Namespace") return [LABEL, 63, "small letters, digits and hyphens, at most 63"];
  return [new RegExp(`^${DNS_SUBDOMAIN}$`), 253, "a DNS name: small letters, digits, hyphens and dots, at most 253"];
}
