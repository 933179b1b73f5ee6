// EnsureImageExists: is the image there, may it be used, and if not, pull it. One sync's answer
// for one container. Follows pkg/kubelet/images; semantics reference 1.2 to 1.8.

import { tryParseReference } from "../../model/reference.js";
import type { KubeObject } from "../api/json.js";
import type { Clock } from "../clock.js";
import type { PulledImage, PullOutcome } from "../runtime/pull-types.js";
import type { ImageBackoff, PullRate } from "./backoff.js";
import type { PodCredentials } from "./credentials.js";
import type { ImageStore } from "./image-store.js";
import type { PullQueue } from "./pull-queue.js";
import type { EventText } from "./recorder.js";
import type { KubeletTraits } from "./version.js";
import * as words from "./words.js";

export type PullPolicy = "Always" | "IfNotPresent" | "Never";

export interface ImageNeed {
  readonly pod: KubeObject;
  /** As written in the pod. */
  readonly image: string;
  readonly policy: PullPolicy;
  /** For what happens to the image; the caller says `Error: REASON` itself when `ok` is false. */
  record(event: EventText): void;
}

export type ImageAnswer =
  | { readonly ok: true; readonly image: PulledImage }
  | { readonly ok: false; readonly reason: string; readonly message: string };

export interface ImageManagerParts {
  readonly clock: Clock;
  readonly traits: KubeletTraits;
  readonly images: ImageStore;
  readonly queue: PullQueue;
  readonly rate: PullRate;
  readonly backoff: ImageBackoff;
  /** Credentials of the pod and, after them, of the node. */
  keyring(pod: KubeObject, image: string): PodCredentials;
  /** What the runtime says when asked for anything; undefined while it is up. */
  runtimeDown(): string | undefined;
  pull(
    image: string,
    auth: { username: string; password: string } | undefined,
    signal: AbortSignal,
  ): Promise<PullOutcome>;
}

export class ImageManager {
  readonly #parts: ImageManagerParts;
  readonly #backoff: ImageBackoff;

  constructor(parts: ImageManagerParts) {
    this.#parts = parts;
    this.#backoff = parts.backoff;
  }

