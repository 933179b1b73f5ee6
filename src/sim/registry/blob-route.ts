// Blobs: sent by the registry itself, or by the storage host that it names.

import { refuse, send, strike } from "./answer.js";
import type { FaultConfig } from "./config.js";
import { detailed, notSupported, type Question } from "./dialects/dialect.js";
import { type Exchange, fillAll, repositoryOf } from "./registry.js";

const signed = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=1200&X-Amz-Signature=";

/** Sends the client on to the storage host, if the registry has one and was asked itself. */
function redirectToBlobHost(exchange: Exchange, question: Question): boolean {
  const { registry, response, url } = exchange;
  const { blobHost } = registry.config;
  if (blobHost === undefined || url.host === blobHost) return false;
  const path = `${question.repository}/blobs/${question.reference}`;
  response.writeHead(307, {
    Location: `https://${blobHost}/${path}?${signed}${question.reference.slice(-16)}`,
    "Content-Length": 0,
    "Docker-Distribution-Api-Version": "registry/2.0",
  });
  response.end();
  return true;
}

export async function answerBlob(exchange: Exchange, question: Question): Promise<void> {
  const { registry, request } = exchange;
  const { store } = registry;
  const digest = question.reference;
  const repository = repositoryOf(registry, question.repository);
  if (repository !== undefined) fillAll(registry, repository);
  const item = repository?.blobs.has(digest) === true ? store.blob(digest) : undefined;
  if (repository === undefined || item === undefined) {
    return refuse(exchange, question, detailed(404, "BLOB_UNKNOWN", "blob unknown to registry", digest));
  }
  if (request.method !== "GET" && request.method !== "HEAD") return refuse(exchange, question, notSupported);
  if (redirectToBlobHost(exchange, question)) return;
  const isConfig = store.isConfig(repository, digest);
  const layer = isConfig ? undefined : store.layerIndex(repository, digest);
  const fault: FaultConfig | undefined = registry.faults.meet({
    stages: [isConfig ? "config" : "blob"],
    method: request.method ?? "GET",
    repository: question.repository,
    reference: digest,
    ...(layer === undefined ? {} : { layer }),
  });
  if (fault !== undefined && (await strike(exchange, question, fault))) return;
  await send(exchange, { ...item, mediaType: "application/octet-stream" }, fault, {});
}
