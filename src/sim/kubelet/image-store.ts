// The images on one node, and who may use each: the node's cache with the records that newer
// kubelets keep of the credentials an image was pulled with. Semantics reference 1.8.

import { type Reference, tryParseReference } from "../../model/reference.js";
import type { PulledImage } from "../runtime/pull-types.js";
import type { PodCredentials } from "./credentials.js";

interface Kept {
  readonly image: PulledImage;
  readonly names: Set<string>;
  /** Secrets that pulled it; undefined once it was pulled anonymously: open to every pod. */
  secrets: Set<string> | undefined;
  /** Put there by hand or by the world, not by this kubelet: never verified. */
  readonly isPreloaded: boolean;
}

/** One image of a node as plain data. `secrets` absent: open to every pod. */
export interface KeptImage {
  readonly image: PulledImage;
  readonly names: readonly string[];
  readonly secrets?: readonly string[];
  readonly isPreloaded: boolean;
}

export class ImageStore {
  readonly #byName = new Map<string, Kept>();
  readonly #byRef = new Map<string, Kept>();

  /** By full reference; a digest names the image directly. */
  find(full: string): PulledImage | undefined {
    return this.#byName.get(full)?.image;
  }

  add(full: string, image: PulledImage, written: string, usedSecret: string | undefined): void {
    const kept = this.#byRef.get(image.imageRef) ?? {
      image,
      names: new Set<string>(),
      secrets: new Set<string>(),
      isPreloaded: false,
    };
    if (usedSecret === undefined) kept.secrets = undefined;
    else kept.secrets?.add(usedSecret);
    for (const name of [full, image.repoDigest, image.repoTag])
      if (name !== undefined) this.#name(name, kept);
    const parsed = tryParseReference(written);
    if (parsed.ok) this.#name(parsed.reference.full, kept);
    this.#byRef.set(image.imageRef, kept);
  }

  /** An image loaded onto the node from outside, such as by `ctr images import`. */
  preload(full: string, image: PulledImage): void {
    const kept: Kept = { image, names: new Set(), secrets: undefined, isPreloaded: true };
    const parsed = tryParseReference(full);
    this.#name(parsed.ok ? parsed.reference.full : full, kept);
    this.#name(image.repoDigest, kept);
    this.#byRef.set(image.imageRef, kept);
  }

  dump(): KeptImage[] {
    return [...this.#byRef.values()].map(({ image, names, secrets, isPreloaded }) => ({
      image,
      names: [...names],
      ...(secrets === undefined ? {} : { secrets: [...secrets] }),
      isPreloaded,
    }));
  }

  /** Takes up what an earlier store of this node had. */
  restore(images: readonly KeptImage[]): void {
    for (const { image, names, secrets, isPreloaded } of images) {
      const kept: Kept = {
        image,
        names: new Set(),
        secrets: secrets === undefined ? undefined : new Set(secrets),
        isPreloaded,
      };
      for (const name of names) this.#name(name, kept);
      this.#byRef.set(image.imageRef, kept);
    }
  }

  mayUse(image: PulledImage, _reference: Reference, keyring: PodCredentials): boolean {
    const kept = this.#byRef.get(image.imageRef);
    if (kept === undefined || kept.isPreloaded || kept.secrets === undefined) return true;
    return keyring.credentials.some(({ secret }) => secret !== undefined && kept.secrets?.has(secret));
  }

  /** Its names now, as containerd and Docker sort them: tags before digests, then by letter. */
  namesOf(image: PulledImage): readonly string[] {
    return [...(this.#byRef.get(image.imageRef)?.names ?? [])]
      .filter((name) => !/:[^/@]*@/.test(name))
      .sort((a, b) => Number(a.includes("@")) - Number(b.includes("@")) || (a < b ? -1 : 1));
  }

  /** As `status.images` of the node: names and bytes, largest first, 50 at most. */
  report(): { names: string[]; sizeBytes: number }[] {
    return [...new Set(this.#byRef.values())]
      .map((kept) => ({ names: [...kept.names].sort(digestFirst), sizeBytes: kept.image.sizeBytes }))
      .sort((a, b) => b.sizeBytes - a.sizeBytes)
      .slice(0, 50);
  }

  #name(name: string, kept: Kept): void {
    const before = this.#byName.get(name);
    if (before !== undefined && before !== kept) before.names.delete(name);
    kept.names.add(name);
    this.#byName.set(name, kept);
  }
}

const digestFirst = (a: string, b: string): number =>
  Number(b.includes("@")) - Number(a.includes("@")) || a.localeCompare(b);