  async ensure(need: ImageNeed, signal: AbortSignal): Promise<ImageAnswer> {
    const { traits, images } = this.#parts;
    const parsed = tryParseReference(need.image, { kubelet: `1.${traits.minor}` });
    if (!parsed.ok) {
      const message = words.invalidName(need.image, parsed.why, traits);
      return this.#refuse(need, "InvalidImageName", message, {
        type: "Warning",
        reason: "InspectFailed",
        message,
      });
    }
    const isBare = parsed.reference.tag === undefined && parsed.reference.digest === undefined;
    const asked = isBare ? `${need.image}:latest` : need.image;

    const inspects = need.policy !== "Always" || traits.inspectsAlways;
    const down = inspects ? this.#parts.runtimeDown() : undefined;
    if (down !== undefined) {
      const message = words.inspectFailed(need.image, down, traits);
      return this.#refuse(need, "ImageInspectError", message, {
        type: "Warning",
        reason: "InspectFailed",
        message,
      });
    }
    const present = inspects ? images.find(parsed.reference.full) : undefined;
    const keyring = this.#parts.keyring(need.pod, need.image);
    const mayUse =
      present !== undefined &&
      (!traits.verifiesCredentials || images.mayUse(present, parsed.reference, keyring));
    if (need.policy === "Never" && !mayUse) {
      const message = words.notPresent(need.image);
      return this.#refuse(need, "ErrImageNeverPull", message, {
        type: "Warning",
        reason: "ErrImageNeverPull",
        message,
      });
    }
    if (present !== undefined && mayUse && need.policy !== "Always") {
      need.record({ type: "Normal", reason: "Pulled", message: words.alreadyPresent(need.image, traits) });
      return { ok: true, image: present };
    }
    return this.#pull(need, asked, parsed.reference.full, keyring, signal);
  }

  async #pull(
    need: ImageNeed,
    asked: string,
    full: string,
    keyring: PodCredentials,
    signal: AbortSignal,
  ): Promise<ImageAnswer> {
    const { clock, traits, queue, images } = this.#parts;
    if (keyring.keyringError !== undefined && traits.failsKeyringEarly) {
      const error = keyring.keyringError;
      return { ok: false, reason: error, message: error };
    }
    const key = `${need.pod.metadata.uid}_${need.image}`;
    const held = this.#backoff.open(key, clock.now());
    if (held !== undefined) {
      const text = words.backOff(need.image);
      const message = traits.repeatsLastError ? `${text}: ${held.lastError}` : text;
      return this.#refuse(need, "ImagePullBackOff", message, {
        type: "Normal",
        reason: "BackOff",
        message: text,
      });
    }
    need.record({ type: "Normal", reason: "Pulling", message: words.pulling(need.image) });
    const askedAt = clock.now();
    let beganAt = askedAt;
    const outcome = await queue.run(async () => {
      beganAt = clock.now();
      return this.#tryCredentials(asked, keyring, signal);
    });
    if (outcome.ok) {
      images.add(full, outcome.image, need.image, outcome.usedSecret);
      this.#backoff.collect(clock.now());
      const end = clock.now();
      const message = words.pulled(need.image, end - beganAt, end - askedAt, outcome.image.sizeBytes, traits);
      need.record({ type: "Normal", reason: "Pulled", message });
      return { ok: true, image: outcome.image };
    }
    const error = outcome.error;
    need.record({ type: "Warning", reason: "Failed", message: words.failedToPull(need.image, error) });
    const { reason, message } = reasonOf(need.image, error, traits);
    this.#backoff.failed(key, clock.now(), `${reason}: ${message}`);
    if (outcome.kept !== undefined) images.add(full, outcome.kept, need.image, undefined);
    return { ok: false, reason, message };
  }

  /** Each credential in turn, or one anonymous try; the first success wins. */
  async #tryCredentials(asked: string, keyring: PodCredentials, signal: AbortSignal): Promise<Tried> {
    const { clock, rate, traits } = this.#parts;
    if (keyring.keyringError !== undefined) return { ok: false, error: keyring.keyringError };
    const tries = keyring.credentials.length === 0 ? [undefined] : keyring.credentials;
    const errors: string[] = [];
    let kept: PulledImage | undefined;
    for (const credential of tries) {
      if (!rate.take(clock.now())) {
        errors.push("pull QPS exceeded");
        continue;
      }
      const outcome = await this.#parts.pull(asked, credential, signal);
      if (outcome.ok)
        return {
          ok: true,
          image: outcome,
          ...(credential?.secret !== undefined ? { usedSecret: credential.secret } : {}),
        };
      errors.push(words.runtimeError(outcome.code, outcome.message, traits));
      kept ??= outcome.kept;
    }
    return { ok: false, error: words.aggregate(errors), ...(kept === undefined ? {} : { kept }) };
  }

  #refuse(need: ImageNeed, reason: string, message: string, event: EventText): ImageAnswer {
    need.record(event);
    return { ok: false, reason, message };
  }
}

type Tried =
  | { readonly ok: true; readonly image: PulledImage; readonly usedSecret?: string }
  | { readonly ok: false; readonly error: string; readonly kept?: PulledImage };

const ownReasons: readonly { readonly head: string; readonly reason: string; readonly says: string }[] = [
  { head: "RegistryUnavailable", reason: "RegistryUnavailable", says: "because the registry is unavailable" },
  {
    head: "SignatureValidationFailed",
    reason: "SignatureValidationFailed",
    says: "because the signature validation failed",
  },
];

function reasonOf(image: string, error: string, traits: KubeletTraits): { reason: string; message: string } {
  const own = traits.knowsRuntimeReasons ? ownReasons.find(({ head }) => error.startsWith(head)) : undefined;
  if (own === undefined) return { reason: "ErrImagePull", message: error };
  return {
    reason: own.reason,
    message: `image pull failed for ${image} ${own.says}${error.slice(own.head.length)}`,
  };
}
