// Reading from a registry: manifests, tag lists, referrers, the catalogue. Nothing can be deleted.

import { refuse, send, strike } from "./answer.js";
import type { FaultStage } from "./config.js";
import { detailed, notSupported, type Question } from "./dialects/dialect.js";
import { type Content, mediaTypes } from "./image.js";
import { putManifest } from "./manifest-put.js";
import { type Exchange, fillAll, findManifest, repositoryOf } from "./registry.js";
import { manifestBody, type Repository } from "./store.js";

export async function answerManifest(exchange: Exchange, question: Question): Promise<void> {
  const { registry, request, response } = exchange;
  const { reference } = question;
  const method = request.method ?? "GET";
  const repository = repositoryOf(registry, question.repository);
  if (method === "PUT") return await putManifest(exchange, question);
  if (method !== "GET" && method !== "HEAD") return refuse(exchange, question, notSupported);
  const stored = repository === undefined ? undefined : findManifest(registry, repository, reference);
  const item =
    repository === undefined || stored === undefined ? stored : taken(exchange, repository, stored);
  const isByDigest = reference.includes(":") && method === "GET";
  const stages: FaultStage[] = isByDigest ? ["manifest", "manifest-by-digest"] : ["manifest"];
  const limit = registry.accounts.pull(exchange.who, clientAddress, method === "GET");
  const limitHeaders =
    limit === undefined
      ? {}
      : {
          "Ratelimit-Limit": `${limit.limit};w=${limit.windowSeconds}`,
          "Ratelimit-Remaining": `${limit.remaining};w=${limit.windowSeconds}`,
          "Docker-Ratelimit-Source": limit.source,
        };
  const fault = registry.faults.meet({ stages, method, repository: question.repository, reference });
  if (fault !== undefined && (await strike(exchange, question, fault))) return;
  if (item === undefined) return refuse(exchange, question, registry.dialect.unknownManifest(question));
  if (limit?.isExceeded === true && method === "GET") {
    const answer = registry.dialect.tooMany(question);
    return refuse(exchange, question, { ...answer, headers: { ...answer.headers, ...limitHeaders } });
  }
  if (item.mediaType === "text/html") {
    // A page in the place of a manifest: whoever answers is no registry and knows no digests.
    response.writeHead(200, { "Content-Type": "text/html", "Content-Length": item.bytes.length });
    response.end(method === "HEAD" ? undefined : item.bytes);
    return;
  }
  await send(exchange, item, fault, limitHeaders);
}

export function answerTags(exchange: Exchange, question: Question): void {
  const { registry } = exchange;
  const repository = repositoryOf(registry, question.repository);
  if (repository === undefined) {
    const detail = { name: question.repository };
    refuse(
      exchange,
      question,
      detailed(404, "NAME_UNKNOWN", "repository name not known to registry", detail),
    );
    return;
  }
  fillAll(registry, repository);
  page(exchange, [...repository.tags.keys()].sort(), `/v2/${question.repository}/tags/list`, (tags) => ({
    name: question.repository,
    tags,
  }));
}

export function answerCatalogue(exchange: Exchange): void {
  const names = [...exchange.registry.store.repositories.keys()].sort();
  page(exchange, names, "/v2/_catalog", (repositories) => ({ repositories }));
}

/** One page after `last`, of at most `n`; the next one's address is in `Link`. */
function page(
  exchange: Exchange,
  all: readonly string[],
  path: string,
  body: (part: readonly string[]) => object,
): void {
  const { response, url } = exchange;
  const last = url.searchParams.get("last");
  const asked = Number(url.searchParams.get("n") ?? 100);
  const size = Number.isInteger(asked) && asked > 0 ? Math.min(asked, 1000) : 100;
  const after = last === null ? all : all.filter((name) => name > last);
  const part = after.slice(0, size);
  const next = part.at(-1);
  const bytes = JSON.stringify(body(part));
  response.writeHead(200, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(bytes),
    ...(after.length > size && next !== undefined
      ? { Link: `<${path}?last=${encodeURIComponent(next)}&n=${size}>; rel="next"` }
      : {}),
  });
  response.end(bytes);
}

export function answerReferrers(exchange: Exchange, question: Question): void {
  const { registry, response, url } = exchange;
  if (!registry.dialect.hasReferrers) {
    refuse(exchange, question, { status: 404, body: "404 page not found\n" });
    return;
  }
  const repository = repositoryOf(registry, question.repository);
  const wanted = url.searchParams.get("artifactType");
  const manifests = [...(repository?.manifests.values() ?? [])].flatMap((item) => {
    const body = manifestBody(item);
    if (body.subject?.digest !== question.reference) return [];
    const artifactType = body.artifactType ?? body.config?.mediaType;
    if (wanted !== null && artifactType !== wanted) return [];
    const { annotations } = body;
    return [
      {
        mediaType: item.mediaType,
        digest: item.digest,
        size: item.bytes.length,
        ...(artifactType === undefined ? {} : { artifactType }),
        ...(annotations === undefined ? {} : { annotations }),
      },
    ];
  });
  const bytes = JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests });
  response.writeHead(200, {
    "Content-Type": mediaTypes.ociIndex,
    "Content-Length": Buffer.byteLength(bytes),
    ...(wanted === null ? {} : { "OCI-Filters-Applied": "artifactType" }),
  });
  response.end(bytes);
}

/** What a client that does not take indexes gets for one, where the registry converts: the linux/amd64 image. */
function taken(exchange: Exchange, repository: Repository, item: Content): Content {
  const { registry, request } = exchange;
  const accept = request.headers.accept ?? "";
  const isIndex = item.mediaType === mediaTypes.ociIndex || item.mediaType === mediaTypes.dockerList;
  if (registry.dialect.convertsIndexes !== true || !isIndex) return item;
  if (accept.includes(item.mediaType) || accept.includes("*/*") || accept === "") return item;
  const child = manifestBody(item).manifests?.find(
    ({ platform }) => platform?.os === "linux" && platform.architecture === "amd64",
  );
  return child?.digest === undefined ? item : (repository.manifests.get(child.digest) ?? item);
}

/** The address behind which all of the world's clients are, as the outside sees them. */
export const clientAddress = "198.51.100.10";
