// Runs a parsed script in a machine: expansion, pipes, redirections, control flow.

import { absolute } from "./files.js";
import { Input } from "./input.js";
import { EXIT, type Io, type Machine, type ShellState } from "./machine.js";
import { type Command, type Pipeline, parseScript, type Redirect, type Script } from "./syntax.js";
import { ShellSyntaxError, type Word } from "./words.js";

/** Ends the shell: thrown by `exit`, caught by whoever started the script. */
class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** Programs that change the shell they run in. */
const BUILTINS = new Set(["cd", "export", "read", "unset"]);

export class Shell {
  readonly #machine: Machine;
  readonly #state: ShellState;
  readonly #args: readonly string[];
  #last = 0;

  /** `args`: $0, $1... */
  constructor(machine: Machine, state: ShellState, args: readonly string[] = ["sh"]) {
    this.#machine = machine;
    this.#state = state;
    this.#args = args;
  }

  /** Runs a whole script and resolves to its exit code; a syntax error is told on stderr. */
  async run(source: string, io: Io): Promise<number> {
    const { code } = await this.step(source, io);
    return code;
  }

  /** As `run`; `hasExited`: the script called `exit`. */
  async step(source: string, io: Io): Promise<{ readonly code: number; readonly hasExited: boolean }> {
    return await this.#guarded(() => this.#script(parseScript(source), io), io);
  }

