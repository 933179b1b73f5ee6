// Texts made to be slow: each is read at 0.5 MB and at 1 MB without the cap on a message's length. Time per MB, and
// how it grows when the text doubles: 2 is linear.

import { performance } from "node:perf_hooks";
import { dispatch } from "../src/runtimes/explain.js";
import { Reader } from "../src/runtimes/reader.js";
import { tidy } from "../src/runtimes/tidy.js";
import { walk } from "../src/runtimes/walk.js";

const million = 1_000_000;
const repeat =
  (text: string) =>
  (size: number): string =>
    text.repeat(Math.ceil(size / text.length)).slice(0, size);

const texts: Readonly<Record<string, (size: number) => string>> = {
  "nested heads": repeat('failed to resolve reference "a": '),
  "open heads": repeat('failed to resolve reference "'),
  "kubelet heads": repeat('Failed to pull image "'),
  quotes: repeat('"'),
  backslashes: repeat("\\"),
  "escaped quotes": repeat('\\"'),
  "deep escapes": repeat('\\\\\\\\\\\\"'),
  brackets: repeat("["),
  lists: repeat("[rpc error: code = Unknown desc = , "),
  mirrors: repeat("(Mirrors also failed: [a: "),
  "mirror ends": repeat("]): a: "),
  colons: repeat(": "),
  newlines: repeat("\n"),
  "wrapped words": repeat('failed to pu\nll and unpack image "\n'),
  "wrapped letters": repeat("f\na\ni\nl\ne\nd\n \n"),
  "half leaves": repeat("dial tcp: lookup "),
  "half urls": repeat('Get "https://a/v2/'),
  "status lines": repeat("unexpected status from GET request to https://a: 42"),
  choices: repeat("no matching manifest for "),
  spaces: repeat(" "),
  "one long word": repeat("a"),
  "terminal codes": repeat("\u001b[31"),
  boxes: repeat("│\n│ "),
  "artifact errors": repeat("unable to pull image or OCI artifact: pull image err: x; artifact err: "),
  "ref not found": repeat("failed to solve: a/b: "),
  dots: repeat("..."),
  json: repeat('{"message":"{\\"message\\":\\"'),
};

function timeOf(text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const reader = new Reader();
    const from = performance.now();
    const tidied = tidy(text, Number.POSITIVE_INFINITY);
    reader.read(tidied.text);
    walk(reader, dispatch, tidied.cutAt);
    best = Math.min(best, performance.now() - from);
  }
  return best;
}

let worst = 0;
for (const [name, make] of Object.entries(texts)) {
  const half = timeOf(make(million / 2));
  const whole = timeOf(make(million));
  worst = Math.max(worst, whole);
  console.log(
    `${name.padEnd(18)} ${whole.toFixed(1).padStart(8)} ms per MB   x${(whole / half).toFixed(2)} from 0.5 to 1 MB`,
  );
}
console.log(`worst              ${worst.toFixed(1).padStart(8)} ms per MB`);
