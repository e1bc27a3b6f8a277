import type { CompilerInput } from "../src/translate/input.ts";
import { type ChangeCost, CompilerRig } from "./compiler-rig.ts";
import { sharingFleet, slice } from "./fleet.ts";

/** What an endpoint costs that stands behind many Ingresses. */
export interface SharingFigures {
  readonly ingresses: number;
  readonly coldMs: number;
  readonly endpoint: ChangeCost;
}

export async function measureSharing(count: number, input: CompilerInput): Promise<SharingFigures> {
  const rig = new CompilerRig(sharingFleet(count), input);
  const coldMs = await rig.round();
  if (rig.wrong !== undefined) throw new Error(rig.wrong);
  return { ingresses: count, coldMs, endpoint: await rig.changes((turn) => slice(0, turn)) };
}