  async #guarded(
    act: () => Promise<number>,
    io: Io,
  ): Promise<{ readonly code: number; readonly hasExited: boolean }> {
    try {
      this.#last = await act();
      return { code: this.#last, hasExited: false };
    } catch (error) {
      if (error instanceof Exit) return { code: error.code, hasExited: true };
      if (!(error instanceof ShellSyntaxError)) throw error;
      io.err(`sh: ${error.message}\n`);
      this.#last = EXIT.usage;
      return { code: EXIT.usage, hasExited: false };
    }
  }

  async #script(script: Script, io: Io): Promise<number> {
    for (const { after, run } of script) {
      if (io.signal.aborted) return EXIT.interrupted;
      if ((after === "&&" && this.#last !== 0) || (after === "||" && this.#last === 0)) continue;
      this.#last = await this.#pipeline(run, io);
    }
    return this.#last;
  }

  /** One after the other: the whole output of each is the input of the next. */
  async #pipeline({ commands, isNegated }: Pipeline, io: Io): Promise<number> {
    let stdin = io.stdin;
    let code = 0;
    for (const [index, command] of commands.entries()) {
      if (index === commands.length - 1) {
        code = await this.#command(command, { ...io, stdin });
        break;
      }
      const piped: Buffer[] = [];
      await this.#command(command, { ...io, stdin, out: (bytes) => piped.push(Buffer.from(bytes)) });
      stdin = Input.of(Buffer.concat(piped));
    }
    return isNegated ? Number(code === 0) : code;
  }

  async #command(command: Command, io: Io): Promise<number> {
    switch (command.is) {
      case "group":
        return await this.#script(command.body, io);
      case "subshell": {
        const inner = new Shell(this.#machine, this.#stateCopy(), this.#args);
        return (await inner.#guarded(() => inner.#script(command.body, io), io)).code;
      }
      case "if":
        for (const { test, body } of command.branches) {
          if ((await this.#fresh(test, io)) === 0) return await this.#fresh(body, io);
        }
        return command.otherwise === undefined ? 0 : await this.#fresh(command.otherwise, io);
      case "while": {
        let code = 0;
        while (!io.signal.aborted && ((await this.#fresh(command.test, io)) === 0) !== command.isUntil) {
          code = await this.#fresh(command.body, io);
          // A loop of nothing but builtins must not keep the world from moving.
          await new Promise((resolve) => setImmediate(resolve));
        }
        return code;
      }
      case "for": {
        let code = 0;
        for (const value of await this.#expand(command.words, io)) {
          if (io.signal.aborted) return EXIT.interrupted;
          this.#state.env.set(command.name, value);
          code = await this.#fresh(command.body, io);
        }
        return code;
      }
      default:
        return await this.#simple(command, io);
    }
  }

  async #fresh(script: Script, io: Io): Promise<number> {
    this.#last = 0;
    return await this.#script(script, io);
  }

  async #simple(command: Command & { is: "simple" }, io: Io): Promise<number> {
    const redirected = await this.#redirect(command.redirects, io);
    if (typeof redirected === "number") return redirected;
    const [name, ...args] = await this.#expand(command.words, io);
    const own = name === undefined ? this.#state.env : new Map(this.#state.env);
    for (const [key, word] of command.sets) own.set(key, (await this.#expand([word], io)).join(" "));
    if (name === undefined) return 0;
    if (name === "exit") throw new Exit(Number(args[0] ?? this.#last) & 255);
    const state =
      command.sets.length === 0 || BUILTINS.has(name) ? this.#state : { ...this.#state, env: own };
    return await runProgram([name, ...args], redirected, this.#machine, state);
  }

  async #redirect(redirects: readonly Redirect[], io: Io): Promise<Io | number> {
    let { stdin, out, err } = io;
    for (const { from, to, target } of redirects) {
      if (to === "same") {
        if (from === 2) err = out;
        else out = err;
        continue;
      }
      const path = absolute((await this.#expand([target], io)).join(" "), this.#state.cwd);
      const { files } = this.#machine;
      if (to === "read") {
        const content = files.read(path);
        if (content === undefined && path !== "/dev/null") {
          io.err(`sh: can't open ${path}: no such file\n`);
          return EXIT.failed;
        }
        stdin = Input.of(content ?? "");
        continue;
      }
      if (to === "write" && path !== "/dev/null") files.write(path, "");
      const write = (bytes: string | Buffer): void => {
        if (path !== "/dev/null") files.append(path, bytes);
      };
      if (from === 2) err = write;
      else out = write;
    }
    return { ...io, stdin, out, err };
  }

  async #expand(words: readonly Word[], io: Io): Promise<string[]> {
    const expanded: string[] = [];
    for (const word of words) expanded.push(...(await this.#expandWord(word, io)));
    return expanded;
  }

  /** Unquoted values are split at blanks. */
  async #expandWord(word: Word, io: Io): Promise<string[]> {
    let parts: string[] = [];
    let hasPart = false;
    const join = (text: string): void => {
      parts = parts.length === 0 ? [text] : [...parts.slice(0, -1), `${parts.at(-1)}${text}`];
      hasPart = true;
    };
    for (const piece of word) {
      if (piece.is === "text") {
        join(piece.text);
        continue;
      }
      const value =
        piece.is === "output"
          ? await this.#output(piece.source, io)
          : (this.#variable(piece.name) ?? piece.fallback ?? "");
      if (piece.isQuoted) join(value);
      else {
        const [first, ...rest] = value.split(/\s+/).filter((part) => part !== "");
        if (first !== undefined) join(first);
        if (rest.length > 0) parts = [...parts, ...rest];
      }
    }
    return hasPart ? parts : [];
  }

  async #output(source: string, io: Io): Promise<string> {
    const chunks: Buffer[] = [];
    const inner = new Shell(this.#machine, this.#stateCopy(), this.#args);
    await inner.run(source, { ...io, out: (bytes) => chunks.push(Buffer.from(bytes)) });
    return Buffer.concat(chunks).toString("utf8").replace(/\n+$/, "");
  }

  #stateCopy(): ShellState {
    return { cwd: this.#state.cwd, env: new Map(this.#state.env) };
  }

  #variable(name: string): string | undefined {
    if (name === "?") return String(this.#last);
    if (name === "$") return "1";
    if (name === "#") return String(Math.max(0, this.#args.length - 1));
    if (name === "@" || name === "*") return this.#args.slice(1).join(" ");
    if (/^\d$/.test(name)) return this.#args[Number(name)];
    return this.#state.env.get(name);
  }
}

/** Runs one program by name, as `execvp` would: 127 when there is none. */
export async function runProgram(
  argv: readonly string[],
  io: Io,
  machine: Machine,
  state: ShellState,
): Promise<number> {
  const [name = "", ...args] = argv;
  const program = machine.programs.get(programName(name));
  if (program !== undefined) return await program(args, io, machine, state);
  const isThere = name.includes("/") && machine.files.read(absolute(name, state.cwd)) !== undefined;
  io.err(isThere ? `sh: ${name}: Permission denied\n` : `sh: ${name}: not found\n`);
  return isThere ? EXIT.notExecutable : EXIT.notFound;
}

/** `/bin/sh` is `sh`. */
export function programName(path: string): string {
  return path.replace(/^\/(usr\/)?(local\/)?s?bin\//, "");
}
