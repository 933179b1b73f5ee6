// The wire side of a request: reading its body, writing its answer, refusing it.

import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError, isApiError } from "../errors.js";
import { BODY_LIMIT, tooLarge } from "./body.js";
import type { Answer, Call } from "./call.js";
import { JSON_TYPE } from "./call.js";

/** How much a client that does not read may leave waiting before it is cut off. */
const UNREAD_LIMIT = 64 * 1024 * 1024;

/** Pages of other sites must not reach the server through a browser: it serves its own names only. */
export function isOwnHost(host: string | undefined): boolean {
  return host === undefined || /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/i.test(host);
}

/** Throws ApiError 413. A body that is too large is read to its end, so that the client hears why. */
export async function readWhole(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size <= BODY_LIMIT) chunks.push(bytes);
    if (size > UNREAD_LIMIT) break;
  }
  if (size > BODY_LIMIT) throw tooLarge();
  return Buffer.concat(chunks);
}

export function send(response: ServerResponse, answer: Answer, call: Call): void {
  // 299 is the code that kubectl prints; the text is quoted.
  const warnings = [...new Set(call.warnings)].map((text) => `299 - ${JSON.stringify(text)}`);
  if (warnings.length > 0) response.setHeader("Warning", warnings);
  response.setHeader("Cache-Control", "no-cache, private");
  response.setHeader("Content-Type", answer.contentType);
  if (answer.is === "whole") {
    const bytes = Buffer.isBuffer(answer.body) ? answer.body : Buffer.from(answer.body);
    response.writeHead(answer.code, { "Content-Length": bytes.length });
    response.end(call.method === "HEAD" ? undefined : bytes);
    return;
  }
  response.writeHead(200);
  response.flushHeaders();
  answer.start({
    write(text) {
      if (response.destroyed || response.writableEnded) return;
      response.write(text);
      if (response.writableLength > UNREAD_LIMIT) response.destroy();
    },
    end: () => response.end(),
  });
}

/** Refuses with a Status. `code` is for what is no ApiError: a sentence of ours, or a bug. */
export function refuse(
  response: ServerResponse,
  code: number,
  why: unknown,
  onBug?: (error: unknown) => void,
): void {
  if (isGone(why, response)) return;
  const error = statusError(code, why, onBug);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = `${JSON.stringify(error.status)}\n`;
  response.writeHead(error.code, { "Content-Type": JSON_TYPE, "Content-Length": Buffer.byteLength(body) });
  response.end(body);
}

/** The client went away while it was being read: nobody is left to refuse. */
function isGone(why: unknown, response: ServerResponse): boolean {
  return why instanceof Error && "code" in why && why.code === "ECONNRESET" && response.destroyed;
}

export function statusError(code: number, why: unknown, onBug?: (error: unknown) => void): ApiError {
  if (isApiError(why)) return why;
  if (typeof why === "string") return new ApiError({ code, reason: "Forbidden", message: why });
  onBug?.(why);
  const message = why instanceof Error ? why.message : "unknown";
  return new ApiError({
    code: 500,
    reason: "InternalError",
    message: `Internal error occurred: ${message}`,
    details: { causes: [{ message }] },
  });
}
