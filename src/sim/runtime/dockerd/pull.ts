// A pull by the docker daemon, behind cri-dockerd or dockershim. Semantics reference 6.5.

import { familiarName, tryParseReference } from "../../../model/reference.js";
import { text } from "../../api/json.js";
import { readChallenges } from "../challenge.js";
import { DistributionClient } from "../distribution-client.js";
import type { Reply } from "../exchange.js";
import { failed, PullFailure } from "../failure.js";
import { digestOf } from "../layer.js";
import {
  type Descriptor,
  indexTypes,
  isIndex,
  isManifest,
  isSchema1,
  manifestTypes,
  readConfig,
  readIndex,
  readJson,
  readManifest,
} from "../manifest.js";
import { choose } from "../platforms.js";
import type { PulledImage, PullOutcome, PullRequest } from "../pull-types.js";
import { errorsText, readErrors } from "../registry-errors.js";
import type { PullTools } from "../tools.js";

const accept = [...manifestTypes, ...indexTypes].join(", ");
const daemon = "Error response from daemon: ";

export async function pullWithDocker(request: PullRequest, tools: PullTools): Promise<PullOutcome> {
  const parsed = tryParseReference(request.image);
  if (!parsed.ok) return failed(new PullFailure(`${daemon}${parsed.why}`));
  const { registry, repository, tag, digest } = parsed.reference;
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  const which = digest ?? tag ?? "latest";
  const { tag: _, digest: __, ...bare } = parsed.reference;
  const names: Names = {
    familiar: familiarName({ ...bare, ...(digest === undefined ? { tag: tag ?? "latest" } : { digest }) }),
    familiarRepo: familiarName(bare),
    repo: `${registry}/${repository}`,
  };
  const client: DistributionClient = new DistributionClient({
    exchange: tools.exchange,
    host,
    repository,
    isInsecure: request.node?.insecure?.includes(registry) === true,
    ...(request.auth === undefined ? {} : { auth: request.auth }),
    tokenRefused: (reply, body): PullFailure =>
      new PullFailure(`Head "${client.url(`${repository}/manifests/${which}`)}": ${said(reply, body)}`),
  });
  try {
    await client.ping();
    const url = client.url(`${repository}/manifests/${which}`);
    const head = await client.ask("HEAD", url, accept);
    const reply = head.status === 404 || head.status === 429 ? await client.ask("GET", url, accept) : head;
    if (reply.status !== 200) throw refused(reply, (await reply.body()).bytes, url, names);
    return await fetchAll(request, client, { ...names, url, repository, tag: tag ?? "latest" });
  } catch (error) {
    if (!(error instanceof PullFailure)) throw error;
    const isStreamed =
      /^(filesystem layer|image config|manifest) verification|^write |^unexpected EOF|^read tcp/.test(
        error.message,
      );
    return failed(isStreamed || error.code === "Canceled" ? error : error.within(daemon));
  }
}

interface Names {
  readonly familiar: string;
  readonly familiarRepo: string;
  readonly repo: string;
}

function refused(reply: Reply, body: Buffer, url: string, names: Names): PullFailure {
  const errors = readErrors(body);
  const [first] = errors;
  const why = said(reply, body);
  const oauth = readChallenges(reply.header("www-authenticate"))[0]?.parameters.error;
  if (reply.status === 404 && first?.code === "NAME_UNKNOWN") {
    return new PullFailure(`repository ${names.repo} not found: ${why}`);
  }
  if (reply.status === 404) return new PullFailure(`manifest for ${names.familiar} not found: ${why}`);
  if (oauth === "insufficient_scope" || first?.code === "DENIED") {
    const denied = "denied: requested access to the resource is denied";
    return new PullFailure(
      `pull access denied for ${names.familiarRepo}, repository does not exist or may require 'docker login': ${first?.code === "DENIED" ? why : denied}`,
    );
  }
  if (reply.status === 429) return new PullFailure(why);
  if (reply.status === 401 && readChallenges(reply.header("www-authenticate"))[0]?.scheme === "basic") {
    return new PullFailure(`Head "${url}": no basic auth credentials`);
  }
  if (reply.status >= 500) {
    const isGateway = [502, 503, 504].includes(reply.status) && errors.length > 0;
    return new PullFailure(
      isGateway ? `RegistryUnavailable: ${why}` : `received unexpected HTTP status: ${reply.statusText}`,
    );
  }
  return new PullFailure(reply.status === 401 || reply.status === 403 ? `Head "${url}": ${why}` : why);
}

