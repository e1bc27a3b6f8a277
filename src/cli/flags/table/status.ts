import { accepted, flag } from "../flag.ts";
import { csv } from "../lists.ts";
import { namespacedName } from "../names.ts";
import { bool, int } from "../scalars.ts";
import { optional } from "../value-type.ts";

export const statusFlags = {
  "publish-service": flag(
    optional(namespacedName),
    undefined,
    "Service in front of the gateways' proxies, whose addresses go into the status of Ingresses and Gateways.",
  ),
  "publish-status-address": flag(csv, [], "Addresses to write into status instead of those of the Service."),
  "publish-service-udp": flag(optional(namespacedName), undefined, "The Service for UDP, where it is another one."),
  "publish-status-address-udp": flag(csv, [], "Addresses for UDP instead of those of the Service."),
  "update-status": flag(bool, true, "Write the status of objects."),
  "update-status-queue-buffer-size": accepted(
    int,
    8192,
    "In KIC, the room in the queue of status updates.",
    "what is to be written is compared with what is there, without a queue",
  ),
};
