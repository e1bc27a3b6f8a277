import { list, optional, record, text } from "../schema.ts";

/** Where an object can be reached from outside, as Services and Ingresses say it in their status. */
export const loadBalancerStatus = record({
  ingress: optional(list(record({ ip: optional(text()), hostname: optional(text()) }))),
});
