// What a reading comes to: one cause, and the others that the same words allow.

import type { MessageCause } from "../model/reading.js";

/** `cause` is absent when the text does not say why. */
export interface Meant {
  readonly cause: MessageCause | "not-image-pull" | undefined;
  readonly also: readonly MessageCause[];
}

export const nothing: Meant = { cause: undefined, also: [] };

export const meant = (cause: MessageCause, ...also: readonly MessageCause[]): Meant => ({ cause, also });
