import { hash } from "node:crypto";
import type { Payload } from "./gateway.ts";

/** The text that a gateway held as a payload. Which objects its entities came from is not known. */
export function heldPayload(text: string): Payload {
  const bytes = Buffer.from(text);
  return { bytes, md5: hash("md5", bytes, "hex"), entities: 0, sections: new Map() };
}
