// A pull as containers/image does it, from one registry host. Its failures are what CRI-O wraps.

import type { Reference } from "../../../model/reference.js";
import { jsonError } from "../containerd/authorizer.js";
import { DistributionClient } from "../distribution-client.js";
import { PullFailure } from "../failure.js";
import { digestOf, unpackLayer } from "../layer.js";
import {
  type Descriptor,
  type ImageConfig,
  indexTypes,
  isIndex,
  isManifest,
  manifestTypes,
  readConfig,
  readIndex,
  readJson,
  readManifest,
  schema1Types,
} from "../manifest.js";
import { choose } from "../platforms.js";
import type { PullRequest } from "../pull-types.js";
import type { PullTools } from "../tools.js";
import type { ImageTraits } from "./version.js";
import { refusalText } from "./words.js";

const accept = [...indexTypes, ...manifestTypes, ...schema1Types].join(", ");
const smallBlob = 32_768;

export interface Copied {
  readonly top: string;
  readonly config: Descriptor;
  readonly contents: ImageConfig;
  readonly sizeBytes: number;
}

export class ImageSource {
  readonly #request: PullRequest;
  readonly #reference: Reference;
  readonly #familiar: string;
  readonly #tools: PullTools;
  readonly #traits: ImageTraits;
  readonly #client: DistributionClient;
  readonly #host: string;

