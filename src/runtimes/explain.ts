// One message in, one Reading out: tidy the text, walk it with every grammar, choose among what was
// read side by side.

import type { Reading } from "../model/reading.js";
import { choose } from "./choose.js";
import { Dispatch } from "./dispatch.js";
import { grammars } from "./index.js";
import { Reader } from "./reader.js";
import { type MessageContext, readingOf } from "./reading.js";
import { tidy } from "./tidy.js";
import { walk } from "./walk.js";

/** Every grammar, ready to be asked. */
export const dispatch = new Dispatch(grammars);
/** One for all messages: nothing is kept in it between two calls, and nothing waits inside one. */
const reader = new Reader();

/**
 * What a message of a kubelet, a runtime, a registry or a command line says about an image pull.
 * Never throws. `context` is what stands beside the message in a pod: the container's waiting
 * reason, and its image as written.
 */
export function explainMessage(text: string, context: MessageContext = {}): Reading {
  const tidied = tidy(text);
  reader.read(tidied.text);
  const chains = walk(reader, dispatch, tidied.cutAt);
  const [first] = chains;
  const reading =
    first !== undefined && chains.length === 1
      ? readingOf(first, reader, tidied, context)
      : choose(
          chains.map((chain) => ({
            branch: chain.branch,
            reading: readingOf(chain, reader, tidied, context),
          })),
        );
  reader.read("");
  return tidied.cutChars === 0 ? reading : { ...reading, cutChars: tidied.cutChars };
}
