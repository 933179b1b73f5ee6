// What containerd's resolver and fetcher do with the hosts of a registry, mirrors first.
// core/remotes/docker/{resolver,fetcher}.go; semantics reference 5.6, 6.3.

import type { Reference } from "../../../model/reference.js";
import type { Reply } from "../exchange.js";
import { PullFailure } from "../failure.js";
import { digestOf } from "../layer.js";
import { type Descriptor, isIndex, isManifest, isSchema1 } from "../manifest.js";
import type { NodePullSettings } from "../pull-types.js";
import { errorsText, readErrors } from "../registry-errors.js";
import { AccessDenied, type Authorizer } from "./authorizer.js";
import type { Requests } from "./requests.js";
import type { ContainerdTraits } from "./version.js";

const accept =
  "application/vnd.docker.distribution.manifest.v2+json, application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json, */*";
const maxManifestBytes = 4 * 1024 * 1024;

interface Host {
  /** `https://registry-1.docker.io/v2`. */
  readonly base: string;
  readonly host: string;
  readonly isMirror: boolean;
}

export class ContainerdRegistry {
  readonly #requests: Requests;
  readonly #authorizer: Authorizer;
  readonly #traits: ContainerdTraits;
  readonly #reference: Reference;
  readonly #hosts: readonly Host[];

