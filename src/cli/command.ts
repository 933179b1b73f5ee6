// The shape of a command, and how its flags become values.

import type { Io } from "./io.js";

export interface Flag {
  /** As in help: `-n, --namespace <name>`; without `<...>` it is a switch. */
  readonly flags: string;
  readonly text: string;
  /** May be given several times. */
  readonly isRepeatable?: boolean;
  readonly choices?: readonly string[];
}

export interface Example {
  readonly line: string;
  readonly what: string;
}

export interface Command {
  readonly id: string;
  /** What it does, in one line for the list of commands. */
  readonly summary: string;
  /** `[TYPE/NAME...]`, as help shows it; absent when it takes none. */
  readonly operands?: { readonly name: string; readonly text: string };
  readonly flags: readonly Flag[];
  readonly examples: readonly Example[];
  /** Further lines of help, such as what the exit codes mean here. */
  readonly notes?: readonly string[];
  /** Returns the exit code. Throws ToolError for what the user can mend. */
  readonly run: (operands: readonly string[], flags: Flags, io: Io) => Promise<number>;
}

/** Checks nothing at run time; gives a command file its types. */
export const defineCommand = (command: Command): Command => command;

/** The values of a command's flags by their long names: `--all-namespaces` is `all-namespaces`. */
export class Flags {
  readonly #values: ReadonlyMap<string, string | boolean | readonly string[]>;

  constructor(values: ReadonlyMap<string, string | boolean | readonly string[]>) {
    this.#values = values;
  }

  /** The value of `--name`; the last one when it was given several times. */
  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === "string" ? value : undefined;
  }

  /** Every value of a repeatable flag, in order. */
  list(name: string): readonly string[] {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value : [];
  }

  isOn(name: string): boolean {
    return this.#values.get(name) === true;
  }

  /** The first of these flags that was given. */
  firstGiven(names: readonly string[]): string | undefined {
    return names.find((name) => this.#values.has(name));
  }
}

/** `namespace` of `-n, --namespace <name>`. */
export function longName(flag: Flag): string {
  return /--([a-z-]+)/.exec(flag.flags)?.[1] ?? flag.flags;
}
