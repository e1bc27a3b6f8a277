import type { ControllerProcess } from "../test/support/controller.ts";

interface Answer {
  readonly id?: number;
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

/** What a process that was started with `--inspect` keeps, MB: heap and buffers after everything else was collected. */
export async function liveHeapOf(controller: ControllerProcess): Promise<number> {
  const url = /ws:\/\/127\.0\.0\.1:\S+/.exec(controller.log)?.[0];
  if (url === undefined) throw new Error("the process does not listen to an inspector");
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", () => reject(new Error(`nothing answers at ${url}`)), { once: true });
  });
  try {
    await call(socket, 1, "HeapProfiler.enable", {});
    // What the first sets free may set further things free.
    await call(socket, 2, "HeapProfiler.collectGarbage", {});
    await call(socket, 3, "HeapProfiler.collectGarbage", {});
    const expression = "process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers";
    const { result } = await call(socket, 4, "Runtime.evaluate", { expression, returnByValue: true });
    return Number(result?.result?.value) / 1e6;
  } finally {
    socket.close();
  }
}

function call(socket: WebSocket, id: number, method: string, params: object): Promise<Answer> {
  return new Promise((resolve) => {
    const listen = ({ data }: MessageEvent) => {
      const answer = JSON.parse(String(data)) as Answer;
      if (answer.id !== id) return;
      socket.removeEventListener("message", listen);
      resolve(answer);
    };
    socket.addEventListener("message", listen);
    socket.send(JSON.stringify({ id, method, params }));
  });
}
