// Help texts: of the program, and of one command.

import { hanging } from "../report/detail.js";
import { pad, wrap } from "../report/layout.js";
import type { Command } from "./command.js";

/** As wide as a terminal is when nobody makes it wider; the written pages show the same. */
const columns = 80;

/** What the list of commands shows of each. */
export interface Listed {
  readonly id: string;
  readonly summary: string;
}

const exitCodes = [
  "0   asked, and nothing is wrong",
  "1   asked, and something is wrong",
  "2   could not ask: usage, access, network",
  "3   asked, and cannot tell",
  "70  a bug in pulldoctor",
];

const beginnings = [
  ["diagnose -A", "every failing pull of the cluster"],
  ["diagnose deploy/checkout -n shop", "one workload in detail"],
  ["diagnose -f FILE|DIR|-", "a dump, a bundle, a text"],
  ['explain "<message>"', "one line from a log"],
] as const;
/** With the space before it and two after it. */
const widest = Math.max(...beginnings.map(([line]) => line.length)) + 3;

export function helpOfProgram(commands: readonly Listed[], program: string): string {
  const lines = [
    "pulldoctor tells why a pod cannot pull its image, and what to do about it.",
    "",
    `  ${program} <command> [flags]`,
    "",
    "commands",
    ...commands.flatMap(({ id, summary }) => hanging(`  ${pad(id, 12)}`, summary, columns)),
    "",
    "begin with",
    ...beginnings.map(([line, what]) => `  ${pad(`${program} ${line}`, program.length + widest)}${what}`),
    "",
    "exit codes",
    ...exitCodes.map((line) => `  ${line}`),
    "",
    `${program} <command> --help tells more`,
  ];
  return `${lines.join("\n")}\n`;
}

export function helpOfCommand(command: Command, program: string): string {
  const operands = command.operands === undefined ? "" : ` ${command.operands.name}`;
  const rows: readonly (readonly [string, string])[] = [
    ...command.flags.map((flag) => [flag.flags, flagText(flag)] as const),
    ["-h, --help", "show this help"],
  ];
  const widest = Math.max(...rows.map(([flags]) => flags.length)) + 2;
  const lines = [
    command.summary,
    "",
    `  ${program} ${command.id}${operands} [flags]`,
    ...(command.operands === undefined
      ? []
      : ["", ...hanging(`  ${command.operands.name}  `, command.operands.text, columns)]),
    "",
    "flags",
    ...rows.flatMap(([flags, text]) => hanging(`  ${pad(flags, widest)}`, text, columns)),
    "",
    "examples",
    ...command.examples.flatMap(({ line, what }) => [
      `  ${line.replace(/^pulldoctor/, program)}`,
      ...hanging("      ", what, columns),
    ]),
    ...(command.notes === undefined
      ? []
      : ["", ...paragraphs(command.notes).flatMap((text) => wrap(text, columns))]),
  ];
  return `${lines.join("\n")}\n`;
}

/** A note goes on in the next line until a sentence ends with its line. */
function paragraphs(notes: readonly string[]): readonly string[] {
  const whole: string[] = [];
  let isOpen = false;
  for (const note of notes) {
    if (isOpen) whole.push(`${whole.pop() ?? ""} ${note}`);
    else whole.push(note);
    isOpen = !note.endsWith(".");
  }
  return whole;
}

function flagText(flag: Command["flags"][number]): string {
  const choices = flag.choices === undefined ? "" : `: ${flag.choices.join(", ")}`;
  return `${flag.text}${choices}${flag.isRepeatable === true ? " (may be repeated)" : ""}`;
}