  constructor(
    parts: {
      readonly requests: Requests;
      readonly authorizer: Authorizer;
      readonly traits: ContainerdTraits;
      readonly node: NodePullSettings;
    },
    reference: Reference,
  ) {
    this.#requests = parts.requests;
    this.#authorizer = parts.authorizer;
    this.#traits = parts.traits;
    this.#reference = reference;
    const upstream = reference.registry === "docker.io" ? "registry-1.docker.io" : reference.registry;
    const mirrors = parts.node.mirrors?.[reference.registry] ?? [];
    this.#hosts = [
      ...mirrors.map((mirror) => hostOf(mirror, true)),
      hostOf(upstream === "" ? "docker.io" : upstream, false),
    ];
  }

  /** What a tag or digest names. `name` is the whole reference, for messages. */
  async resolve(name: string): Promise<Descriptor> {
    const { digest, tag } = this.#reference;
    const paths =
      digest === undefined
        ? [["manifests", tag ?? "latest"]]
        : [
            ["manifests", digest],
            ["blobs", digest],
          ];
    const failures: PullFailure[] = [];
    let asked = 0;
    for (const path of paths) {
      for (const host of this.#hosts) {
        asked += 1;
        const found = await this.#head(host, path, name).catch(collect(failures));
        if (found !== undefined) return found;
      }
    }
    const isMissing = asked > failures.length;
    const failure = this.#traits.ranksErrors ? mostTelling(failures, isMissing) : failures[0];
    throw failure ?? new PullFailure(`${name}: not found`, "NotFound");
  }

  async #head(host: Host, path: readonly string[], name: string): Promise<Descriptor | undefined> {
    const url = this.#url(host, path);
    const reply = await this.#retry("HEAD", url).catch((error: unknown) => {
      if (error instanceof AccessDenied) {
        throw error.within("pull access denied, repository does not exist or may require authorization: ");
      }
      throw error;
    });
    if (reply.status === 404) return undefined;
    if (reply.status > 299) throw await this.#refused(host, path, url, reply);
    const mediaType = (reply.header("content-type") ?? "").split(";")[0] ?? "";
    const digest = this.#reference.digest ?? reply.header("docker-content-digest");
    const size = reply.contentLength ?? -1;
    if (size > maxManifestBytes) {
      throw new PullFailure(`rejecting ${size} byte manifest for ${name}: not found`, "NotFound");
    }
    if (digest !== undefined) return { mediaType, digest, size };
    // Who sends no digest is asked for the contents instead.
    const whole = await this.#retry("GET", url);
    const { bytes } = await whole.body();
    const type = (whole.header("content-type") ?? mediaType).split(";")[0] ?? "";
    return { mediaType: type, digest: digestOf(bytes), size: bytes.length };
  }

  async #refused(host: Host, path: readonly string[], url: string, reply: Reply): Promise<PullFailure> {
    if (!this.#traits.namesRequest) {
      const what = `pulling from host ${host.host} failed with status code [${path.join(" ")}]`;
      return new PullFailure(`${what}: ${reply.statusText}`, "Unknown", reply.status);
    }
    const text = `unexpected status from HEAD request to ${url}: ${reply.statusText}`;
    if (reply.status !== 403 || !this.#traits.showsForbidden) {
      return new PullFailure(text, "Unknown", reply.status);
    }
    const { bytes } = await (await this.#retry("GET", url)).body();
    const errors = readErrors(bytes);
    const more = errors.length === 0 ? "" : `\n${errorsText(errors, "containerd")}`;
    return new PullFailure(text + more, "Unknown", reply.status);
  }

  /** Opens content by digest; throws the failure of the first host when all fail. */
  async open(item: Descriptor, offset = 0): Promise<Reply> {
    const isByManifest = isManifest(item.mediaType) || isIndex(item.mediaType) || isSchema1(item.mediaType);
    const kind = isByManifest ? "manifests" : "blobs";
    const failures: PullFailure[] = [];
    for (const host of this.#hosts) {
      const url = this.#url(host, [kind, item.digest]);
      const opened = await this.#get(url, item.mediaType, offset).catch(collect(failures));
      if (opened !== undefined) return opened;
    }
    const [first] = failures;
    if (first?.code === "NotFound" && !isByManifest) {
      const what = `could not fetch content descriptor ${item.digest} (${item.mediaType}) from remote`;
      throw new PullFailure(`${what}: not found`, "NotFound");
    }
    throw first ?? new PullFailure("no pull hosts: not found", "NotFound");
  }

  async #get(url: string, mediaType: string, offset: number): Promise<Reply> {
    const range = offset === 0 ? {} : { range: `bytes=${offset}-` };
    const reply = await this.#retry("GET", url, { accept: `${mediaType}, */*`, ...range });
    if (reply.status <= 299) return reply;
    if (reply.status === 404) throw new PullFailure(`content at ${url} not found: not found`, "NotFound");
    const errors = readErrors((await reply.body()).bytes);
    const said = errors.length === 0 ? "" : errorsText(errors, "containerd");
    const text = this.#traits.namesGet
      ? `unexpected status from GET request to ${url}: ${reply.statusText}${said === "" ? "" : `\n${said}`}`
      : `unexpected status code ${url}: ${reply.statusText}${said === "" ? "" : ` - Server message: ${said}`}`;
    throw new PullFailure(text, "Unknown", reply.status);
  }

  /** At most six answers: 401 is learned from, 405 to a HEAD becomes a GET, 408 and 429 are tried again. */
  async #retry(
    method: "GET" | "HEAD",
    url: string,
    headers: Readonly<Record<string, string>> = { accept },
  ): Promise<Reply> {
    const origin = new URL(url).host;
    let verb = method;
    for (let answers = 1; ; answers++) {
      const authorization = await this.#authorizer
        .header(origin, this.#reference.repository)
        .catch((error: unknown) => {
          throw error instanceof PullFailure ? error.within("failed to authorize: ") : error;
        });
      const sent = authorization === undefined ? headers : { ...headers, authorization };
      const reply = await this.#requests.send(verb, url, sent).catch((error: unknown) => {
        throw error instanceof PullFailure ? error.within("failed to do request: ") : error;
      });
      if (answers > 5) return reply;
      if (reply.status === 401) {
        await reply.body();
        if (!this.#authorizer.learn(origin, reply, answers > 1)) return reply;
      } else if (reply.status === 405 && verb === "HEAD" && url.includes("/manifests/")) {
        verb = "GET";
      } else if (reply.status !== 408 && reply.status !== 429) {
        return reply;
      }
    }
  }

  #url(host: Host, path: readonly string[]): string {
    const namespace = host.isMirror ? `?ns=${encodeURIComponent(this.#reference.registry)}` : "";
    return `${host.base}/${this.#reference.repository}/${path.join("/")}${namespace}`;
  }
}

function hostOf(text: string, isMirror: boolean): Host {
  const isLocal = /^(localhost|127\.|\[::1\])/.test(text);
  const url = text.includes("://") ? new URL(text) : new URL(`${isLocal ? "http" : "https"}://${text}`);
  const path = url.pathname.replace(/\/$/, "");
  return { base: `${url.origin}${path.startsWith("/v2") ? path : `${path}/v2`}`, host: url.host, isMirror };
}

const collect =
  (failures: PullFailure[]) =>
  (error: unknown): undefined => {
    if (!(error instanceof PullFailure)) throw error;
    if (error.code === "Canceled") throw error;
    failures.push(error);
    return undefined;
  };

/** A refusal with a status first, then that a host does not have it, then what the network says. */
function mostTelling(failures: readonly PullFailure[], isMissing: boolean): PullFailure | undefined {
  const refusal = failures.find(({ status }) => status !== undefined);
  return refusal ?? (isMissing ? undefined : failures[0]);
}
