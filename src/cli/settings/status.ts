import type { NamespacedName } from "../flags/names.ts";
import type { ParsedFlags } from "../flags/parse.ts";

/** What is written back to the cluster. */
export interface StatusOptions {
  readonly writesStatus: boolean;
  readonly writesEvents: boolean;
  readonly addresses: AddressSource;
  readonly udpAddresses: AddressSource;
}

/** Where the addresses in a status come from: `fixed` ones if there are any, else those of the Service. Neither: no addresses are written. */
export interface AddressSource {
  readonly fixed: readonly string[];
  readonly service: NamespacedName | undefined;
}

/** What the flags say about status. Without anything of its own, UDP has the addresses of the rest. */
export function statusOptions({ values }: ParsedFlags): StatusOptions {
  const addresses = { fixed: values["publish-status-address"], service: values["publish-service"] };
  const udp = { fixed: values["publish-status-address-udp"], service: values["publish-service-udp"] };
  return {
    writesStatus: values["update-status"],
    writesEvents: values["emit-kubernetes-events"],
    addresses,
    udpAddresses: udp.fixed.length === 0 && udp.service === undefined ? addresses : udp,
  };
}

/** The one thing to say at the start when status is on but there is no way to know an address; undefined when there is one. It ends nothing. */
export function missingAddresses({ writesStatus, addresses }: StatusOptions): string | undefined {
  return writesStatus && addresses.service === undefined && addresses.fixed.length === 0
    ? "Statuses will carry no addresses: set --publish-service to the Service in front of the gateways, or --publish-status-address to fixed addresses"
    : undefined;
}
