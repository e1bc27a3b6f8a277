import { TCPIngress, type TCPIngressObject } from "../../resources/kong/tcp-ingress.ts";
import type { Unit } from "../unit.ts";
import { isOurs } from "./class.ts";
import { compileL4Rules, type L4Kind } from "./l4-rules.ts";
import { tlsClaims } from "./tls.ts";

const TIMEOUT_MS = 60_000;

const TCP: L4Kind = {
  protocols: ["tcp", "tls"],
  suffix: "",
  fields: () => ({
    protocol: "tcp",
    port: 80,
    connect_timeout: TIMEOUT_MS,
    read_timeout: TIMEOUT_MS,
    write_timeout: TIMEOUT_MS,
    retries: 5,
  }),
};

/** TCPIngress → routes for TCP and TLS connections, certificates (spec: ingress §16). */
export const tcpIngressUnit: Unit<TCPIngressObject> = {
  kind: TCPIngress,
  compile(object, view) {
    if (!isOurs(object, undefined, view)) return { claims: [], problems: [] };
    const { claims, problems } = compileL4Rules(object, object.spec?.rules ?? [], TCP, view);
    return { claims: [...claims, ...tlsClaims(object, object.spec?.tls, view)], problems };
  },
};
