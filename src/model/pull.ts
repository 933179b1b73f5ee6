// One container's attempt to get one image: the unit that is judged.

import type { Evidence } from "./evidence.js";
import type { ClusterNode, Container, ContainerKind, Pod, Workload } from "./objects.js";
import type { Reading } from "./reading.js";
import type { Reference } from "./reference.js";

/** Something a program said about this pull, read and with its papers. */
export interface Said {
  readonly reading: Reading;
  readonly evidence: Evidence;
}

/**
 * `failing`: the kubelet reports an error now. `slow`: asked for, no end and no error yet.
 * `ended`: it failed before and works now, or its pod is gone.
 * `starts-wrong`: pulled, and the program cannot run here (exec format error).
 */
export type PullState = "failing" | "slow" | "ended" | "starts-wrong";

export interface Pull {
  readonly pod: Pod;
  /** Absent for image volumes, the sandbox image, and messages that came without a pod. */
  readonly container?: Container;
  readonly containerName: string;
  readonly containerKind: ContainerKind | "image-volume" | "sandbox";
  /** As written in the pod. */
  readonly image: string;
  /** Absent when the image cannot be parsed; `referenceError` says why. */
  readonly reference?: Reference;
  readonly referenceError?: string;
  readonly state: PullState;
  /** The reason shown by kubectl: `ImagePullBackOff`, `ErrImagePull`, `ContainerCreating`... */
  readonly reason: string;
  /** Everything said, best first: a reading that names a cause before one that does not. */
  readonly said: readonly Said[];
  /** The reading judged: that of `said[0]`, or one that says nothing. */
  readonly reading: Reading;
  readonly node?: ClusterNode;
  /** The controller at the top, such as the Deployment above the ReplicaSet. */
  readonly workload?: Workload;
  /** Pull attempts counted from events; absent when events were not read or have expired. */
  readonly attempts?: number;
  /** The kubelet's last failed attempt, for the back-off arithmetic. */
  readonly lastFailureAt?: Date;
  readonly since?: Date;
  readonly endedAt?: Date;
}
