// The parts of Kubernetes objects that decide a pull. Everything else in them is ignored.
// `cluster/objects.ts` turns unknown JSON into these; inside the product nothing else is used.

import type { Secret } from "./secret.js";

interface Named {
  readonly namespace: string;
  readonly name: string;
  /** "" when the source does not show it (tables, describe text). */
  readonly uid: string;
  readonly createdAt?: Date;
}

export interface OwnerRef {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

export type ContainerKind = "container" | "init" | "sidecar" | "ephemeral";

export type ContainerState =
  | { readonly is: "waiting"; readonly reason: string; readonly message?: string }
  | { readonly is: "running"; readonly startedAt?: Date }
  | {
      readonly is: "terminated";
      readonly reason: string;
      readonly exitCode: number;
      readonly message?: string;
      readonly startedAt?: Date;
      readonly finishedAt?: Date;
    };

export interface Container {
  readonly name: string;
  readonly kind: ContainerKind;
  /** As written in the spec. */
  readonly image: string;
  readonly pullPolicy?: "Always" | "IfNotPresent" | "Never";
  /** Absent: the kubelet has not reported on this container. */
  readonly state?: ContainerState;
  readonly lastState?: ContainerState;
  readonly isReady: boolean;
  readonly restarts: number;
  /** What the runtime resolved the image to; "" until it was pulled. */
  readonly imageId: string;
}

/** A `volumes[].image`: pulled by the kubelet before any container starts. */
export interface ImageVolume {
  readonly name: string;
  readonly image: string;
  readonly pullPolicy?: "Always" | "IfNotPresent" | "Never";
}

/** Helm, Argo CD, Flux or Kustomize marks on an object: who would revert a live change. */
export interface ManagedBy {
  readonly tool: "helm" | "argo-cd" | "flux" | "kustomize";
  readonly name: string;
  readonly namespace?: string;
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
  readonly since?: Date;
}

export interface Pod extends Named {
  readonly kind: "Pod";
  readonly deletedAt?: Date;
  readonly node?: string;
  readonly serviceAccount: string;
  /** After ServiceAccount injection, as the API server keeps it. */
  readonly pullSecrets: readonly string[];
  readonly containers: readonly Container[];
  readonly imageVolumes: readonly ImageVolume[];
  readonly phase: string;
  readonly reason?: string;
  readonly message?: string;
  readonly startedAt?: Date;
  readonly conditions: readonly Condition[];
  readonly owners: readonly OwnerRef[];
  readonly labels: Readonly<Record<string, string>>;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly managedBy: readonly ManagedBy[];
  /** Which parts the source could show; a describe text has no pull secrets. Absent: all. */
  readonly notShown?: readonly ("pullSecrets" | "serviceAccount" | "waitingMessage" | "times")[];
}

export interface KubeEvent {
  readonly kind: "Event";
  readonly namespace: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly about: {
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
    readonly fieldPath?: string;
  };
  readonly count: number;
  readonly firstAt?: Date;
  readonly lastAt?: Date;
  readonly reporter: string;
  readonly node?: string;
}

/** One registry key of a pull secret, with what the kubelet would send for it. */
export interface RegistryEntry {
  /** The key as written, such as `https://index.docker.io/v1/`. */
  readonly key: string;
  readonly username: string;
  readonly password: Secret;
  /** Sent with Docker logins of old; registries ignore it. */
  readonly email?: string;
}

/** The parts of a Secret that decide a pull. */
export interface PullSecret extends Named {
  readonly kind: "Secret";
  readonly type: string;
  /** Names of the data keys, never their values. */
  readonly dataKeys: readonly string[];
  /** [] when nothing usable is in it; then `trouble` says why. */
  readonly entries: readonly RegistryEntry[];
  /** The kubelet's words for what it cannot decode, or ours for what it ignores. */
  readonly trouble?: {
    /** `not-shown`: the source blanks the values out, so they say nothing about the real ones. */
    readonly is: "malformed" | "wrong-type" | "wrong-key" | "empty" | "not-shown";
    readonly why: string;
  };
  /** Facts read from the values, never the values: a command's text as password, an ended token... */
  readonly notes: readonly SecretNote[];
  readonly managedBy: readonly ManagedBy[];
  /** Who writes it anew by itself, from marks on it: `ExternalSecret harbor`. */
  readonly keptBy?: string;
  /** When its data was last written, from managedFields; absent when those are not kept. */
  readonly writtenAt?: Date;
}

export interface SecretNote {
  readonly is:
    | "literal-command"
    | "expires"
    | "whitespace"
    | "short-lived-kind"
    | "no-usable-field"
    | "encoded-twice";
  /** The registry key; for `encoded-twice` the key of the Secret's data. */
  readonly key: string;
  readonly text: string;
  readonly at?: Date;
}

export interface ServiceAccount extends Named {
  readonly kind: "ServiceAccount";
  readonly pullSecrets: readonly string[];
  /** When its pull secrets were last written, from managedFields; absent when those are not kept. */
  readonly pullSecretsSetAt?: Date;
}

export interface NodeImage {
  readonly names: readonly string[];
  readonly sizeBytes: number;
}

export interface ClusterNode {
  readonly kind: "Node";
  readonly name: string;
  readonly uid: string;
  readonly createdAt?: Date;
  /** GOARCH and GOOS. */
  readonly architecture?: string;
  readonly os?: string;
  /** `containerd://1.7.24`, as the node reports it. */
  readonly runtime?: string;
  readonly kubelet?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly conditions: readonly Condition[];
  readonly images: readonly NodeImage[];
  readonly isUnschedulable: boolean;
}

export type WorkloadKind =
  | "Deployment"
  | "ReplicaSet"
  | "StatefulSet"
  | "DaemonSet"
  | "Job"
  | "CronJob"
  | "ReplicationController"
  | "ControllerRevision";

/** A controller of pods, or a revision that one keeps. */
export interface Workload extends Named {
  readonly kind: WorkloadKind;
  readonly owners: readonly OwnerRef[];
  readonly labels: Readonly<Record<string, string>>;
  readonly selector: Readonly<Record<string, string>>;
  readonly replicas?: number;
  readonly readyReplicas?: number;
  /** Revision number of the annotation (ReplicaSet) or of the object (ControllerRevision). */
  readonly revision?: number;
  /** Containers of its pod template. */
  readonly containers: readonly {
    readonly name: string;
    readonly kind: ContainerKind;
    readonly image: string;
  }[];
  readonly pullSecrets: readonly string[];
  readonly serviceAccount?: string;
  /** `imagePullSecrets` found beside the pod template, where the API drops it (manifests only). */
  readonly misplacedPullSecrets?: string;
  readonly updateRevision?: string;
  readonly currentRevision?: string;
  readonly updateStrategy?: string;
  readonly podManagementPolicy?: string;
  readonly conditions: readonly Condition[];
  readonly managedBy: readonly ManagedBy[];
}

export interface Namespace {
  readonly kind: "Namespace";
  readonly name: string;
}

export type KubeObject = Pod | KubeEvent | PullSecret | ServiceAccount | ClusterNode | Workload | Namespace;
