// The inner loop of the JSON splitter: passes over everything inside of one object. Nearly all bytes
// of a dump go through here, so it touches nothing but local variables.

export interface Inside {
  depth: number;
  line: number;
  inString: boolean;
  isEscaped: boolean;
}

const quote = 0x22;
const backslash = 0x5c;
const newline = 0x0a;

/**
 * Where the bracket stands that closes down to depth `floor`, or opens more than `maxDepth`; the end
 * of `bytes` when there is none. `inside` is brought up to that place; the bracket is not counted.
 */
export function scanInside(
  bytes: Uint8Array,
  from: number,
  inside: Inside,
  floor: number,
  maxDepth: number,
): number {
  let { depth, line, inString, isEscaped } = inside;
  const { length } = bytes;
  let at = from;
  for (; at < length; at++) {
    const byte = bytes[at];
    if (inString) {
      if (isEscaped) isEscaped = false;
      else if (byte === backslash) isEscaped = true;
      else if (byte === quote) inString = false;
    } else if (byte === quote) inString = true;
    else if (byte === newline) line++;
    else if (byte === 0x7b || byte === 0x5b) {
      if (depth === maxDepth) break;
      depth++;
    } else if (byte === 0x7d || byte === 0x5d) {
      if (depth - 1 <= floor) break;
      depth--;
    }
  }
  inside.depth = depth;
  inside.line = line;
  inside.inString = inString;
  inside.isEscaped = isEscaped;
  return at;
}
