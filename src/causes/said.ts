// The cause that the message names, for those that refine whatever it is.

import type { Pull } from "../model/pull.js";
import type { MessageCause } from "../model/reading.js";

/** `undefined`: the message names none. */
export function saidCause({ reading }: Pull): MessageCause | undefined {
  return reading.cause === "unknown" || reading.cause === "not-image-pull" ? undefined : reading.cause;
}
