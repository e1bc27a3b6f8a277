import { hash } from "node:crypto";
import { Pieces } from "../base/pieces.ts";
import type { Payload } from "./gateway.ts";

/** The text that a gateway held as a payload. Which objects its entities came from is not known. */
export function heldPayload(text: string): Payload {
  return { bytes: Pieces.of(text), md5: hash("md5", text, "hex"), entities: 0, sections: new Map() };
}
