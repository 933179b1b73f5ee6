// Keeps a client's requests below a rate: in no second are there more than that, the first one included.

import { setTimeout as realSleep } from "node:timers/promises";
import type { Api, WritingApi } from "./api.js";

export interface PaceTime {
  /** Milliseconds that only ever grow. */
  readonly now: () => number;
  /** May wait longer than asked, and never matters for the bound when it does. */
  readonly sleep: (ms: number) => Promise<unknown>;
}

const realTime: PaceTime = { now: () => performance.now(), sleep: (ms) => realSleep(ms) };

/** The same connection, where each request waits for its turn: `qps` in any second, one each 1/qps seconds below 1. */
export function paced(writing: WritingApi, qps: number, time: PaceTime = realTime): WritingApi {
  const { api } = writing;
  const turn = turns(qps, time);
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

/**
 * client-go's bucket lets its burst and a second's worth go within one second. Here the time of the request that is `qps`
 * turns back decides, as it really went: a late timer is followed by no crowd.
 */
function turns(qps: number, { now, sleep }: PaceTime): () => Promise<void> {
  const most = Math.max(1, Math.floor(qps));
  const windowMs = 1000 * Math.max(1, 1 / qps);
  const gone: number[] = [];
  let last: Promise<void> = Promise.resolve();
  const next = async (): Promise<void> => {
    for (;;) {
      const [oldest = 0] = gone;
      const left = gone.length < most ? 0 : oldest + windowMs - now();
      if (left <= 0) break;
      await sleep(left);
    }
    if (gone.length === most) gone.shift();
    gone.push(now());
  };
  return () => {
    last = last.then(next);
    return last;
  };
}
