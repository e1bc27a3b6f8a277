import { MOMENTS } from "./fault-cases.ts";
import { RECOVERY_LIMIT, type TrialResult } from "./fault-trial.ts";

/** The results as a Markdown table: a row for each fault, a column for each moment and number of gateways. */
export function faultTable(results: readonly TrialResult[]): string {
  const counts = [...new Set(results.map(({ gateways }) => gateways))].sort((a, b) => a - b);
  const columns = MOMENTS.flatMap((moment) => counts.map((gateways) => ({ moment, gateways })));
  const head = ["fault", ...columns.map(({ moment, gateways }) => `${moment}, ${gateways}`)];
  const rows = [...new Set(results.map(({ fault }) => fault))].map((fault) => [
    fault,
    ...columns.map((column) => {
      const found = results.find(
        (r) => r.fault === fault && r.moment === column.moment && r.gateways === column.gateways,
      );
      return found === undefined ? "" : cell(found);
    }),
  ]);
  return [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

function cell({ recovery, wrong }: TrialResult): string {
  if (wrong.length > 0) return "**failed**";
  return `${((recovery ?? 0) / 1000).toFixed(1)} s`;
}

/** The page docs/faults.md. */
export function faultsPage(results: readonly TrialResult[]): string {
  return `# What faults of gateways come to

One of 1 or 3 gateways does something wrong, or the clock of the controller's machine jumps: as the controller starts, while nothing happens, or in the
middle of a push. The table says how long after the end of the fault every gateway held the right configuration. It must be within two status intervals (here ${RECOVERY_LIMIT / 1000} s, with
\`--gateway-discovery-readiness-check-interval=3s\` and \`--kong-client-max-delay=1s\`). Also checked each time: the process goes on, the other gateways get
changes as if nothing were wrong, the next change comes through, no wait that is told is longer than it is, and the process' sockets and memory are
back where they were.

An object that a gateway refuses is left out everywhere until it is mended; a gateway that refuses every object is taken to be at fault itself: it is tried
again, and nothing is left out because of it.

A clock that jumps is the wall clock of the controller's process, set six hours back or ahead: \`test/faults/jumping-clock.ts\`, loaded before the controller, gives
\`Date\` another time at a signal. Node's monotonic clock and its timers go on, as the kernel's do when a machine's time is set. By itself that harms nothing, so it
strikes during a wait: between two attempts to connect; before a question what a gateway holds, which has lost it; while a push is not answered.

\`npm run test:faults -- --write\` makes this page anew.

${faultTable(results)}
`;
}
