// What registries were asked: kept for tests, and for whoever watches a world.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "../clock.js";

/** One request that a registry got. */
export interface SeenRequest {
  /** World time. */
  readonly at: number;
  readonly host: string;
  readonly method: string;
  readonly path: string;
  readonly authorization: "Basic" | "Bearer" | null;
  /** 0: never answered. */
  readonly status: number;
}

export interface Witness {
  /** The newest 10,000, oldest first, each when its answer is over. */
  readonly requests: readonly SeenRequest[];
  note(host: string, request: IncomingMessage, response: ServerResponse): void;
}

const mostKept = 10_000;

export function witness(clock: Clock): Witness {
  const requests: SeenRequest[] = [];
  return {
    requests,
    note(host, request, response) {
      const scheme = /^(basic|bearer) /i.exec(request.headers.authorization ?? "")?.[1]?.toLowerCase();
      const asked = {
        at: clock.now(),
        host,
        method: request.method ?? "",
        path: request.url ?? "",
        authorization: scheme === "basic" ? "Basic" : scheme === "bearer" ? "Bearer" : null,
      } as const;
      response.once("close", () => {
        requests.push({ ...asked, status: response.headersSent ? response.statusCode : 0 });
        if (requests.length > mostKept) requests.splice(0, mostKept / 10);
      });
    },
  };
}