  constructor(
    request: PullRequest,
    parts: { reference: Reference; familiar: string; host: string; tools: PullTools; traits: ImageTraits },
  ) {
    this.#request = request;
    this.#reference = parts.reference;
    this.#familiar = parts.familiar;
    this.#tools = parts.tools;
    this.#traits = parts.traits;
    this.#host = parts.host;
    const { traits } = parts;
    this.#client = new DistributionClient({
      exchange: parts.tools.exchange,
      host: parts.host === "docker.io" ? "registry-1.docker.io" : parts.host,
      repository: parts.reference.repository,
      isInsecure: request.node?.insecure?.includes(parts.host) === true,
      ...(request.auth === undefined || request.auth.username === "" ? {} : { auth: request.auth }),
      tokenRefused: (reply, body) => {
        if (reply.status === 401) {
          const why = refusalText(reply, body, traits);
          return new PullFailure(`unable to retrieve auth token: invalid username/password: ${why}`);
        }
        if (reply.status === 429) return new PullFailure("too many requests to registry");
        const what = traits.saysBear ? "Requesting bear token" : "Requesting bearer token";
        const status = reply.statusText.replace(/^(\d+) (.*)$/, "$1 ($2)");
        return new PullFailure(
          traits.saysTokenStatus
            ? `${what}: received unexpected HTTP status: ${reply.statusText}`
            : `${what}: invalid status code from registry ${status}`,
        );
      },
    });
  }

  /** `initializing source` and the manifest that the name stands for. */
  async open(): Promise<Buffer> {
    const head = this.#traits.saysError ? "Error initializing source" : "initializing source";
    try {
      return await this.manifest(this.#reference.digest ?? this.#reference.tag ?? "latest");
    } catch (error) {
      throw error instanceof PullFailure ? error.within(`${head} docker://${this.#familiar}: `) : error;
    }
  }

  #mediaType = "";

  async manifest(which: string): Promise<Buffer> {
    const ping = await this.#client.ping().catch((error: unknown) => {
      const head = this.#traits.saysError
        ? `error pinging docker registry ${this.#host}: `
        : `pinging container registry ${this.#host}: `;
      if (error instanceof PullFailure) {
        // The failure stays what it is, for who looks at its kind; only its words grow.
        error.message = head + error.message;
      }
      throw error;
    });
    if (ping.status !== 200 && ping.status !== 401) {
      const why = refusalText(ping, (await ping.body()).bytes, this.#traits);
      throw new PullFailure(`pinging container registry ${this.#host}: ${why}`);
    }
    const { repository } = this.#reference;
    const name = `${this.#reference.registry}/${repository}`;
    for (let wait = 2000; ; wait = Math.min(wait * 2, 60_000)) {
      const reply = await this.#client.ask(
        "GET",
        this.#client.url(`${repository}/manifests/${which}`),
        accept,
      );
      const { bytes } = await reply.body();
      if (reply.status === 200) {
        this.#mediaType = (reply.header("content-type") ?? "").split(";")[0] ?? "";
        return bytes;
      }
      if (reply.status === 429 && wait < 32_000) {
        await this.#tools.patience.pause(wait, this.#request.signal);
        continue;
      }
      const head = this.#traits.saysError ? "Error reading manifest" : "reading manifest";
      throw new PullFailure(`${head} ${which} in ${name}: ${refusalText(reply, bytes, this.#traits)}`);
    }
  }

  async copy(first: Buffer): Promise<Copied> {
    let bytes = first;
    let prefix = "";
    const top = digestOf(first);
    if (isIndex(this.#mediaType)) {
      const { architecture, variant, os } = this.#request.platform;
      const chosen = choose(readIndex(readJson(bytes)), this.#request.platform, "containers-image");
      if (chosen === undefined) {
        const list = this.#mediaType.includes("docker") ? "manifest list" : "image index";
        const v = variant ?? (architecture === "arm64" ? "v8" : "");
        const wanted = this.#traits.quotesPlatform
          ? `architecture "${architecture}", variant "${v}", OS "${os}"`
          : `architecture ${architecture}, variant "${v}", OS ${os}`;
        throw new PullFailure(
          `choosing an image from manifest list docker://${this.#familiar}: no image found in ${list} for ${wanted}`,
        );
      }
      prefix = "copying system image from manifest list: ";
      bytes = await this.manifest(chosen.digest);
    }
    try {
      return { top, ...(await this.#copyOne(bytes)) };
    } catch (error) {
      throw error instanceof PullFailure ? error.within(prefix) : error;
    }
  }

  async #copyOne(bytes: Buffer): Promise<Omit<Copied, "top">> {
    const value = readJson(bytes);
    if (value === undefined) {
      throw new PullFailure(`initializing image from source docker://${this.#familiar}: ${jsonError(bytes)}`);
    }
    if (!isManifest(this.#mediaType)) {
      throw new PullFailure(
        `initializing image from source docker://${this.#familiar}: unsupported schema version 0`,
      );
    }
    const { config, layers } = readManifest(value);
    const configBytes = await this.#blob(config).catch((error: unknown) => {
      throw error instanceof PullFailure ? error.within("parsing image configuration: ") : error;
    });
    const contents = readConfig(readJson(configBytes));
    let sizeBytes = bytes.length + configBytes.length;
    for (const layer of layers) {
      const blob = await this.#blob(layer).catch((error: unknown) => {
        if (!(error instanceof PullFailure) || error.message.startsWith("writing blob")) throw error;
        throw error.within(`reading blob ${layer.digest}: `);
      });
      sizeBytes += blob.length;
      if (sizeBytes > (this.#request.node?.diskFreeBytes ?? Number.POSITIVE_INFINITY)) {
        throw new PullFailure(
          `writing blob: storing blob to file ${JSON.stringify(this.#temporary())}: write ${this.#temporary()}: no space left on device`,
        );
      }
      const unpacked = unpackLayer(blob);
      if (!unpacked.ok) {
        throw new PullFailure(
          `writing blob: adding layer with blob ${JSON.stringify(layer.digest)}: processing tar file(${unpacked.why}): exit status 1`,
        );
      }
    }
    return { config, contents, sizeBytes };
  }

  async #blob(item: Descriptor): Promise<Buffer> {
    const url = this.#client.url(`${this.#reference.repository}/blobs/${item.digest}`);
    const reply = await this.#client.ask("GET", url, "*/*");
    const { bytes, cut } = await reply.body();
    if (reply.status !== 200) {
      const status = reply.statusText.replace(/^(\d+) (.*)$/, "$1 ($2)");
      throw new PullFailure(
        this.#traits.readsBlobErrors
          ? `fetching blob: ${refusalText(reply, bytes, this.#traits)}`
          : `Error fetching blob: invalid status code from registry ${status}`,
      );
    }
    const storing = `writing blob: storing blob to file ${JSON.stringify(this.#temporary())}: happened during read: `;
    if (cut !== undefined) {
      if (cut.isCancelled) throw new PullFailure("context canceled", "Canceled");
      const again = this.#traits.tellsReconnect
        ? " (after reconnecting, server did not process a Range: header, status 200)"
        : "";
      throw new PullFailure(storing + cut.leaf + again);
    }
    const got = digestOf(bytes);
    if (got === item.digest) return bytes;
    const head =
      bytes.length < smallBlob
        ? "writing blob: setting up to decompress blob: happened during read: "
        : storing;
    throw new PullFailure(`${head}Digest did not match, expected ${item.digest}, got ${got}`);
  }

  #temporary(): string {
    return `/var/tmp/storage${1_000_000_000 + this.#tools.counter()}/1`;
  }
}
