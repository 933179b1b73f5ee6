// Image names from the command line, or from stdin where it is a single `-`.

import { ToolError } from "../model/errors.js";
import type { Io } from "./io.js";

const largest = 16_000_000;

/** Lines of stdin that are not blank. Throws ToolError `stdin-too-large` after 16 MB. */
export async function namesOf(operands: readonly string[], stdin: Io["stdin"]): Promise<readonly string[]> {
  if (operands.length !== 1 || operands[0] !== "-") return operands;
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stdin) {
    size += part.length;
    if (size > largest) {
      throw new ToolError("stdin-too-large", {
        what: "stdin is too large for a list of image names",
        why: "at most 16 MB are read",
        do: "give one image name a line",
      });
    }
    parts.push(part);
  }
  const text = new TextDecoder().decode(Buffer.concat(parts));
  return text.split(/\r?\n/).filter((line) => line !== "");
}
