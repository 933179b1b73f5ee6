// argv of one command to operands and flags. What cannot be read is a ToolError that names the
// nearest thing that exists.

import { Command as Commander, CommanderError, Option } from "commander";
import { ToolError } from "../model/errors.js";
import { type Command, Flags, longName } from "./command.js";
import type { Io } from "./io.js";
import { nearestWord } from "./near.js";

export type Parsed =
  | { readonly is: "help" }
  | { readonly is: "run"; readonly operands: readonly string[]; readonly flags: Flags };

export function parseArgv(command: Command, argv: readonly string[], io: Io): Parsed {
  const parser = commanderOf(command);
  try {
    parser.parse(argv.flatMap(splitShort), { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === "commander.helpDisplayed") return { is: "help" };
    throw usageError(command, error, argv, io);
  }
  const values = new Map<string, string | boolean | readonly string[]>();
  for (const flag of command.flags) {
    const value: unknown = parser.getOptionValue(longName(flag));
    if (typeof value === "string" || typeof value === "boolean" || Array.isArray(value)) {
      values.set(longName(flag), value);
    }
  }
  return { is: "run", operands: parser.args, flags: new Flags(values) };
}

/** `-o=json`, as kubectl's users write it, is `-o json`. */
function splitShort(argument: string): readonly string[] {
  const match = /^(-[a-zA-Z])=(.*)$/s.exec(argument);
  return match === null ? [argument] : [match[1] ?? "", match[2] ?? ""];
}

function commanderOf(command: Command): Commander {
  const parser = new Commander(command.id)
    .exitOverride()
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .showSuggestionAfterError(false)
    .allowExcessArguments(false)
    .helpOption("-h, --help", "show this help");
  if (command.operands !== undefined) parser.argument(command.operands.name);
  for (const flag of command.flags) {
    const option = new Option(flag.flags, flag.text);
    if (flag.choices !== undefined) option.choices([...flag.choices]);
    if (flag.isRepeatable === true) {
      option.argParser((value: string, previous: string[] | undefined) => [...(previous ?? []), value]);
    }
    // Commander would camel-case the name; ours is the one that the user typed.
    option.attributeName = () => longName(flag);
    parser.addOption(option);
  }
  return parser;
}

function usageError(command: Command, error: CommanderError, argv: readonly string[], io: Io): ToolError {
  const help = `${io.program} ${command.id} --help lists its flags`;
  const [, quoted = ""] = /'([^']*)'/.exec(error.message) ?? [];
  // A flag that is not known is named with the value behind it.
  const named = error.code === "commander.unknownOption" ? (quoted.split("=")[0] ?? quoted) : quoted;
  switch (error.code) {
    case "commander.unknownOption": {
      const known = command.flags.map((flag) => `--${longName(flag)}`);
      const near = nearestWord(named, known);
      return new ToolError("flag-unknown", {
        what: `${named} is not a flag of ${command.id}`,
        why: near === undefined ? "no flag has a name like it" : `the nearest flag is ${near}`,
        do: help,
      });
    }
    case "commander.optionMissingArgument":
      return new ToolError("flag-needs-value", {
        what: `${named} needs a value`,
        why: "nothing follows it",
        do: help,
      });
    case "commander.invalidArgument": {
      const flag = command.flags.find(({ flags }) => flags === named);
      const value = flag === undefined ? "" : given(argv, flag.flags);
      const choices = flag?.choices ?? [];
      const near = nearestWord(value, choices);
      return new ToolError("flag-value-invalid", {
        what: `${named.split(",").at(-1)?.trim().split(" ")[0] ?? named} does not take "${value}"`,
        why:
          near === undefined
            ? `it takes ${choices.join(", ")}`
            : `the nearest value is ${near}, of ${choices.join(", ")}`,
        do: help,
      });
    }
    case "commander.missingArgument":
      return new ToolError("operand-missing", {
        what: `${command.id} needs ${command.operands?.name ?? "another word"}`,
        why: "it was given none",
        do: `write it as in: ${command.examples[0]?.line ?? help}`,
      });
    case "commander.excessArguments":
      return new ToolError("operand-unexpected", {
        what: `${command.id} takes no further words`,
        why: `it was given ${argv.filter((word) => !word.startsWith("-")).join(" ")}`,
        do: help,
      });
    default:
      return new ToolError("usage", {
        what: error.message.replace(/^error: /, ""),
        why: `the arguments of ${command.id} could not be read`,
        do: help,
      });
  }
}

/** The value that was given to a flag, for the error that refuses it. */
function given(argv: readonly string[], flags: string): string {
  const names = flags.match(/--?[a-zA-Z-]+/g) ?? [];
  const words = argv.flatMap(splitShort);
  for (const [at, word] of words.entries()) {
    for (const name of names) {
      if (word === name) return words[at + 1] ?? "";
      if (word.startsWith(`${name}=`)) return word.slice(name.length + 1);
      if (!name.startsWith("--") && word.startsWith(name)) return word.slice(name.length);
    }
  }
  return "";
}
