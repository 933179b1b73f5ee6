// The back-off of containers that keep ending; another table than that of images.

import { createHash } from "node:crypto";
import { type Json, type KubeObject, text } from "../api/json.js";

const initialMs = 10_000;
const ceilingMs = 300_000;

export class CrashLoops {
  readonly #entries = new Map<string, { ms: number; at: number }>();

  static key(pod: KubeObject, container: Json): string {
    const hash = createHash("sha1").update(JSON.stringify(container)).digest("hex").slice(0, 8);
    return `${pod.metadata.uid}_${text(container, "name")}_${hash}`;
  }

  /** The window that is still open after an end at `endedAt`; undefined: start, with a longer one next time. */
  enter(
    key: string,
    endedAt: number,
    now: number,
  ): { readonly ms: number; readonly until: number } | undefined {
    const entry = this.#entries.get(key);
    const isStale = entry === undefined || endedAt - entry.at > 2 * ceilingMs;
    if (!isStale && now - endedAt < entry.ms) return { ms: entry.ms, until: endedAt + entry.ms };
    this.#entries.set(key, { ms: isStale ? initialMs : Math.min(entry.ms * 2, ceilingMs), at: now });
    return undefined;
  }
}
