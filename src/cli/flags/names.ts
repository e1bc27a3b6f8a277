import type { ValueType } from "./value-type.ts";

/** Names an object of a kind that is understood. */
export interface NamespacedName {
  readonly namespace: string;
  readonly name: string;
}

/** Exactly one slash with something on each side. */
export const namespacedName: ValueType<NamespacedName> = {
  label: "namespace/name",
  read(text) {
    const [namespace, name, ...more] = text.split("/");
    if (namespace === undefined || name === undefined || more.length > 0) return { cause: "expected namespace/name" };
    if (namespace === "") return { cause: "the namespace before the slash is missing" };
    return name === "" ? { cause: "the name after the slash is missing" } : { value: { namespace, name } };
  },
  show: ({ namespace, name }) => `${namespace}/${name}`,
};

// Gateway API, GatewayController: a DNS name, a slash, a path.
const CONTROLLER_NAME =
  /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

/** A Gateway API controller name. */
export const controllerName: ValueType<string> = {
  label: "domain/path",
  read: (text) =>
    CONTROLLER_NAME.test(text)
      ? { value: text }
      : { cause: "expected a domain, a slash and a path, such as example.com/my-controller" },
  show: (value) => value,
};

/** Names an object of any kind; cluster-wide ones have the namespace "". */
export interface ObjectName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** `Kind/namespace/name`, or `Kind/name` for cluster-wide objects and those of files that give no namespace. */
export const objectName: ValueType<ObjectName> = {
  label: "Kind/namespace/name",
  read(text) {
    const parts = text.split("/");
    const [kind, namespace, name] = parts.length === 2 ? [parts[0], "", parts[1]] : parts;
    if (parts.length < 2 || parts.length > 3 || parts.includes("") || !kind || namespace === undefined || !name)
      return { cause: "expected Kind/namespace/name or Kind/name" };
    return { value: { kind, namespace, name } };
  },
  show: ({ kind, namespace, name }) => (namespace === "" ? `${kind}/${name}` : `${kind}/${namespace}/${name}`),
};

/** A version of Kong Gateway as its Admin API reports it. */
export interface KongVersion {
  readonly text: string;
  /** Major, minor and patch. */
  readonly numbers: readonly [number, number, number];
  /** Four numbers, or "enterprise" in the text. */
  readonly enterprise: boolean;
}

/** `3.9`, `3.9.1`, `3.9.1.1`, `3.9.1.1-enterprise-edition`. */
export const kongVersion: ValueType<KongVersion> = {
  label: "version",
  read(text) {
    const [, major, minor, patch = "0", fourth] =
      /^(\d+)\.(\d+)(?:\.(\d+)(?:\.(\d+))?)?(?:-[0-9A-Za-z.-]+)?$/.exec(text) ?? [];
    if (major === undefined || minor === undefined) return { cause: "expected a version of Kong such as 3.9.1" };
    const enterprise = fourth !== undefined || text.includes("enterprise");
    return { value: { text, numbers: [Number(major), Number(minor), Number(patch)], enterprise } };
  },
  show: (value) => value.text,
};

/** Where a server listens. */
export interface ListenAddress {
  /** "" for all addresses of the machine. */
  readonly host: string;
  readonly port: number;
}

/** `host:port`, `:port`, `[::1]:port`. With `off`, that word means: not at all. */
export function listenAddress(): ValueType<ListenAddress>;
export function listenAddress(off: string): ValueType<ListenAddress | undefined>;
export function listenAddress(off?: string): ValueType<ListenAddress | undefined> {
  return {
    label: off === undefined ? "address" : `address|${off}`,
    read(text) {
      if (off !== undefined && text === off) return { value: undefined };
      const [, bracketed, plain = "", port] = /^(?:\[([\da-fA-F:.]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text) ?? [];
      if (port === undefined || Number(port) > 65_535)
        return { cause: `expected host:port or :port${off === undefined ? "" : `, or ${off} for none`}` };
      return { value: { host: bracketed ?? plain, port: Number(port) } };
    },
    show: (value) =>
      value === undefined ? (off ?? "") : `${value.host.includes(":") ? `[${value.host}]` : value.host}:${value.port}`,
  };
}
