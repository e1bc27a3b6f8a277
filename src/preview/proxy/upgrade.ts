import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";

interface Side {
  readonly socket: Socket;
  readonly head: Buffer;
}

/** Joins the client's and the upstream's connection after a `101 Switching Protocols`. */
export function passUpgrade(client: Side | undefined, upstream: Side & { readonly message: IncomingMessage }): void {
  if (client === undefined) {
    // Nobody asked for it: an upstream that switches by itself cannot be followed.
    upstream.socket.destroy();
    return;
  }
  const { message } = upstream;
  let head = `HTTP/1.1 ${message.statusCode} ${message.statusMessage}\r\n`;
  for (let i = 0; i + 1 < message.rawHeaders.length; i += 2)
    head += `${message.rawHeaders[i]}: ${message.rawHeaders[i + 1]}\r\n`;
  client.socket.write(Buffer.from(`${head}\r\n`, "latin1"));
  if (upstream.head.length > 0) client.socket.write(upstream.head);
  if (client.head.length > 0) upstream.socket.write(client.head);
  upstream.socket.setTimeout(0);
  join(client.socket, upstream.socket);
  join(upstream.socket, client.socket);
}

function join(from: Socket, to: Socket): void {
  from.on("error", () => to.destroy());
  from.on("close", () => to.destroy());
  from.pipe(to);
}
