// What the kubelet asks of a container runtime, and what comes back.

import type { Clock } from "../clock.js";
import type { Network } from "../network/network.js";

export const runtimeNames = ["containerd", "cri-o", "cri-dockerd"] as const;
export type RuntimeName = (typeof runtimeNames)[number];

/** The codes that runtimes use for a pull; `OK` is `ok: true`. */
export type GrpcCode =
  | "Unknown"
  | "NotFound"
  | "InvalidArgument"
  | "FailedPrecondition"
  | "Unavailable"
  | "Unimplemented"
  | "Canceled"
  | "DeadlineExceeded"
  | "AlreadyExists";

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

/** What is set up on the node, apart from the pod: proxy, mirrors, disk. */
export interface NodePullSettings {
  /** `http://proxy:3128`, by world names; from the runtime's HTTPS_PROXY. */
  readonly proxy?: string;
  /** Hosts and domains that are reached without the proxy. */
  readonly noProxy?: readonly string[];
  /** The node's own address, as errors name it. */
  readonly address?: string;
  /** Registry host to mirrors, tried before it. */
  readonly mirrors?: Readonly<Record<string, readonly string[]>>;
  /** CRI-O: false where registries.conf names no registry for names without one. */
  readonly searchesHub?: boolean;
  /** Registry hosts for which certificates are not checked. */
  readonly insecure?: readonly string[];
  /** Extra CA certificates (PEM) that this node trusts; the world's CA is always trusted. */
  readonly extraCa?: readonly string[];
  /** containerd 2.1+ set up so that it pulls without its transfer service. */
  readonly isLocalPull?: boolean;
  /** The node says DiskPressure: it admits no pods. */
  readonly hasDiskPressure?: boolean;
  /** Bytes left for images; absent: plenty. */
  readonly diskFreeBytes?: number;
}

export interface PullRequest {
  /** As the kubelet passes it: the pod's string, with `:latest` added where neither tag nor digest is. */
  readonly image: string;
  readonly auth?: { readonly username: string; readonly password: string };
  readonly platform: Platform;
  readonly runtime: { readonly name: RuntimeName; readonly version: string };
  readonly network: Network;
  readonly clock: Clock;
  readonly node?: NodePullSettings;
  readonly signal?: AbortSignal;
}

export interface PulledImage {
  readonly ok: true;
  /** What CRI answers: the config's digest, `sha256:...`. */
  readonly imageRef: string;
  /** `registry.example.com/shop/api@sha256:...`, by the digest that the tag named. */
  readonly repoDigest: string;
  /** Normalised name with tag, when there was one. */
  readonly repoTag?: string;
  /** Bytes of manifest, config and layers, compressed: what ImageStatus reports. */
  readonly sizeBytes: number;
  /** From the image's own config: what it was built for, which may differ from the node. */
  readonly platform: Platform;
  readonly entrypoint: readonly string[];
  /** Its arguments where the pod gives none; absent: none. */
  readonly command?: readonly string[];
  readonly env: readonly string[];
  /** Digests of its layers, lowest first; absent: the runtime tells nobody. */
  readonly layers?: readonly string[];
}

export interface FailedPull {
  readonly ok: false;
  readonly code: GrpcCode;
  /** The runtime's words, without the gRPC head. */
  readonly message: string;
  /** The image is on the node all the same, under its name; no container can be made of it. */
  readonly kept?: PulledImage;
}

export type PullOutcome = PulledImage | FailedPull;
