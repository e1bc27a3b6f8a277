import { isJsonObject } from "../../base/json.ts";
import type { AddressReport } from "../../translate/reports/report.ts";
import { sameAddresses } from "../publish-addresses.ts";
import type { StatusChange, StatusContext } from "../status-context.ts";

/** Ingress, TCPIngress, UDPIngress: where they are reached, once gateways hold them. What is there already stays as long as nothing better is known. */
export function loadBalancerStatus({ udp }: AddressReport, context: StatusContext): StatusChange | undefined {
  const addresses = context.addresses(udp);
  if (context.programmed.state !== "yes" || addresses === undefined || addresses.length === 0) return undefined;
  return (status) => {
    const loadBalancer = isJsonObject(status["loadBalancer"]) ? status["loadBalancer"] : {};
    const before = Array.isArray(loadBalancer["ingress"]) ? loadBalancer["ingress"] : [];
    return sameAddresses(before.map(bare), addresses)
      ? undefined
      : { ...status, loadBalancer: { ...loadBalancer, ingress: addresses } };
  };
}

/** An address as we write it: what else others say of it does not count. */
function bare(address: unknown): unknown {
  if (!isJsonObject(address)) return address;
  const { ip, hostname } = address;
  return ip === undefined ? { hostname } : { ip };
}
