import type { KubernetesObject } from "../src/resources/kind.ts";
import type { CompilerInput } from "../src/translate/input.ts";
import { type ChangeCost, CompilerRig } from "./compiler-rig.ts";
import { fleet, httpRoute, ingress, routeFleet } from "./fleet.ts";

/** What the same applications cost by HTTPRoutes, and by Ingresses. */
export interface RouteFigures {
  readonly applications: number;
  readonly ingress: Costs;
  readonly route: Costs;
}

interface Costs {
  readonly coldMs: number;
  readonly change: ChangeCost;
}

/** The two are measured in turns, and of each figure the least counts: whatever else the machine does makes things slower, never quicker. */
const ROUNDS = 3;

export async function measureRoutes(count: number, input: CompilerInput): Promise<RouteFigures> {
  const measured: { readonly ingress: Costs; readonly route: Costs }[] = [];
  for (let round = 0; round < ROUNDS; round++)
    measured.push({
      ingress: await measure(fleet(count), (turn) => ingress((turn * 37) % count, `/v${turn}`), input),
      route: await measure(routeFleet(count), (turn) => httpRoute((turn * 37) % count, `/v${turn}`), input),
    });
  return {
    applications: count,
    ingress: least(measured.map((each) => each.ingress)),
    route: least(measured.map((each) => each.route)),
  };
}

async function measure(
  objects: Iterable<KubernetesObject>,
  change: (turn: number) => KubernetesObject,
  input: CompilerInput,
): Promise<Costs> {
  const rig = new CompilerRig(objects, input);
  const coldMs = await rig.round();
  if (rig.wrong !== undefined) throw new Error(rig.wrong);
  return { coldMs, change: await rig.changes(change) };
}

function least(all: readonly Costs[]): Costs {
  const of = (pick: (costs: Costs) => number) => Math.min(...all.map(pick));
  return {
    coldMs: of(({ coldMs }) => coldMs),
    change: {
      ms: { median: of(({ change }) => change.ms.median), worst: of(({ change }) => change.ms.worst) },
      units: of(({ change }) => change.units),
      values: of(({ change }) => change.values),
    },
  };
}
