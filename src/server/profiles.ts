import { Session } from "node:inspector/promises";
import { Hono } from "hono";
import { type Clock, sleep } from "../base/clock.ts";
import { formatDuration } from "../base/duration.ts";

/** As long as Go's own takes, and the longest that is worth its size. */
const STANDARD_SECONDS = 30;
const MOST_SECONDS = 120;
/** From one allocation that is noted to the next, bytes: Go's own rate, which costs next to nothing. */
const HEAP_INTERVAL = 512 * 1024;

/** What is served, and nothing else that Go serves there. */
const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Profiles</title></head><body>
<h1>Profiles</h1>
<p>Silverback runs on Node.js: these are V8's formats, which <code>go tool pprof</code> does not read. The performance and memory panels of Chrome's developer tools,
and editors such as VS Code, open both.</p>
<ul>
<li><a href="/debug/pprof/profile?seconds=${STANDARD_SECONDS}">profile?seconds=${STANDARD_SECONDS}</a>: where the time goes (.cpuprofile), from 1 to ${MOST_SECONDS} seconds from now on</li>
<li><a href="/debug/pprof/heap">heap</a>: which functions allocated what is in memory (.heapprofile), of a sample since the start</li>
</ul>
<p>Both hold names of functions and files, times and sizes. A snapshot of the heap would hold every Secret in memory, and the command line may hold the token of the Admin API:
neither is served. What Go tells of goroutines, locks and threads, Node does not have.</p>
</body></html>
`;

/** Profiles of this process, and what has to be ended with them. */
export interface Profiles {
  readonly app: Hono;
  close(): void;
}

/** `/debug/pprof/…` on the paths of Go's net/http/pprof (spec/admin-push.md §11), as far as V8 has the like. From here on a sample of all allocations is noted. */
export function profiles(clock: Clock): Profiles {
  const session = new Session();
  session.connect();
  const sampling = session.post("HeapProfiler.startSampling", { samplingInterval: HEAP_INTERVAL });
  // Who asks for it is told.
  sampling.catch(() => undefined);
  let until: number | undefined;
  const app = new Hono();
  for (const path of ["/debug/pprof", "/debug/pprof/"]) app.get(path, (c) => c.html(PAGE));
  app.get("/debug/pprof/heap", async () => {
    await sampling;
    const { profile } = await session.post("HeapProfiler.getSamplingProfile");
    return download(profile, "silverback.heapprofile");
  });
  app.get("/debug/pprof/profile", async (c) => {
    const seconds = Number(c.req.query("seconds") ?? STANDARD_SECONDS);
    if (!(seconds >= 1 && seconds <= MOST_SECONDS))
      return c.text(`seconds must be a number from 1 to ${MOST_SECONDS}\n`, 400);
    if (until !== undefined) {
      const left = formatDuration(Math.max(0, Math.ceil((until - clock.monotonic()) / 1000)) * 1000);
      return c.text(`a profile is being taken; it ends in ${left}\n`, 409);
    }
    until = clock.monotonic() + seconds * 1000;
    try {
      return download(await cpuProfile(clock, seconds, c.req.raw.signal), "silverback.cpuprofile");
    } finally {
      until = undefined;
    }
  });
  app.get("/debug/pprof/*", (c) => c.text("there is no such profile; /debug/pprof/ says what there is\n", 404));
  return { app, close: () => session.disconnect() };
}

/** Where the time goes for so long, or until nobody wants to know any more. */
async function cpuProfile(clock: Clock, seconds: number, signal: AbortSignal): Promise<object> {
  const session = new Session();
  session.connect();
  try {
    await session.post("Profiler.enable");
    await session.post("Profiler.start");
    await sleep(clock, seconds * 1000, signal);
    const { profile } = await session.post("Profiler.stop");
    return profile;
  } finally {
    session.disconnect();
  }
}

function download(profile: object, name: string): Response {
  const headers = { "content-type": "application/json", "content-disposition": `attachment; filename="${name}"` };
  return new Response(JSON.stringify(profile), { headers });
}
