// Programs about files: cat, ls, cd, test and their like.

import { absolute } from "../files.js";
import { EXIT, type Io, type Machine, type Program, type ShellState } from "../machine.js";

/** The contents of the files named, or of the input; complains about those that are not there. */
export async function contents(
  name: string,
  paths: readonly string[],
  io: Io,
  machine: Machine,
  state: ShellState,
): Promise<{ readonly found: readonly Buffer[]; readonly code: number }> {
  if (paths.length === 0) return { found: [await io.stdin.readAll()], code: EXIT.ok };
  const found: Buffer[] = [];
  let code: number = EXIT.ok;
  for (const path of paths) {
    const full = absolute(path, state.cwd);
    const content = path === "-" ? await io.stdin.readAll() : machine.files.read(full);
    if (content !== undefined) found.push(content);
    else {
      const why = machine.files.isFolder(full)
        ? "read error: Is a directory"
        : `can't open '${path}': No such file or directory`;
      io.err(machine.files.isFolder(full) ? `${name}: ${why}\n` : `${name}: ${why}\n`);
      code = EXIT.failed;
    }
  }
  return { found, code };
}

export const cat: Program = async (args, io, machine, state) => {
  const paths = args.filter((arg) => arg === "-" || !arg.startsWith("-"));
  if (paths.length === 0) {
    for await (const chunk of io.stdin.chunks()) io.out(chunk);
    return EXIT.ok;
  }
  const { found, code } = await contents("cat", paths, io, machine, state);
  for (const content of found) io.out(content);
  return code;
};

export const ls: Program = (args, io, machine, state) => {
  const flags = args.filter((arg) => arg.startsWith("-")).join("");
  const named = args.filter((arg) => !arg.startsWith("-"));
  let code: number = EXIT.ok;
  const paths = named.length === 0 ? ["."] : named;
  for (const path of paths) {
    const full = absolute(path, state.cwd);
    const isFolder = machine.files.isFolder(full);
    if (!isFolder && machine.files.read(full) === undefined) {
      io.err(`ls: ${path}: No such file or directory\n`);
      code = EXIT.failed;
      continue;
    }
    if (paths.length > 1 && isFolder) io.out(`${path}:\n`);
    const names = isFolder ? machine.files.list(full) : [path];
    for (const name of names) {
      if (name.startsWith(".") && !flags.includes("a")) continue;
      io.out(
        flags.includes("l") ? longLine(machine, isFolder ? absolute(name, full) : full, name) : `${name}\n`,
      );
    }
  }
  return code;
};

function longLine(machine: Machine, path: string, name: string): string {
  const content = machine.files.read(path);
  const [kind, size] = content === undefined ? ["drwxr-xr-x", 4096] : ["-rw-r--r--", content.length];
  const when = new Date(machine.clock.now()).toUTCString().slice(5, 11).split(" ").reverse().join(" ");
  return `${kind}    1 root     root     ${String(size).padStart(9)} ${when} 00:00 ${name}\n`;
}

export const cd: Program = ([path = "/root"], io, machine, state) => {
  const full = absolute(path, state.cwd);
  if (!machine.files.isFolder(full)) {
    io.err(`sh: cd: can't cd to ${path}: No such file or directory\n`);
    return EXIT.failed;
  }
  state.cwd = full;
  return EXIT.ok;
};

export const pwd: Program = (_args, io, _machine, state) => {
  io.out(`${state.cwd}\n`);
  return EXIT.ok;
};

export const mkdir: Program = (args, _io, machine, state) => {
  for (const arg of args) if (!arg.startsWith("-")) machine.files.makeFolder(absolute(arg, state.cwd));
  return EXIT.ok;
};

export const touch: Program = (args, _io, machine, state) => {
  for (const arg of args) if (!arg.startsWith("-")) machine.files.append(absolute(arg, state.cwd), "");
  return EXIT.ok;
};

export const rm: Program = (args, io, machine, state) => {
  const isForced = args.some((arg) => arg.startsWith("-") && arg.includes("f"));
  let code: number = EXIT.ok;
  for (const arg of args.filter((one) => !one.startsWith("-"))) {
    if (machine.files.remove(absolute(arg, state.cwd)) || isForced) continue;
    io.err(`rm: can't remove '${arg}': No such file or directory\n`);
    code = EXIT.failed;
  }
  return code;
};

export const tee: Program = async (args, io, machine, state) => {
  const content = await io.stdin.readAll();
  io.out(content);
  for (const arg of args) if (!arg.startsWith("-")) machine.files.write(absolute(arg, state.cwd), content);
  return EXIT.ok;
};

export const test: Program = (args, _io, machine, state) => {
  const words = args.at(-1) === "]" ? args.slice(0, -1) : [...args];
  const isNegated = words[0] === "!";
  const [a = "", b, c = ""] = isNegated ? words.slice(1) : words;
  return Number(holds(a, b, c, machine, state) === isNegated);
};

function holds(a: string, b: string | undefined, c: string, machine: Machine, state: ShellState): boolean {
  if (b === undefined) return a !== "";
  const path = absolute(b, state.cwd);
  switch (a) {
    case "-z":
      return b === "";
    case "-n":
      return b !== "";
    case "-f":
      return machine.files.read(path) !== undefined;
    case "-d":
      return machine.files.isFolder(path);
    case "-e":
    case "-r":
      return machine.files.isFolder(path) || machine.files.read(path) !== undefined;
    case "-s":
      return (machine.files.read(path)?.length ?? 0) > 0;
  }
  switch (b) {
    case "=":
    case "==":
      return a === c;
    case "!=":
      return a !== c;
    case "-eq":
      return Number(a) === Number(c);
    case "-ne":
      return Number(a) !== Number(c);
    case "-lt":
      return Number(a) < Number(c);
    case "-le":
      return Number(a) <= Number(c);
    case "-gt":
      return Number(a) > Number(c);
    case "-ge":
      return Number(a) >= Number(c);
    default:
      return false;
  }
}
