import { Hono } from "hono";

/** `/healthz` says that the process works, whatever it waits for; `/readyz` what is missing until it does its job (design §5). `missing` is asked for each request. */
export function healthApp(missing: () => readonly string[]): Hono {
  const app = new Hono();
  app.get("/healthz", (c) => c.text("ok"));
  app.get("/readyz", (c) => {
    const lines = missing();
    return lines.length === 0 ? c.text("ok") : c.text(`not ready\n${lines.map((line) => `- ${line}\n`).join("")}`, 503);
  });
  return app;
}
