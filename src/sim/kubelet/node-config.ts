// What a world says about one of its nodes, and what the rest of the world may do to it.

import type { KubeObject } from "../api/json.js";
import type { Store } from "../api/store.js";
import type { Clock } from "../clock.js";
import type { Network } from "../network/network.js";
import type { NodePullSettings, PulledImage, PullOutcome, RuntimeName } from "../runtime/pull-types.js";
import type { KeptImage } from "./image-store.js";
import type { RhythmOptions } from "./rhythm.js";

export interface NodeConfig {
  readonly name: string;
  /** `v1.32.5`: decides the kubelet's words and habits. */
  readonly kubelet: string;
  readonly runtime: { readonly name: RuntimeName; readonly version: string };
  /** GOARCH: `amd64` (default), `arm64`, ... */
  readonly architecture?: string;
  /** InternalIP; default: 198.51.100.10 for the first node, and so on. */
  readonly address?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
  readonly isUnschedulable?: boolean;
  /** Default 110. */
  readonly maxPods?: number;
  /** Proxy, mirrors, insecure registries, disk: the runtime's side of pulls. */
  readonly pull?: NodePullSettings;
  /** Default true; see semantics reference 1.6. */
  readonly serializeImagePulls?: boolean;
  readonly maxParallelImagePulls?: number;
  /** Default 5; 0 is no limit. */
  readonly registryPullQps?: number;
  /** Default 10. */
  readonly registryBurst?: number;
  /** Image references that are on the node from the start. */
  readonly images?: readonly string[];
  /** The sandbox image; absent: on the node already, never pulled. */
  readonly pauseImage?: string;
  /** Credentials of the node's own config.json, by registry key. */
  readonly credentials?: Readonly<Record<string, { readonly username: string; readonly password: string }>>;
}

/** A node at work, for those who change the world while it runs. */
export interface Node {
  readonly config: NodeConfig;
  /** Puts an image on the node without a pull, as `ctr images import` does. */
  load(image: string, contents?: Partial<PulledImage>): void;
  /** Pulls as `crictl pull` does, and keeps what comes. */
  pull(image: string, auth?: { readonly username: string; readonly password: string }): Promise<PullOutcome>;
  /** What is on the node: names and bytes. */
  images(): readonly { readonly names: readonly string[]; readonly sizeBytes: number }[];
  /** Those images, for a node that is to go on later. */
  dumpImages(): readonly KeptImage[];
  changePull(change: Partial<NodePullSettings>): void;
  setRuntimeDown(isDown: boolean): void;
  /** What a container wrote; undefined: it has not run here. `previous`: the instance before this one. */
  logs(uid: string, container: string, previous?: boolean): string | undefined;
  /** Forgets back-offs and event counts, as a restart of the kubelet does. */
  restartKubelet(): void;
}

/** Runs what a container's command line says, for programs that people talk to. */
export interface ProcessHost {
  /** undefined: none of its programs; the kubelet then only pretends that one runs. */
  start(
    target: { readonly pod: KubeObject; readonly container: string },
    argv: readonly string[],
  ): { readonly exited: Promise<number>; kill(): void } | undefined;
}

export interface NodeParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly network: Network;
  /** 0 <= random() < 1: jitter, addresses. Default Math.random. */
  readonly random?: () => number;
  readonly rhythm?: RhythmOptions;
  readonly processes?: ProcessHost;
  /** Images that earlier nodes of these names had. */
  readonly images?: ReadonlyMap<string, readonly KeptImage[]>;
  /** Told of each pull that a runtime is asked for. */
  readonly onPull?: (pull: { readonly node: string; readonly image: string; readonly at: number }) => void;
}

export interface Nodes {
  find(name: string): Node | undefined;
  /** As `Node.logs`, by pod. */
  logs(pod: KubeObject, container: string, previous?: boolean): string | undefined;
  all(): readonly Node[];
  stop(): void;
}
