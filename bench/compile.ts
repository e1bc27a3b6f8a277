import { monitorEventLoopDelay } from "node:perf_hooks";
import type { CompilerInput } from "../src/translate/input.ts";
import { type ChangeCost, CompilerRig } from "./compiler-rig.ts";
import { fleet, ingress, slice } from "./fleet.ts";

/** What one size costs. Times in ms, sizes in MB. */
export interface CompileFigures {
  readonly applications: number;
  readonly coldMs: number;
  readonly ingress: ChangeCost;
  readonly endpoint: ChangeCost;
  readonly documentMb: number;
  readonly rssMb: number;
  readonly stallMs: number;
}

export async function measureCompile(count: number, input: CompilerInput): Promise<CompileFigures> {
  const rig = new CompilerRig(fleet(count), input);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const coldMs = await rig.round();
  const ingressCost = await rig.changes((turn) => ingress((turn * 37) % count, `/v${turn}`));
  const endpointCost = await rig.changes((turn) => slice((turn * 41) % count, turn));
  delay.disable();
  globalThis.gc?.();
  return {
    applications: count,
    coldMs,
    ingress: ingressCost,
    endpoint: endpointCost,
    documentMb: (rig.document?.bytes.length ?? 0) / 1e6,
    rssMb: process.memoryUsage().rss / 1e6,
    stallMs: delay.max / 1e6,
  };
}
