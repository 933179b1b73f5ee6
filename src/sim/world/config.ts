// A world, once its file is read: plain data.

import type { Json } from "../api/json.js";
import type { NodeConfig } from "../kubelet/node-config.js";
import type { HostConfig, RegistriesConfig } from "../registry/config.js";

/** A host that misbehaves below HTTP for a time. Seconds count from the beginning of the world. */
export interface NetworkFault {
  readonly host: string;
  readonly change: Partial<Pick<HostConfig, "dns" | "connect" | "certificate">>;
  readonly fromSeconds: number;
  /** Absent: to the end. */
  readonly untilSeconds?: number;
}

/** An object of the cluster, as it is created when the world begins. */
export interface WorldObject extends Json {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Json & { readonly name?: string; readonly namespace?: string };
}

export interface WorldNode {
  readonly config: NodeConfig;
  /** The CA behind `untrusted` certificates is installed there. */
  readonly trustsCorporateCa: boolean;
}

export interface WorldConfig extends RegistriesConfig {
  readonly name: string;
  /** The API server's: `v1.32.5`. */
  readonly version: string;
  /** World seconds in a second. */
  readonly speed: number;
  /** World time of the beginning; absent: now. */
  readonly startsAt?: number;
  readonly networkFaults: readonly NetworkFault[];
  readonly nodes: readonly WorldNode[];
  /** In the order in which they are created; namespaces first. */
  readonly objects: readonly WorldObject[];
}
