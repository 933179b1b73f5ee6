// A CONNECT proxy in front of another one that writes down where it was asked to go.

import { once } from "node:events";
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";

export interface Door {
  readonly url: string;
  /** `registry.example.com:443`, one for each connection. */
  readonly asked: string[];
  close(): Promise<void>;
}

export async function openDoor(next: string): Promise<Door> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const { hostname, port } = new URL(next);
  const server = createServer((_, response) => response.writeHead(405).end());
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("connect", (request, client: Socket, head: Buffer) => {
    asked.push(request.url ?? "");
    const further = connect(Number(port), hostname, () => {
      further.write(`CONNECT ${request.url} HTTP/1.1\r\nHost: ${request.url}\r\n\r\n`);
      further.write(head);
      further.pipe(client);
      client.pipe(further);
    });
    sockets.add(further);
    for (const [one, other] of [
      [client, further],
      [further, client],
    ] as const) {
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const own = address !== null && typeof address === "object" ? address.port : 0;
  return {
    url: `http://127.0.0.1:${own}`,
    asked,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
