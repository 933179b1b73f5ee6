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

/**
 * The image as a container status names it. containerd and Docker give the first tag and the first digest of
 * all `names` that the node has for it now, and its id once no tag is left; CRI-O the name it was pulled by.
 */
export function imageNames(
  image: PulledImage,
  names: readonly string[],
  runtime: RuntimeName,
): { readonly image: string; readonly imageID: string } {
  const isOwn = runtime === "cri-o" || names.length === 0;
  const tag = (isOwn ? image.repoTag : names.find((name) => !name.includes("@"))) ?? image.imageRef;
  const digest = (isOwn ? undefined : names.find((name) => name.includes("@"))) ?? image.repoDigest;
  return { image: tag, imageID: runtime === "cri-dockerd" ? `docker-pullable://${digest}` : digest };
}
