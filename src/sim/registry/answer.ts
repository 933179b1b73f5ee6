// Writes answers: contents (whole, in part, slowly, damaged) and refusals in the dialect's shape.

import type { ServerResponse } from "node:http";
import { sleep } from "../clock.js";
import type { FaultConfig } from "./config.js";
import type { Question, Refusal } from "./dialects/dialect.js";
import { detailed, refusal } from "./dialects/dialect.js";
import { type Content, loginPage } from "./image.js";
import type { Exchange, Registry } from "./registry.js";

/** Writes a refusal; HEAD answers have no body. */
export function refuse(exchange: Exchange, question: Question, answer: Refusal): void {
  const { registry, request, response } = exchange;
  const text = typeof answer.body === "string" ? answer.body : `${JSON.stringify(answer.body)}\n`;
  const bytes = Buffer.from(text);
  const type = typeof answer.body === "string" ? "text/html" : "application/json";
  if (answer.phrase !== undefined) response.statusMessage = answer.phrase;
  response.writeHead(answer.status, {
    "Content-Type": type,
    "Content-Length": bytes.length,
    "Docker-Distribution-Api-Version": "registry/2.0",
    ...answer.headers,
    ...(answer.challenge === undefined
      ? {}
      : { "Www-Authenticate": challenge(registry, question, answer.challenge.error) }),
  });
  response.end(request.method === "HEAD" ? undefined : bytes);
}

/** `Bearer realm="...",service="...",scope="..."`, or `Basic realm="..."`. */
export function challenge(registry: Registry, question: Question, error?: string): string {
  const { url, service } = registry.dialect.realm(registry.config.host);
  const parts = [`realm="${url}"`];
  if (service !== "") parts.push(`service="${service}"`);
  if (registry.dialect.scheme === "bearer" && question.repository !== "") {
    const actions = question.action === "pull" ? "pull" : "pull,push";
    parts.push(`scope="repository:${question.repository}:${actions}"`);
  }
  if (error !== undefined) parts.push(`error="${error}"`);
  return `${registry.dialect.scheme === "bearer" ? "Bearer" : "Basic"} ${parts.join(",")}`;
}

/** A fault that replaces the answer. Returns false when it only damages the content sent. */
export async function strike(exchange: Exchange, question: Question, fault: FaultConfig): Promise<boolean> {
  const { registry, response, request } = exchange;
  const { dialect, network } = registry;
  switch (fault.kind) {
    case "status":
      refuse(exchange, question, statusFault(fault.status ?? 500, fault.body ?? "json"));
      return true;
    case "rate-limited":
      refuse(exchange, question, dialect.tooMany(question));
      return true;
    case "missing":
      refuse(
        exchange,
        question,
        fault.stage === "blob" || fault.stage === "config"
          ? refusal(404, "BLOB_UNKNOWN", "blob unknown to registry")
          : dialect.unknownManifest(question),
      );
      return true;
    case "html-page":
      response.writeHead(200, {
        "Content-Type": "text/html",
        "Content-Length": Buffer.byteLength(loginPage),
      });
      response.end(request.method === "HEAD" ? undefined : loginPage);
      return true;
    case "silent":
      network.setStalled(request.socket, true);
      return true;
    case "slow":
    case "truncated":
    case "cut":
    case "corrupt":
      return false;
  }
}

function statusFault(status: number, body: "json" | "html" | "none"): Refusal {
  if (body === "none") return { status, body: "" };
  if (body === "html") {
    const text = `<html>\r\n<head><title>${status}</title></head>\r\n<body>\r\n<center><h1>${status}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n`;
    return { status, body: text };
  }
  const codes: Readonly<Record<number, readonly [string, string]>> = {
    400: ["UNSUPPORTED", "The operation is unsupported."],
    401: ["UNAUTHORIZED", "authentication required"],
    403: ["DENIED", "requested access to the resource is denied"],
    404: ["MANIFEST_UNKNOWN", "manifest unknown"],
    412: [
      "PROJECTPOLICYVIOLATION",
      "current image with 3 vulnerabilities cannot be pulled due to configured policy in 'Prevent images with vulnerability severity of \"High\" or higher from running.'",
    ],
    429: ["TOOMANYREQUESTS", "too many requests"],
    503: ["UNAVAILABLE", "service unavailable"],
  };
  const [code, message] = codes[status] ?? [];
  if (code === undefined || message === undefined) return detailed(status, "UNKNOWN", "unknown error", {});
  return refusal(status, code, message);
}

/** Sends content, or the range asked for, as the fault lets it through. */
export async function send(
  exchange: Exchange,
  item: Content,
  fault: FaultConfig | undefined,
  headers: Readonly<Record<string, string>>,
): Promise<void> {
  const { request, response, registry } = exchange;
  const isDamaged = fault !== undefined && fault.kind !== "slow";
  const range = isDamaged ? undefined : rangeOf(request.headers.range, item.bytes.length);
  if (range === "invalid") {
    response.writeHead(416, { "Content-Range": `bytes */${item.bytes.length}`, "Content-Length": 0 }).end();
    return;
  }
  const [from, to] = range ?? [0, item.bytes.length];
  const bytes = fault?.kind === "corrupt" ? damaged(item.bytes) : item.bytes.subarray(from, to);
  response.writeHead(range === undefined ? 200 : 206, {
    "Content-Length": bytes.length,
    "Content-Type": item.mediaType,
    "Docker-Content-Digest": item.digest,
    "Docker-Distribution-Api-Version": "registry/2.0",
    Etag: `"${item.digest}"`,
    "Accept-Ranges": "bytes",
    ...(range === undefined ? {} : { "Content-Range": `bytes ${from}-${to - 1}/${item.bytes.length}` }),
    ...headers,
  });
  if (request.method === "HEAD") return void response.end();
  if (fault?.kind === "truncated" || fault?.kind === "cut") return stopHalfway(exchange, bytes, fault.kind);
  if (fault?.kind === "slow") return await drip(registry, response, bytes, fault.bytesPerSecond ?? 1024);
  response.end(bytes);
}

function stopHalfway(exchange: Exchange, bytes: Buffer, how: "truncated" | "cut"): void {
  const { request, response, registry } = exchange;
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
    if (how === "truncated") request.socket.destroySoon();
    // What was written must arrive before the reset, which throws away what is under way.
    else setTimeout(() => registry.network.reset(request.socket), 20);
  });
}

async function drip(
  registry: Registry,
  response: ServerResponse,
  bytes: Buffer,
  perSecond: number,
): Promise<void> {
  const { socket } = response;
  for (let at = 0; at < bytes.length && !response.destroyed; at += perSecond) {
    response.write(bytes.subarray(at, at + perSecond));
    if (socket !== null) registry.network.setStalled(socket, true);
    await sleep(registry.clock, 1000);
    if (socket !== null) registry.network.setStalled(socket, false);
  }
  response.end();
}

function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const middle = Math.floor(copy.length / 2);
  copy[middle] = (copy[middle] ?? 0) ^ 0xff;
  return copy;
}

/** [from, to) of a single byte range; undefined: none asked for. */
function rangeOf(header: string | undefined, length: number): [number, number] | "invalid" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (match === null || (match[1] === "" && match[2] === "")) return undefined;
  const [, first = "", last = ""] = match;
  const from = first === "" ? Math.max(0, length - Number(last)) : Number(first);
  const to = first === "" || last === "" ? length : Math.min(length, Number(last) + 1);
  return from >= length || from >= to ? "invalid" : [from, to];
}
