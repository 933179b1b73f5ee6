// What every unit of one kubelet shares.

import type { Store } from "../api/store.js";
import type { Clock } from "../clock.js";
import type { NodePullSettings, Platform, PullOutcome, RuntimeName } from "../runtime/pull-types.js";
import type { CrashLoops } from "./crash-loops.js";
import type { ImageManager } from "./image-manager.js";
import type { ImageStore } from "./image-store.js";
import type { NodeConfig, ProcessHost } from "./node-config.js";
import type { EventRecorder } from "./recorder.js";
import type { Rhythm } from "./rhythm.js";
import type { KubeletTraits } from "./version.js";

export interface KubeletParts {
  readonly config: NodeConfig;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: () => number;
  readonly traits: KubeletTraits;
  readonly rhythm: Rhythm;
  readonly recorder: EventRecorder;
  readonly images: ImageManager;
  readonly imageStore: ImageStore;
  readonly crashLoops: CrashLoops;
  readonly platform: Platform;
  readonly runtime: { readonly name: RuntimeName; readonly version: string };
  /** An image of another platform is fetched and not unpacked, so that no container can be made of it. */
  readonly leavesUnpacked: boolean;
  readonly address: string;
  /** Set up from outside while the node runs. */
  readonly state: NodeState;
  readonly processes?: ProcessHost;
  /** A free address for a pod. */
  podAddress(): string;
  pull(
    image: string,
    auth: { readonly username: string; readonly password: string } | undefined,
    signal?: AbortSignal,
  ): Promise<PullOutcome>;
}

export interface NodeState {
  pull: NodePullSettings;
  isRuntimeUp: boolean;
}
