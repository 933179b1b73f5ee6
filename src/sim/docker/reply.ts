// Answers of the Docker Engine API.

import type { ServerResponse } from "node:http";

export function reply(response: ServerResponse, status: number, body: unknown): void {
  const bytes = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(bytes),
  });
  response.end(bytes);
}

/** An error, as the docker command prints it behind `Error response from daemon: `. */
export function say(response: ServerResponse, status: number, message: string): void {
  reply(response, status, { message });
}
