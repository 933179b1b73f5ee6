// What is being done right now, on one line of stderr that the next one overwrites. Nothing moves
// when stderr is not a terminal.

import { inert } from "../report/inert.js";
import type { Io } from "./io.js";

export interface Progress {
  readonly show: (text: string) => void;
  /** Leaves an empty line for what comes next. */
  readonly clear: () => void;
}

const eraseLine = "\r\u001b[K";
const everyMs = 100;

export function progressOf(io: Io): Progress {
  if (!io.isTerminal.err || io.env.TERM === "dumb") return { show: () => {}, clear: () => {} };
  const width = (io.columns ?? 80) - 1;
  // Measuring text takes 30 ms to load; a script, where nothing moves, does not wait for it.
  let cut = (text: string): string => text.slice(0, width);
  void import("../report/layout.js").then(({ shorten }) => {
    cut = (text) => shorten(text, width, "...");
  });
  let isShown = false;
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    show: (text) => {
      const at = io.now().getTime();
      if (at - shownAt < everyMs) return;
      shownAt = at;
      isShown = true;
      io.err(eraseLine + cut(inert(text)));
    },
    clear: () => {
      if (isShown) io.err(eraseLine);
      isShown = false;
    },
  };
}
