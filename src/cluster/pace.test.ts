import { expect, test } from "vitest";
import type { WritingApi } from "./api.js";
import { paced } from "./pace.js";

const idle = {
  name: "",
  server: "",
  namespace: "",
  asked: 0,
  received: 0,
  post: () => Promise.reject(new Error("not asked")),
  close: () => Promise.resolve(),
};

/** When each of so many requests goes that are made at once, after pauses of so many ms; timers may be late. */
async function sent(qps: number, bunches: readonly { count: number; afterMs: number }[], lateMs = 0) {
  let now = 0;
  const at: number[] = [];
  const writing: WritingApi = {
    api: { ...idle, get: () => Promise.reject(at.push(now)) },
    write: () => Promise.reject(new Error("not asked")),
  };
  const { api } = paced(writing, qps, {
    now: () => now,
    sleep: async (ms) => {
      now += ms + lateMs;
    },
  });
  for (const { count, afterMs } of bunches) {
    now += afterMs;
    await Promise.allSettled(Array.from({ length: count }, () => api.get("/api/v1/pods")));
  }
  return at;
}

const mostInASecond = (at: readonly number[]): number =>
  Math.max(...at.map((from) => at.filter((one) => one >= from && one < from + 1000).length));

test.for([
  { qps: 100, lateMs: 0 },
  { qps: 100, lateMs: 450 },
  { qps: 7, lateMs: 3 },
  { qps: 2.5, lateMs: 0 },
])("$qps each second, timers $lateMs ms late: never more in any second", async ({ qps, lateMs }) => {
  const bunches = [
    { count: Math.ceil(qps) * 3, afterMs: 0 },
    { count: 3, afterMs: 700 },
    { count: Math.ceil(qps) * 2, afterMs: 5_000 },
  ];
  const at = await sent(qps, bunches, lateMs);
  expect(at).toHaveLength(Math.ceil(qps) * 5 + 3);
  expect(mostInASecond(at)).toBe(Math.floor(qps));
});

test("below one each second they are as far apart as that", async () => {
  expect(await sent(0.5, [{ count: 3, afterMs: 0 }])).toEqual([0, 2000, 4000]);
});

test("what stays below the rate does not wait", async () => {
  expect(
    await sent(10, [
      { count: 10, afterMs: 5 },
      { count: 10, afterMs: 1000 },
    ]),
  ).toEqual([...Array.from({ length: 10 }, () => 5), ...Array.from({ length: 10 }, () => 1005)]);
});
