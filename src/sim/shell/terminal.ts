// A terminal between a client and a program: echo, line editing, Ctrl-C and Ctrl-D, as the kernel's
// line discipline does them.

import { ByteQueue } from "../byte-queue.js";
import { Input } from "./input.js";
import type { TerminalIo } from "./interactive.js";
import type { Io } from "./machine.js";

const KEY = {
  interrupt: 3,
  end: 4,
  backspace: 8,
  newline: 10,
  enter: 13,
  killLine: 21,
  delete: 127,
} as const;

/** `write` gets bytes with CR LF line ends; `signal` ends it all. */
export function openTerminal(
  keys: AsyncIterable<Buffer>,
  write: (bytes: string | Buffer) => void,
  signal: AbortSignal,
): TerminalIo {
  const show = (bytes: string | Buffer): void => {
    const text = typeof bytes === "string" ? bytes : bytes.toString("latin1");
    write(Buffer.from(text.replace(/\r?\n/g, "\r\n"), typeof bytes === "string" ? "utf8" : "latin1"));
  };
  let running: AbortController | undefined;
  const lines = new ByteQueue();
  void discipline(keys, lines, show, () => {
    if (running !== undefined) running.abort();
    // At the prompt: an empty command, so that a new prompt is shown.
    else lines.push(Buffer.from([KEY.newline]));
  });
  signal.addEventListener("abort", () => running?.abort(), { once: true });
  const io: Io = { stdin: new Input(lines), out: show, err: show, signal };
  return {
    ...io,
    begin() {
      running = new AbortController();
      if (signal.aborted) running.abort();
      return running.signal;
    },
    end() {
      running = undefined;
    },
  };
}

/** An interactive shell survives Ctrl-C; any other program ends at it. */
export function terminalFor(argv: readonly string[], terminal: TerminalIo): Io {
  const isShell =
    /(^|\/)(ba|a)?sh$/.test(argv[0] ?? "") &&
    argv.slice(1).every((arg) => arg.startsWith("-") && !arg.endsWith("c"));
  if (isShell) return terminal;
  const { stdin, out, err, begin } = terminal;
  return { stdin, out, err, signal: begin() };
}

/** What the keys do: whole lines go to `lines` once Enter is pressed, everything is echoed at once. */
async function discipline(
  keys: AsyncIterable<Buffer>,
  lines: ByteQueue,
  show: (text: string | Buffer) => void,
  interrupt: () => void,
): Promise<void> {
  let line: number[] = [];
  for await (const chunk of keys) {
    for (const key of chunk) {
      switch (key) {
        case KEY.enter:
        case KEY.newline:
          show("\n");
          lines.push(Buffer.from([...line, KEY.newline]));
          line = [];
          break;
        case KEY.interrupt:
          show("^C\n");
          line = [];
          interrupt();
          break;
        case KEY.end:
          // At the start of a line it ends the input; elsewhere it hands over what was typed.
          if (line.length === 0) {
            lines.end();
            return;
          }
          lines.push(Buffer.from(line));
          line = [];
          break;
        case KEY.backspace:
        case KEY.delete:
          if (line.length > 0) {
            line.pop();
            show("\b \b");
          }
          break;
        case KEY.killLine:
          show("\b \b".repeat(line.length));
          line = [];
          break;
        default:
          line.push(key);
          show(Buffer.from([key]));
      }
    }
  }
  lines.end();
}
