// Pushing blobs: in one request, in chunks, or by mounting what another repository has.

import { randomUUID } from "node:crypto";
import { deny } from "./access.js";
import { refuse, strike } from "./answer.js";
import { notSupported, type Question, refusal } from "./dialects/dialect.js";
import { digestOf } from "./image.js";
import { type Exchange, fillAll, readBody } from "./registry.js";
import type { Upload } from "./store.js";

export async function answerUpload(exchange: Exchange, question: Question, id: string): Promise<void> {
  const { registry, request, url } = exchange;
  const method = request.method ?? "GET";
  const fault = registry.faults.meet({
    stages: ["upload"],
    method,
    repository: question.repository,
    reference: url.searchParams.get("digest") ?? "",
  });
  if (fault !== undefined && (await strike(exchange, question, fault))) return;
  if (id === "") {
    if (method === "POST") return await begin(exchange, question);
    return refuse(exchange, question, notSupported);
  }
  const upload = registry.store.uploads.get(id);
  if (upload === undefined || upload.repository !== question.repository) {
    return refuse(exchange, question, refusal(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry"));
  }
  switch (method) {
    case "PATCH":
      return await append(exchange, question, id, upload);
    case "PUT":
      return await finish(exchange, question, id, upload);
    case "GET":
      return accepted(exchange, question, id, upload, 204);
    case "DELETE":
      registry.store.uploads.delete(id);
      exchange.response.writeHead(204).end();
      return;
    default:
      return refuse(exchange, question, notSupported);
  }
}

async function begin(exchange: Exchange, question: Question): Promise<void> {
  const { registry, request, url, who } = exchange;
  const { store } = registry;
  const mount = url.searchParams.get("mount");
  const from = url.searchParams.get("from");
  const source = from === null ? undefined : store.repositories.get(from);
  if (mount !== null && source !== undefined && deny(who, source.name, "pull", registry) === undefined) {
    fillAll(registry, source);
    if (source.blobs.has(mount)) {
      store.mount(store.open(question.repository), mount);
      return created(exchange, question, mount);
    }
  }
  const id = randomUUID();
  const upload: Upload = { repository: question.repository, chunks: [], length: 0 };
  const digest = url.searchParams.get("digest");
  if (digest !== null) {
    const body = await readBody(request);
    if (body === undefined) return tooLarge(exchange, question);
    upload.chunks.push(body);
    complete(exchange, question, id, upload, digest);
    return;
  }
  store.uploads.set(id, upload);
  accepted(exchange, question, id, upload, 202);
}

async function append(exchange: Exchange, question: Question, id: string, upload: Upload): Promise<void> {
  const range = /^(?:bytes )?(\d+)-(\d+)/.exec(exchange.request.headers["content-range"] ?? "");
  if (range !== null && Number(range[1]) !== upload.length) {
    exchange.response
      .writeHead(416, { Range: `0-${Math.max(0, upload.length - 1)}`, "Content-Length": 0 })
      .end();
    return;
  }
  const body = await readBody(exchange.request);
  if (body === undefined) return tooLarge(exchange, question);
  upload.chunks.push(body);
  upload.length += body.length;
  accepted(exchange, question, id, upload, 202);
}

async function finish(exchange: Exchange, question: Question, id: string, upload: Upload): Promise<void> {
  const body = await readBody(exchange.request);
  if (body === undefined) return tooLarge(exchange, question);
  upload.chunks.push(body);
  complete(exchange, question, id, upload, exchange.url.searchParams.get("digest") ?? "");
}

function complete(exchange: Exchange, question: Question, id: string, upload: Upload, digest: string): void {
  const { store } = exchange.registry;
  const bytes = Buffer.concat(upload.chunks);
  if (digestOf(bytes) !== digest) {
    refuse(
      exchange,
      question,
      refusal(400, "DIGEST_INVALID", "provided digest did not match uploaded content"),
    );
    return;
  }
  store.uploads.delete(id);
  store.addBlob(store.open(question.repository), bytes);
  created(exchange, question, digest);
}

function created(exchange: Exchange, question: Question, digest: string): void {
  exchange.response.writeHead(201, {
    Location: `/v2/${question.repository}/blobs/${digest}`,
    "Docker-Content-Digest": digest,
    "Content-Length": 0,
  });
  exchange.response.end();
}

function accepted(exchange: Exchange, question: Question, id: string, upload: Upload, status: number): void {
  exchange.response.writeHead(status, {
    Location: `/v2/${question.repository}/blobs/uploads/${id}`,
    Range: `0-${Math.max(0, upload.length - 1)}`,
    "Docker-Upload-Uuid": id,
    ...(status === 204 ? {} : { "Content-Length": 0 }),
  });
  exchange.response.end();
}

function tooLarge(exchange: Exchange, question: Question): void {
  refuse(exchange, question, refusal(413, "SIZE_INVALID", "blob is larger than 256 MiB"));
}
