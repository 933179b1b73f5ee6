// When a request is made again: 429 as the server asks, passing troubles a little, and only for GETs.

import type { Dispatcher } from "undici";

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

/** Waits before the second and the third try. */
export const triesMs = [200, 1000];
const waitLimitMs = 30_000;
/** What one request waits in all. */
export const waitSumMs = 120_000;
const retriedStatuses = [500, 502, 503, 504];
const retriedCodes = ["ECONNRESET", "EPIPE", "UND_ERR_SOCKET", "ECONNREFUSED", "EAI_AGAIN"];

/** How long to wait before asking again; `undefined`: the answer stands. */
export function waitAfter(
  answer: Dispatcher.ResponseData,
  failures: number,
  method: Method,
): number | undefined {
  const text = String(answer.headers["retry-after"] ?? "");
  const asked = /^\d+$/.test(text) ? Number(text) * 1000 : undefined;
  if (answer.statusCode === 429) return asked === undefined || asked > waitLimitMs ? undefined : asked;
  if (method !== "GET" || !retriedStatuses.includes(answer.statusCode)) return undefined;
  const delay = triesMs[failures];
  return delay === undefined ? undefined : Math.min(asked ?? delay, waitLimitMs);
}

/**
 * True for connection troubles that often pass by themselves. A server that refused the very first
 * connection is simply not there: kubectl says so at once, and so do we.
 */
export function isPassing(error: unknown, hasAnswered: boolean): boolean {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return retriedCodes.includes(code) && (hasAnswered || code !== "ECONNREFUSED");
}
