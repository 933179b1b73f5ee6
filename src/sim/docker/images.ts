// The images of the simulated docker daemon: pulled over the world's network, listed and removed.

import type { IncomingMessage, ServerResponse } from "node:http";
import { familiarName, type Reference, tryParseReference } from "../../model/reference.js";
import { isJson, text } from "../api/json.js";
import type { Clock } from "../clock.js";
import type { Network } from "../network/network.js";
import { pullImage } from "../runtime/pull.js";
import type { Platform, PulledImage } from "../runtime/pull-types.js";
import { layerProgress } from "./progress.js";
import { reply, say } from "./reply.js";

interface Kept {
  readonly image: PulledImage;
  /** Familiar names with tag: `nginx:1.27`. */
  readonly tags: Set<string>;
  readonly digests: Set<string>;
  readonly pulledAt: number;
}

export interface ImagesParts {
  readonly network: Network;
  readonly clock: Clock;
  readonly platform?: Platform;
}

export class DockerImages {
  readonly #parts: ImagesParts;
  readonly #version: string;
  readonly #byId = new Map<string, Kept>();

  constructor(parts: ImagesParts, version: string) {
    this.#parts = parts;
    this.#version = version;
  }

  /** `POST /images/create`: progress as JSON lines, or an error before any of them. */
  async pull(query: URLSearchParams, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = nameOf(query);
    const parsed = tryParseReference(name);
    if (!parsed.ok) return say(response, 400, parsed.why);
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const auth = authOf(request.headers["x-registry-auth"]);
    const outcome = await pullImage({
      image: parsed.reference.full,
      platform: platformOf(query.get("platform")) ??
        this.#parts.platform ?? { os: "linux", architecture: "amd64" },
      runtime: { name: "cri-dockerd", version: this.#version },
      network: this.#parts.network,
      clock: this.#parts.clock,
      signal: gone.signal,
      ...(auth === undefined ? {} : { auth }),
    });
    if (outcome.ok) return this.#tellPulled(parsed.reference, outcome, response);
    // An error from before the progress began has the daemon's head, which the command adds itself.
    const head = "Error response from daemon: ";
    const message = outcome.message.replace(/^RegistryUnavailable: /, "");
    if (message.startsWith(head)) return say(response, statusOf(message), message.slice(head.length));
    response.writeHead(200, { "Content-Type": "application/json" });
    line(response, { status: `Pulling from ${parsed.reference.repository}`, id: tagOf(parsed.reference) });
    line(response, { errorDetail: { message }, error: message });
    response.end();
  }

  /** `reference`: as in `docker images NAME`, a repository or a name with tag; absent: all. */
  list(reference?: string): readonly object[] {
    const kept = [...this.#byId.values()].map((one) => ({ ...one, shown: shownTags(one, reference) }));
    const found = reference === undefined ? kept : kept.filter(({ shown }) => shown.length > 0);
    return found.map(({ image, shown, digests, pulledAt }) => ({
      Id: image.imageRef,
      ParentId: "",
      RepoTags: shown,
      RepoDigests: [...digests],
      Created: Math.floor(pulledAt / 1000),
      Size: image.sizeBytes,
      SharedSize: -1,
      Containers: -1,
      Labels: {},
    }));
  }

  inspect(name: string, response: ServerResponse): void {
    const found = this.#find(name);
    if (found === undefined) say(response, 404, `No such image: ${name}`);
    else reply(response, 200, detailsOf(found));
  }

  remove(name: string, response: ServerResponse): void {
    const found = this.#find(name);
    if (found === undefined) {
      say(response, 404, `No such image: ${name}`);
      return;
    }
    const { image, tags, digests } = found;
    this.#byId.delete(image.imageRef);
    const untagged = [...tags, ...digests].map((one) => ({ Untagged: one }));
    reply(response, 200, [...untagged, { Deleted: image.imageRef }]);
  }

  #tellPulled(reference: Reference, image: PulledImage, response: ServerResponse): void {
    const digest = image.repoDigest.slice(image.repoDigest.lastIndexOf("@") + 1);
    const { tag: _tag, digest: _digest, ...bare } = reference;
    const familiar = familiarName(bare);
    const name = reference.digest === undefined ? `${familiar}:${tagOf(reference)}` : `${familiar}@${digest}`;
    const isNew = this.#find(name)?.image.imageRef !== image.imageRef;
    const kept = this.#byId.get(image.imageRef) ?? {
      image,
      tags: new Set<string>(),
      digests: new Set<string>(),
      pulledAt: this.#parts.clock.now(),
    };
    for (const other of this.#byId.values()) other.tags.delete(name);
    if (reference.digest === undefined) kept.tags.add(name);
    kept.digests.add(`${familiar}@${digest}`);
    const isHere = (digest: string): boolean =>
      [...this.#byId.values()].some((one) => one.image.layers?.includes(digest) === true);
    const layers = isNew ? layerProgress(image.layers ?? [], isHere) : [];
    this.#byId.set(image.imageRef, kept);
    response.writeHead(200, { "Content-Type": "application/json" });
    line(response, {
      status: `Pulling from ${reference.repository}`,
      id: reference.digest ?? tagOf(reference),
    });
    for (const one of layers) line(response, one);
    line(response, { status: `Digest: ${digest}` });
    const what = isNew ? "Downloaded newer image for" : "Image is up to date for";
    line(response, { status: `Status: ${what} ${name}` });
    response.end();
  }

  /** By id (whole or its beginning), by name with tag, or by name and digest. */
  #find(name: string): Kept | undefined {
    const parsed = tryParseReference(name);
    const familiar = parsed.ok ? familiarName(parsed.reference) : name;
    const tagged = familiar.includes("@") || /:[^/]+$/.test(familiar) ? familiar : `${familiar}:latest`;
    const id = name.replace(/^sha256:/, "");
    return [...this.#byId.values()].find(
      ({ image, tags, digests }) =>
        tags.has(tagged) ||
        digests.has(familiar) ||
        (/^[0-9a-f]{6,64}$/.test(id) && image.imageRef.startsWith(`sha256:${id}`)),
    );
  }
}

function shownTags({ tags }: Kept, reference: string | undefined): readonly string[] {
  return [...tags].filter(
    (tag) => reference === undefined || tag === reference || tag.slice(0, tag.lastIndexOf(":")) === reference,
  );
}

function detailsOf({ image, tags, digests, pulledAt }: Kept): object {
  return {
    Id: image.imageRef,
    RepoTags: [...tags],
    RepoDigests: [...digests],
    Created: new Date(pulledAt).toISOString(),
    Size: image.sizeBytes,
    Os: image.platform.os,
    Architecture: image.platform.architecture,
    Config: { Env: image.env, Entrypoint: image.entrypoint, Cmd: image.command ?? null },
    RootFS: { Type: "layers" },
  };
}

const tagOf = (reference: Reference): string => reference.tag ?? "latest";

/** `fromImage` and `tag` of a request; the tag may be a digest. */
function nameOf(query: URLSearchParams): string {
  const image = query.get("fromImage") ?? "";
  const tag = query.get("tag") ?? "";
  if (tag === "") return image;
  return tag.includes(":") ? `${image}@${tag}` : `${image}:${tag}`;
}

/** `linux/arm64/v8`; undefined: the daemon's own. */
function platformOf(asked: string | null): Platform | undefined {
  const [os = "", architecture, variant] = (asked ?? "").split("/");
  if (os === "" || architecture === undefined) return undefined;
  return { os, architecture, ...(variant === undefined ? {} : { variant }) };
}

function authOf(header: string | string[] | undefined): { username: string; password: string } | undefined {
  if (typeof header !== "string") return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(header, "base64url").toString("utf8"));
    if (!isJson(value)) return undefined;
    const username = text(value, "username");
    return username === "" ? undefined : { username, password: text(value, "password") };
  } catch {
    return undefined;
  }
}

function statusOf(message: string): number {
  return /not found|pull access denied/.test(message) ? 404 : /toomanyrequests/.test(message) ? 429 : 500;
}

function line(response: ServerResponse, value: object): void {
  response.write(`${JSON.stringify(value)}\r\n`);
}
