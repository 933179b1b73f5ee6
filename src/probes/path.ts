// What a registry really answers when this image is asked for: name, connection, sign-in, manifest, platform, config and
// the first layer's host, stage by stage. Read-only by construction: it asks with GET and HEAD, and for tokens.

import { getConfig, getManifest, headBlob, headManifest, ping } from "../registry/client.js";
import type { DialFacts } from "../registry/dial.js";
import type { Dialect } from "../registry/dialects/define.js";
import { dialectOf } from "../registry/dialects/index.js";
import type { Failure, Outcome } from "../registry/exchange.js";
import { type Manifest, type Platform, platformText, readPlatform } from "../registry/media.js";
import { type PullLimit, pullLimit } from "../registry/pull-limit.js";
import type { Answered, Session } from "../registry/session.js";
import { warningsOf } from "../registry/warnings.js";
import { choose, fits } from "./platforms.js";
import { type StageAnswer, Stages } from "./stages.js";

export interface PathRequest {
  /** The registry that the image names, whose dialect counts at its mirrors too. */
  readonly registry: string;
  readonly repository: string;
  /** A tag, or a digest where the image names one. */
  readonly reference: string;
  /** The platforms of the cluster's nodes; [] when they are not known. */
  readonly nodes: readonly Platform[];
  /**
   * `greeting` tells whether a registry answers there, and asks nothing about the image; `quick` whether it is there and may
   * be had; `full` also whether it fits and its content is served.
   */
  readonly depth: "greeting" | "quick" | "full";
  /** What `/v2/` of this registry answered before; absent: it is asked. */
  readonly greeting?: Outcome<Answered>;
}

/** How one node platform fares. */
export interface NodeFit {
  readonly node: string;
  readonly fits: boolean;
}

export interface PathAnswer {
  readonly stages: readonly StageAnswer[];
  /** Absent: everything that was asked was answered well. */
  readonly failure?: Failure;
  readonly digest?: string;
  readonly mediaType?: string;
  /** What the image offers, in its own order; absent when it was not read. */
  readonly platforms?: readonly string[];
  readonly fits?: readonly NodeFit[];
  /** Compressed bytes of config and layers of the manifest that was read. */
  readonly sizeBytes?: number;
  readonly createdAt?: Date;
  /** The host that serves the first layer. */
  readonly blobHost?: string;
  readonly limit?: PullLimit;
  /** When the first certificate of the chain that was shown ends; absent without TLS, or where no date could be read. */
  readonly certificateUntil?: Date;
  /** The product that answered; absent when nothing did. */
  readonly dialect?: Dialect;
  /** `Warning` headers of the registry, each text once; absent when there were none. */
  readonly warnings?: readonly string[];
}

export async function askPath(session: Session, request: PathRequest): Promise<PathAnswer> {
  const walk = new Walk(session, request);
  await walk.run();
  return walk.answer();
}

class Walk {
  readonly #session: Session;
  readonly #request: PathRequest;
  readonly #stages = new Stages();
  #failure: Failure | undefined;
  #found: Omit<PathAnswer, "stages" | "failure" | "warnings"> = {};
  readonly #warnings = new Set<string>();

  constructor(session: Session, request: PathRequest) {
    this.#session = session;
    this.#request = request;
    this.#stages.pass("reference", `${request.repository}, ${request.reference}`);
  }

