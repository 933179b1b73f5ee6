// Where a sentence may end. A leaf is believed only when nothing but closing signs or an error class follows.

import { isWordCode, newline, quote, space } from "./letters.js";
import type { Reader } from "./reader.js";

const colon = 58;
const dot = 46;

/** Error class words that containerd, and at last the kubelet, hang on after the real error. */
const classSuffixes = [
  "not found",
  "unknown",
  "failed precondition",
  "invalid argument",
  "already exists",
  "unavailable",
  "not implemented",
  "ErrImagePull",
];

/** True when a sentence may end at `at`: only closing signs, an error class, or nothing follows. */
export function endsSentence(reader: Reader, at: number): boolean {
  if (isPause(reader, at)) return true;
  let i = at;
  for (let round = 0; round < 3; round++) {
    const next = reader.after(": ", i);
    if (next < 0) return false;
    const suffix = classSuffixes.find((words) => reader.after(words, next) >= 0);
    if (suffix === undefined) return false;
    i = reader.after(suffix, next);
    if (isPause(reader, i)) return true;
  }
  return false;
}

function isPause(reader: Reader, at: number): boolean {
  if (at >= reader.end) return true;
  const code = reader.text.charCodeAt(at);
  switch (code) {
    case newline:
    case quote:
    case 39: // '
    case 41: // )
    case 93: // ]
    case 125: // }
    case 42: // *
    case 96: // `
    case 59: // ;
    case 62: // >
    case 92: // a backslash
    case 124: // |
      return true;
    case 44: // ,
    case dot:
    case 33: // !
      return at + 1 >= reader.end || !isWordCode(reader.text.charCodeAt(at + 1));
    case space: {
      const next = reader.text.charCodeAt(at + 1);
      return (
        next === 40 || next === 45 || next === 91 || next === 124 || next === newline || Number.isNaN(next)
      );
    }
    case colon:
      return at + 1 >= reader.end;
    default:
      return false;
  }
}
