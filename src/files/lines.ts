// Bytes into text and lines: UTF-8, or the UTF-16 that PowerShell's `>` writes.

/** Longer lines are cut: no pod, event or log line is longer. */
const maxLineLength = 1 << 20;

export async function* textOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  for await (const chunk of chunks) {
    decoder ??= new TextDecoder(encodingOf(chunk));
    yield decoder.decode(chunk, { stream: true });
  }
  const rest = decoder?.decode() ?? "";
  if (rest !== "") yield rest;
}

export function encodingOf(start: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (start[0] === 0xff && start[1] === 0xfe) return "utf-16le";
  if (start[0] === 0xfe && start[1] === 0xff) return "utf-16be";
  return "utf-8";
}

/** Lines without their ends, `\r` included. */
export async function* linesOf(text: AsyncIterable<string>): AsyncGenerator<string> {
  let open = "";
  for await (const part of text) {
    let from = 0;
    for (let end = part.indexOf("\n"); end !== -1; end = part.indexOf("\n", from)) {
      yield withoutReturn(open + part.slice(from, end));
      open = "";
      from = end + 1;
    }
    if (open.length < maxLineLength) open += part.slice(from, from + maxLineLength);
  }
  if (open !== "") yield withoutReturn(open);
}

const withoutReturn = (line: string): string => (line.endsWith("\r") ? line.slice(0, -1) : line);