  answer(): PathAnswer {
    return {
      stages: this.#stages.list(),
      ...(this.#failure === undefined ? {} : { failure: this.#failure }),
      ...this.#found,
      ...(this.#warnings.size === 0 ? {} : { warnings: [...this.#warnings] }),
    };
  }

  async run(): Promise<void> {
    if (!this.#greet(this.#request.greeting ?? (await ping(this.#session)))) return;
    if (this.#request.depth === "greeting") return;
    if (this.#request.depth === "quick") await this.#head();
    else await this.#whole();
  }

  #greet(got: Outcome<Answered>): boolean {
    if (!got.ok) return this.#fail(got.failure);
    const service = this.#session.challenges
      .find(({ scheme }) => scheme === "bearer")
      ?.parameters.get("service");
    const dialect = dialectOf(this.#request.registry, {
      headers: got.value.headers,
      ...(service === undefined ? {} : { service }),
    });
    this.#found = { dialect };
    this.#warned(got.value);
    this.#connected(got.value.facts);
    const schemes = this.#session.challenges.map(({ scheme }) => scheme);
    const asks = schemes.length === 0 ? "asks for nothing" : `asks for ${[...new Set(schemes)].join(" or ")}`;
    this.#stages.pass("api", `${got.value.status}, ${asks}`, got.value.ms);
    if (schemes.length === 0) this.#stages.leave("token", "none is needed");
    return true;
  }

  async #head(): Promise<void> {
    const { repository, reference } = this.#request;
    const got = await headManifest(this.#session, repository, reference);
    if (!got.ok) return void this.#fail(got.failure);
    const { digest, mediaType, kind, answered } = got.value;
    this.#signedIn(answered.sent);
    this.#warned(answered);
    this.#stages.pass("manifest", `${kind}, ${digest ?? "no digest told"}`, answered.ms);
    const limit = pullLimit(answered);
    this.#found = {
      ...this.#found,
      mediaType,
      ...(digest === undefined ? {} : { digest }),
      ...(limit === undefined ? {} : { limit }),
    };
  }

  async #whole(): Promise<void> {
    const { repository, reference, nodes } = this.#request;
    const got = await getManifest(this.#session, repository, reference);
    if (!got.ok) return void this.#fail(got.failure);
    const { manifest, digest, answered } = got.value;
    this.#signedIn(answered.sent);
    this.#warned(answered);
    const limit = pullLimit(answered);
    this.#found = {
      ...this.#found,
      mediaType: manifest.mediaType,
      digest,
      ...(limit === undefined ? {} : { limit }),
    };
    this.#stages.pass("manifest", `${manifest.kind}, ${digest}`, answered.ms);
    const image = manifest.kind === "index" ? await this.#fromIndex(manifest, nodes) : manifest;
    if (image === undefined) return;
    if (image.kind !== "image" || image.config === undefined) {
      return void this.#fail({
        ...blank("manifest"),
        why: `it is no image that a node can run: ${image.artifactType ?? image.mediaType}`,
      });
    }
    await this.#content(image, manifest.kind === "index");
  }

  /** The manifest that the first node would get; every node's fit is told. */
  async #fromIndex(index: Manifest, nodes: readonly Platform[]): Promise<Manifest | undefined> {
    const offered = index.manifests.filter((one) => !one.isAttestation);
    const platforms = offered.flatMap(({ platform }) =>
      platform === undefined ? [] : [platformText(platform)],
    );
    const answers = nodes.map((node) => ({
      node: platformText(node),
      fits: choose(index.manifests, node) !== undefined,
    }));
    this.#found = { ...this.#found, platforms, ...(nodes.length === 0 ? {} : { fits: answers }) };
    const firstFit = nodes.map((node) => choose(index.manifests, node)).find((one) => one !== undefined);
    const chosen = nodes.length === 0 ? offered[0] : firstFit;
    if (chosen === undefined || answers.some((one) => !one.fits)) {
      const missing = answers.filter((one) => !one.fits).map(({ node }) => node);
      const offers = platforms.length === 0 ? "nothing to run" : platforms.join(", ");
      this.#fail({
        ...blank("platform"),
        why: `it has ${offers}, and nothing for ${missing.join(", ") || "any node"}`,
      });
      if (chosen === undefined) return undefined;
    } else {
      this.#stages.pass("platform", platforms.join(", "));
    }
    const got = await getManifest(this.#session, this.#request.repository, chosen.digest);
    if (got.ok) return got.value.manifest;
    this.#fail(got.failure);
    return undefined;
  }

  async #content(image: Manifest, hasIndex: boolean): Promise<void> {
    const { repository, nodes } = this.#request;
    const { config, layers } = image;
    if (config === undefined) return;
    const sizeBytes = config.sizeBytes + layers.reduce((sum, layer) => sum + layer.sizeBytes, 0);
    this.#found = { ...this.#found, sizeBytes };
    const got = await getConfig(this.#session, repository, config.digest);
    if (!got.ok) return void this.#fail(got.failure);
    this.#stages.pass("config", layers.length === 1 ? "1 layer" : `${layers.length} layers`);
    this.#readConfig(got.value, nodes, hasIndex);
    const [first] = layers;
    if (first === undefined) return;
    const blob = await headBlob(this.#session, repository, first.digest);
    if (!blob.ok) return void this.#fail(blob.failure);
    this.#found = { ...this.#found, blobHost: blob.value.url.host };
    this.#stages.pass("blob", `served by ${blob.value.url.host}`, blob.value.ms);
  }

  /** A single manifest shows its platform only here, and nodes run into it only when they start it. */
  #readConfig(config: unknown, nodes: readonly Platform[], hasIndex: boolean): void {
    if (typeof config !== "object" || config === null) return;
    const created: unknown = Reflect.get(config, "created");
    const createdAt = typeof created === "string" ? new Date(created) : undefined;
    if (createdAt !== undefined && !Number.isNaN(createdAt.getTime()))
      this.#found = { ...this.#found, createdAt };
    const platform = readPlatform({ ...config });
    if (hasIndex || platform === undefined) return;
    const answers = nodes.map((node) => ({ node: platformText(node), fits: fits(platform, node) }));
    this.#found = {
      ...this.#found,
      platforms: [platformText(platform)],
      ...(nodes.length === 0 ? {} : { fits: answers }),
    };
    const missing = answers.filter((one) => !one.fits).map(({ node }) => node);
    if (missing.length === 0) this.#stages.pass("platform", platformText(platform));
    else
      this.#fail({
        ...blank("platform"),
        why: `it is built for ${platformText(platform)} alone, not for ${missing.join(", ")}`,
      });
  }

  #warned(answered: Answered): void {
    for (const text of warningsOf(answered.headers)) this.#warnings.add(text);
  }

  #signedIn(sent: "nothing" | "user and password" | "a token"): void {
    if (this.#session.challenges.length === 0) return;
    const how = {
      nothing: "none was sent",
      "user and password": "none: user and password were sent",
      "a token": "granted",
    };
    this.#stages.pass("token", how[sent]);
  }

  #connected(facts: DialFacts): void {
    this.#stages.connection(facts, this.#session.endpoint.route.isTls);
    const ends = (facts.chain ?? [])
      .map(({ validTo }) => validTo.getTime())
      .filter((at) => !Number.isNaN(at));
    // The registry's own comes first; what it leads to later is another host's.
    if (ends.length > 0 && this.#found.certificateUntil === undefined)
      this.#found = { ...this.#found, certificateUntil: new Date(Math.min(...ends)) };
  }

  #fail(failure: Failure): false {
    this.#connected(failure.facts);
    if (failure.sent !== undefined && failure.stage !== "api") this.#signedIn(failure.sent);
    this.#failure ??= failure;
    this.#stages.failure(failure);
    return false;
  }
}

const blank = (stage: Failure["stage"]) => ({ stage, is: "status" as const, errors: [], facts: {} });
