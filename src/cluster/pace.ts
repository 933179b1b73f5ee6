// Keeps a client's requests below a rate: so many each second, and a few at once before that counts.

import { setTimeout as realSleep } from "node:timers/promises";
import type { Api, WritingApi } from "./api.js";

export interface Pace {
  /** Requests each second, in the long run. */
  readonly qps: number;
  /** Requests that may go at once after a pause. */
  readonly burst: number;
}

/** The same connection, where each request waits for its turn. */
export function paced(writing: WritingApi, { qps, burst }: Pace): WritingApi {
  const { api } = writing;
  let free = burst;
  let countedAt = performance.now();
  const turn = async (): Promise<void> => {
    const now = performance.now();
    free = Math.min(burst, free + ((now - countedAt) / 1000) * qps) - 1;
    countedAt = now;
    // Below nothing, each waits for as long as those before it need.
    if (free < 0) await realSleep((-free / qps) * 1000);
  };
  const slow: Api = {
    name: api.name,
    server: api.server,
    namespace: api.namespace,
    get asked() {
      return api.asked;
    },
    get received() {
      return api.received;
    },
    get: (path, request) => turn().then(() => api.get(path, request)),
    post: (path, body) => turn().then(() => api.post(path, body)),
    close: () => api.close(),
  };
  return { ...writing, api: slow, write: (request) => turn().then(() => writing.write(request)) };
}