/** An answer's error list as docker prints it. */
function said(reply: Reply, body: Buffer): string {
  const details = text(readJson(body), "details");
  if (details !== "") return `${reply.status === 401 ? "unauthorized" : "unknown"}: ${details}`;
  const errors = readErrors(body);
  if (errors.length > 0) return errorsText(errors, "distribution", false);
  if (body.length === 0) {
    const words: Readonly<Record<number, string>> = {
      401: "unauthorized: authentication required",
      403: "denied: requested access to the resource is denied",
      404: "manifest unknown: manifest unknown",
      429: "toomanyrequests: too many requests",
    };
    return words[reply.status] ?? `received unexpected HTTP status: ${reply.statusText}`;
  }
  const raw = body.toString("utf8");
  return `error parsing HTTP ${reply.status} response body: invalid character '${raw.trimStart()[0] ?? ""}' looking for beginning of value: ${JSON.stringify(raw)}`;
}

async function fetchAll(
  request: PullRequest,
  client: DistributionClient,
  at: Names & { readonly url: string; readonly repository: string; readonly tag: string },
): Promise<PulledImage> {
  let reply = await client.ask("GET", at.url, accept);
  let { bytes } = await reply.body();
  if (reply.status !== 200) throw refused(reply, bytes, at.url, at);
  const top = digestOf(bytes);
  const named = reply.header("docker-content-digest");
  if (named !== undefined && named !== top)
    throw new PullFailure(`manifest verification failed for digest ${named}`);
  let type = (reply.header("content-type") ?? "").split(";")[0] ?? "";
  if (isSchema1(type)) {
    throw new PullFailure(
      "Docker Image Format v1 and Docker Image manifest version 2, schema 1 support has been removed. Suggest the author of the image to upgrade the image to the OCI Format or Docker Image manifest v2, schema 2. More information at https://docs.docker.com/go/deprecated-image-specs/",
    );
  }
  if (isIndex(type)) {
    const chosen = choose(readIndex(readJson(bytes)), request.platform, "docker");
    if (chosen === undefined) {
      const { os, architecture, variant } = request.platform;
      const v = variant ?? (architecture === "arm64" ? "v8" : undefined);
      const platform = `${os}/${architecture}${v === undefined ? "" : `/${v}`}`;
      throw new PullFailure(`no matching manifest for ${platform} in the manifest list entries`);
    }
    reply = await client.ask("GET", client.url(`${at.repository}/manifests/${chosen.digest}`), accept);
    ({ bytes } = await reply.body());
    if (reply.status !== 200) throw refused(reply, bytes, at.url, at);
    type = chosen.mediaType;
  }
  if (!isManifest(type)) throw new PullFailure(`unsupported manifest media type: ${type}`);
  const { config, layers } = readManifest(readJson(bytes));
  const configBytes = await blob(client, at.repository, config, "image config");
  let size = bytes.length + configBytes.length;
  for (const layer of layers) {
    size += (await blob(client, at.repository, layer, "filesystem layer")).length;
    if (size > (request.node?.diskFreeBytes ?? Number.POSITIVE_INFINITY)) {
      throw new PullFailure("write /var/lib/docker/tmp/GetImageBlob1234567890: no space left on device");
    }
  }
  const contents = readConfig(readJson(configBytes));
  return {
    ok: true,
    imageRef: config.digest,
    repoDigest: `${at.repo}@${top}`,
    repoTag: `${at.repo}:${at.tag}`,
    sizeBytes: size,
    platform: contents.platform,
    entrypoint: contents.entrypoint,
    command: contents.command,
    env: contents.env,
    layers: layers.map(({ digest }) => digest),
  };
}

async function blob(
  client: DistributionClient,
  repository: string,
  item: Descriptor,
  what: string,
): Promise<Buffer> {
  const url = client.url(`${repository}/blobs/${item.digest}`);
  const reply = await client.ask("GET", url, "*/*");
  const { bytes, cut } = await reply.body();
  if (reply.status !== 200) {
    if (reply.status >= 500) throw new PullFailure(`received unexpected HTTP status: ${reply.statusText}`);
    throw new PullFailure(said(reply, bytes));
  }
  if (cut !== undefined) throw new PullFailure(cut.leaf, cut.isCancelled ? "Canceled" : "Unknown");
  if (digestOf(bytes) !== item.digest) {
    throw new PullFailure(`${what} verification failed for digest ${item.digest}`);
  }
  return bytes;
}
