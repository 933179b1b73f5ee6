// Pushing a manifest or an index: what it names must be there already.

import { refuse } from "./answer.js";
import { detailed, type Question, refusal } from "./dialects/dialect.js";
import { digestOf, mediaTypes } from "./image.js";
import { type Exchange, fillAll, readBody } from "./registry.js";
import { isManifest, manifestBody } from "./store.js";

const largestBytes = 4 * 1024 * 1024;

export async function putManifest(exchange: Exchange, question: Question): Promise<void> {
  const { registry, request, response } = exchange;
  const body = await readBody(request);
  if (body === undefined || body.length > largestBytes) {
    return refuse(exchange, question, refusal(413, "SIZE_INVALID", "manifest is larger than 4 MiB"));
  }
  const mediaType = request.headers["content-type"] ?? mediaTypes.ociManifest;
  const draft = { digest: "", bytes: body, mediaType };
  const parsed = manifestBody(draft);
  if (!isManifest(draft) || (parsed.mediaType !== undefined && parsed.mediaType !== mediaType)) {
    return refuse(exchange, question, refusal(400, "MANIFEST_INVALID", "manifest invalid"));
  }
  const repository = registry.store.open(question.repository);
  fillAll(registry, repository);
  const missing =
    [parsed.config, ...(parsed.layers ?? [])].find(
      (part) => part?.digest !== undefined && !repository.blobs.has(part.digest),
    ) ??
    parsed.manifests?.find((part) => part.digest !== undefined && !repository.manifests.has(part.digest));
  if (missing !== undefined) {
    const detail = missing.digest;
    return refuse(
      exchange,
      question,
      detailed(404, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry", detail),
    );
  }
  const isTag = !question.reference.includes(":");
  const tag = isTag ? question.reference : undefined;
  if (!isTag && digestOf(body) !== question.reference) {
    const text = "provided digest did not match uploaded content";
    return refuse(exchange, question, refusal(400, "DIGEST_INVALID", text));
  }
  const item = registry.store.addManifest(repository, body, mediaType, tag);
  const subject = registry.dialect.hasReferrers ? parsed.subject?.digest : undefined;
  response.writeHead(201, {
    Location: `/v2/${question.repository}/manifests/${item.digest}`,
    "Docker-Content-Digest": item.digest,
    "Content-Length": 0,
    ...(subject === undefined ? {} : { "OCI-Subject": subject }),
  });
  response.end();
}
