// The pods of a scope: those that may have trouble with an image in full, and of the healthy ones
// a light sight of a few for each image and each owner, because a failing pull is compared with
// those that work.

import type { Pod } from "../model/objects.js";
import { hasFalse, hasObject, keyBytes, lastText, textsOf } from "./bytes.js";
import { readObject } from "./objects.js";
import { record, records, text } from "./objects-fields.js";
import { parseItem } from "./scan.js";

/** Healthy pods kept for each image, each on a node of its own. */
const samplesPerImage = 2;
/** Beyond so many only images that were not seen yet bring one more: memory has an end. */
const plenty = 2500;

export interface PodWishes {
  /** Pods that events speak of: kept whatever their state. */
  readonly uids: ReadonlySet<string>;
  /** Pods that the user named. */
  readonly names: ReadonlySet<string>;
}

interface Kept {
  readonly pod: Pod;
  readonly version: number;
}

/** Sees each pod's bytes once and keeps the pods that matter. */
export class PodSieve {
  readonly #wishes: PodWishes;
  readonly #kept = new Map<string, Kept>();
  readonly #samples = new Map<string, Pod>();
  readonly #nodesByImage = new Map<string, Set<string>>();
  /** Controllers that own a pod; true when a healthy pod of it was sampled. */
  readonly #owners = new Map<string, boolean>();
  readonly #seen = new Set<string>();
  #count = 0;

  constructor(wishes: PodWishes) {
    this.#wishes = wishes;
  }

  /** Pods that wait, are not ready, did not end well, or were wished for. */
  get matter(): readonly Pod[] {
    return [...this.#kept.values()].map(({ pod }) => pod);
  }

  /** Healthy pods to compare with. */
  get samples(): readonly Pod[] {
    return [...this.#samples.values()];
  }

  get count(): number {
    return this.#count;
  }

  /** Controllers that own a pod, those of ReplicaSets counted once for a Deployment. */
  get workloads(): number {
    return this.#owners.size;
  }

  /** Which of the wished uids were among the pods. */
  get seenUids(): ReadonlySet<string> {
    return this.#seen;
  }

  /** Forgets all: the list starts again. */
  clear(): void {
    for (const held of [this.#kept, this.#samples, this.#nodesByImage, this.#owners, this.#seen])
      held.clear();
    this.#count = 0;
  }

  /** Looks at one pod's JSON; the bytes are not kept. */
  see(bytes: Buffer): void {
    this.#count += 1;
    const owner = ownerOf(bytes);
    if (owner !== undefined && !this.#owners.has(owner)) this.#owners.set(owner, false);
    // The status comes after all else that could be called phase.
    const phase = lastText(bytes, keys.phase);
    if (this.#matters(bytes, phase)) this.#keep(bytes);
    else if (phase !== "Failed") this.#sample(bytes, owner);
  }

  #matters(bytes: Buffer, phase: string | undefined): boolean {
    if (hasObject(bytes, keys.waiting)) return true;
    if (phase === "Running" && hasFalse(bytes, keys.ready)) return true;
    // A cluster may keep thousands of evicted and failed pods; of those few concern an image.
    if (phase === "Failed" && /DiskPressure|exec format/i.test(bytes.toString("latin1"))) return true;
    if (phase !== "Running" && phase !== "Succeeded" && phase !== "Failed") return true;
    return anyOf(bytes, keys.uid, this.#wishes.uids) || anyOf(bytes, keys.name, this.#wishes.names);
  }

  /** A list that goes on in a later state may show a pod twice: the newer sight counts. */
  #keep(bytes: Buffer): void {
    const pod = podOf(bytes);
    if (pod === undefined) return;
    const key = keyOf(pod);
    const version = Number(textsOf(bytes, keys.resourceVersion).next().value ?? 0);
    const known = this.#kept.get(key);
    if (known !== undefined) this.#count -= 1;
    if (this.#wishes.uids.has(pod.uid)) this.#seen.add(pod.uid);
    if (known === undefined || version >= known.version) this.#kept.set(key, { pod, version });
  }

  #sample(bytes: Buffer, owner: string | undefined): void {
    const node = textsOf(bytes, keys.nodeName).next().value;
    if (node === undefined) return;
    const isPlenty = this.#samples.size >= plenty;
    let isNew = !isPlenty && owner !== undefined && this.#owners.get(owner) === false;
    if (isNew && owner !== undefined) this.#owners.set(owner, true);
    for (const image of textsOf(bytes, keys.image)) {
      const nodes = this.#nodesByImage.get(image) ?? new Set<string>();
      if (nodes.size >= (isPlenty ? 1 : samplesPerImage) || nodes.has(node)) continue;
      this.#nodesByImage.set(image, nodes.add(node));
      isNew = true;
    }
    if (!isNew) return;
    const pod = podOf(bytes);
    if (pod !== undefined && !this.#kept.has(keyOf(pod))) this.#samples.set(keyOf(pod), lightened(pod));
  }
}

const keys = {
  image: keyBytes("image"),
  name: keyBytes("name"),
  namespace: keyBytes("namespace"),
  nodeName: keyBytes("nodeName"),
  ownerReferences: keyBytes("ownerReferences"),
  phase: keyBytes("phase"),
  ready: keyBytes("ready"),
  resourceVersion: keyBytes("resourceVersion"),
  templateHash: keyBytes("pod-template-hash"),
  uid: keyBytes("uid"),
  waiting: keyBytes("waiting"),
} as const;

function anyOf(bytes: Buffer, key: Buffer, wanted: ReadonlySet<string>): boolean {
  if (wanted.size === 0) return false;
  for (const found of textsOf(bytes, key)) if (wanted.has(found)) return true;
  return false;
}

const keyOf = (pod: Pod): string => pod.uid || `${pod.namespace}/${pod.name}`;

/** Without what no comparison looks at. */
function lightened(pod: Pod): Pod {
  const containers = pod.containers.map(({ lastState: _, ...container }) => container);
  return { ...pod, containers, conditions: [], managedBy: [], nodeSelector: {} };
}

/** A pod's JSON as an object of the model; items of a PodList do not name their kind. */
function podOf(bytes: Buffer): Pod | undefined {
  const object = readObject({ ...record(parseItem(bytes)), kind: "Pod", apiVersion: "v1" });
  return object?.kind === "Pod" ? object : undefined;
}

/** What tells the controller apart; for a ReplicaSet of a Deployment that of the Deployment. */
function ownerOf(bytes: Buffer): string | undefined {
  const at = bytes.indexOf(keys.ownerReferences);
  if (at === -1) return undefined;
  const from = bytes.indexOf("[", at);
  const to = bytes.indexOf("]", from);
  if (from === -1 || to === -1) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8", from, to + 1));
  } catch {
    return undefined;
  }
  const owners = records(value);
  const owner = owners.find((one) => one.controller === true) ?? owners[0];
  const uid = text(owner?.uid);
  const name = text(owner?.name);
  if (uid === undefined || name === undefined) return undefined;
  const hash = textsOf(bytes, keys.templateHash).next().value;
  if (hash === undefined || !name.endsWith(`-${hash}`)) return uid;
  const namespace = textsOf(bytes, keys.namespace).next().value ?? "";
  return `${namespace}/${name.slice(0, -hash.length - 1)}`;
}
