// What the runtime of a node has of one pod: its sandbox and the containers made in it, old and new.

import { randomBytes } from "node:crypto";
import type { PulledImage, RuntimeName } from "../runtime/pull-types.js";

export type ContainerKind = "init" | "regular" | "ephemeral";

export interface Instance {
  readonly id: string;
  readonly container: string;
  readonly attempt: number;
  readonly image: PulledImage;
  readonly startedAt: number;
  log: string;
  /** Absent while it runs. */
  end?: { readonly at: number; readonly exitCode: number; readonly reason: string };
  /** Ends it; the program may take a moment. */
  stop(): void;
}

export class Instances {
  readonly #all: Instance[] = [];
  sandbox: { readonly ip: string; readonly startedAt: number } | undefined;

  add(instance: Instance): void {
    this.#all.push(instance);
    // Two of each container are kept: the newest, and the one before it.
    const same = this.of(instance.container);
    if (same.length > 2) this.#all.splice(this.#all.indexOf(same[0] ?? instance), 1);
  }

  /** Oldest first. */
  of(container: string): Instance[] {
    return this.#all.filter((one) => one.container === container);
  }

  newest(container: string): Instance | undefined {
    return this.of(container).at(-1);
  }

  running(): Instance[] {
    return this.#all.filter((one) => one.end === undefined);
  }
}

export const schemes: Readonly<Record<RuntimeName, string>> = {
  containerd: "containerd",
  "cri-o": "cri-o",
  "cri-dockerd": "docker",
};

export const newId = (): string => randomBytes(32).toString("hex");

/** The image as a container status names it. */
export function imageName(image: PulledImage): string {
  return image.repoTag ?? image.imageRef;
}

export function imageId(image: PulledImage, runtime: RuntimeName): string {
  return runtime === "cri-dockerd" ? `docker-pullable://${image.repoDigest}` : image.repoDigest;
}
