import { createServer, type Server } from "node:http";

/** A back end that tells what it was asked. Rejects when the port is taken. */
export function startEcho(name: string, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const consumer = request.headers["x-consumer-username"];
    const caller = consumer === undefined ? "" : `, from ${String(consumer)}`;
    response.setHeader("content-type", "text/plain; charset=utf-8");
    response.end(`${name} got ${request.method} ${request.url}${caller}\n`);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
