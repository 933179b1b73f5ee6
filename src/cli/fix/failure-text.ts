// What is so after a write that was not done, or of which it is not known: one line.

import type { Failure } from "../../mend/make.js";
import { inert } from "../../report/inert.js";

/** `name`: `Secret shop/harbor`; `done`: the verb for what was to be done with it. Without the API server's words. */
export function failureText({ is, left, status }: Failure, name: string, done = "changed"): string {
  const object = inert(name);
  switch (left) {
    case "copy":
      return `${object} is as it was; its copy, a Secret beside it, may be left`;
    case "deleted":
      return is === "unclear"
        ? `${object} was deleted, and it is not known whether it was made again`
        : `${object} was deleted and could not be made again`;
    case "unnoted":
      return `${object} was ${done}, but the journal could not be written`;
  }
  if (is !== "unclear") return `${object} was refused`;
  return status === 0
    ? `no answer came for ${object}: it is not known whether it was ${done}`
    : `the answer for ${object} leaves open whether it was ${done}: it is not known`;
}
