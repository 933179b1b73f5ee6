// Transcripts: what somebody types into a terminal, and what they must see. A file of them is a test.
//
//   # a comment
//   $ kubectl get pods                 runs the client under test
//   $ kubectl exec -i x -- sh <<< 'a'   with a line of input
//   @ ready web                        an act of the world, by name
//   [35] pod "web" deleted from shop   a line that only these minors print
//   ...                                any number of lines
//   <*>                                any text within a line, and as many spaces after it as a table needs
//   [exit 1]                           the exit code, when it is not 0
//   $[35,32] kubectl ...               a command that only these minors run

export interface Step {
  /** The line as it stands in the file, for the test's name. */
  readonly line: string;
  readonly number: number;
  readonly is: "command" | "act";
  readonly words: readonly string[];
  /** "" for none. */
  readonly stdin: string;
  /** undefined: all. */
  readonly minors: readonly number[] | undefined;
  readonly expected: readonly ExpectedLine[];
}

export interface ExpectedLine {
  readonly text: string;
  /** undefined: all. */
  readonly minors: readonly number[] | undefined;
}

export function parseTranscript(source: string): Step[] {
  const steps: { -readonly [key in keyof Step]: Step[key] }[] = [];
  for (const [index, line] of source.split("\n").entries()) {
    const step = steps.at(-1);
    if (line.startsWith("# ")) continue;
    const start = /^([$@])(?:\[([\d,]+)\])? (.*)$/.exec(line);
    if (start !== null) {
      const [, sign, only, rest = ""] = start;
      const is = sign === "$" ? "command" : "act";
      const minors = only?.split(",").map(Number);
      const all = splitWords(rest);
      const input = all.indexOf("<<<");
      const words = input < 0 ? all : all.slice(0, input);
      const stdin = input < 0 ? "" : `${all[input + 1] ?? ""}\n`;
      steps.push({ line, number: index + 1, is, words, stdin, minors, expected: [] });
    } else if (step !== undefined) {
      step.expected = [...step.expected, expectedLine(line)];
    }
  }
  for (const step of steps) {
    const lines = [...step.expected];
    while (lines.at(-1)?.text === "") lines.pop();
    step.expected = lines;
  }
  return steps;
}

function expectedLine(line: string): ExpectedLine {
  const found = /^\[(\d\d(?:,\d\d)*)\] ?(.*)$/.exec(line);
  if (found === null) return { text: line, minors: undefined };
  return { text: found[2] ?? "", minors: (found[1] ?? "").split(",").map(Number) };
}

/** Words as a shell splits them, quotes included. */
function splitWords(line: string): string[] {
  const words: string[] = [];
  for (const found of line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)) {
    words.push(found[0].replace(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double));
  }
  return words;
}

/** What a client of this minor must print, and how it must end. */
export function expectedOf(step: Step, minor: number): { readonly lines: string[]; readonly exit: number } {
  const all = step.expected
    .filter(({ minors }) => minors === undefined || minors.includes(minor))
    .map(({ text }) => text);
  const exits = all.flatMap((line) => /^\[exit (\d+)\]$/.exec(line)?.[1] ?? []);
  return { lines: all.filter((line) => !/^\[exit \d+\]$/.test(line)), exit: Number(exits[0] ?? 0) };
}

/** Whether a client of this minor takes the step. */
export function isFor(step: Step, minor: number): boolean {
  return step.minors === undefined || step.minors.includes(minor);
}

/** undefined when the output is as expected; otherwise the expected lines and the seen ones, for a diff. */
export function compare(
  expected: readonly string[],
  seen: string,
): { expected: string; seen: string } | undefined {
  const lines = seen
    .replace(/\s+$/, "")
    .split("\n")
    .map((line) => line.trimEnd());
  const wanted = expected.map((line) => line.trimEnd());
  while (wanted.at(-1) === "") wanted.pop();
  const shown = seen.trim() === "" ? [] : lines;
  if (fits(wanted, shown)) return undefined;
  return { expected: wanted.join("\n"), seen: shown.join("\n") };
}

function fits(wanted: readonly string[], seen: readonly string[]): boolean {
  const [first, ...rest] = wanted;
  if (first === undefined) return seen.length === 0;
  if (first === "...") {
    for (let from = 0; from <= seen.length; from++) if (fits(rest, seen.slice(from))) return true;
    return false;
  }
  const [line, ...others] = seen;
  return line !== undefined && lineFits(first, line) && fits(rest, others);
}

function lineFits(wanted: string, seen: string): boolean {
  if (!wanted.includes("<*>")) return wanted === seen;
  const source = wanted
    .split("<*>")
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    // What follows an age in a table stands further right when the age grew by a digit.
    .map((part) => part.replace(/^ {2,}/, " +"))
    .join(".*");
  return new RegExp(`^${source}$`).test(seen);
}
