import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { systemClock } from "../src/base/clock.ts";
import { Slices } from "../src/base/slices.ts";
import { ObjectStore } from "../src/store/object-store.ts";
import { Compiler } from "../src/translate/compiler.ts";
import type { EncodedDocument } from "../src/translate/document.ts";
import { DocumentEncoder } from "../src/translate/document-encoder.ts";
import { indexes } from "../src/translate/indexes.ts";
import type { CompilerInput } from "../src/translate/input.ts";
import { stripper } from "../src/translate/strip.ts";
import { fleet, ingress, slice } from "./fleet.ts";
import { type Spread, spread } from "./spread.ts";

/** What one size costs. Times in ms, sizes in MB. */
export interface CompileFigures {
  readonly applications: number;
  readonly coldMs: number;
  /** A changed Ingress → document with its MD5: median and worst. */
  readonly ingressMs: Spread;
  /** A changed endpoint → document with its MD5. */
  readonly endpointMs: Spread;
  readonly documentMb: number;
  readonly rssMb: number;
  readonly stallMs: number;
  /** Units compiled for one change of an Ingress, and of an endpoint. */
  readonly unitsPerChange: readonly [number, number];
}

const CHANGES = 31;

export async function measureCompile(count: number, input: CompilerInput): Promise<CompileFigures> {
  const store = new ObjectStore(indexes);
  for (const object of fleet(count)) store.set(JSON.parse(JSON.stringify(object)));
  const compiler = new Compiler(store, input, systemClock);
  const encoder = new DocumentEncoder(compiler.document, stripper(input.profile.flavor));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  let document: EncodedDocument | undefined;
  const round = async () => {
    const start = performance.now();
    await compiler.run();
    document = await encoder.encode(new Slices(systemClock));
    return performance.now() - start;
  };
  const coldMs = await round();
  const changed = async (change: (turn: number) => void): Promise<[Spread, number]> => {
    const times: number[] = [];
    const before = compiler.compiled;
    for (let turn = 1; turn <= CHANGES; turn++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      change(turn);
      times.push(await round());
    }
    return [spread(times), (compiler.compiled - before) / CHANGES];
  };
  const [ingressMs, ingressUnits] = await changed((turn) => store.set(ingress((turn * 37) % count, `/v${turn}`)));
  const [endpointMs, endpointUnits] = await changed((turn) => store.set(slice((turn * 41) % count, turn)));
  delay.disable();
  globalThis.gc?.();
  return {
    applications: count,
    coldMs,
    ingressMs,
    endpointMs,
    documentMb: (document?.bytes.length ?? 0) / 1e6,
    rssMb: process.memoryUsage().rss / 1e6,
    stallMs: delay.max / 1e6,
    unitsPerChange: [ingressUnits, endpointUnits],
  };
}
