// Programs about the process itself: echo, env, sleep, date, sh and their like.

import { sleep as wait } from "../../clock.js";
import { interactive } from "../interactive.js";
import { EXIT, type Program } from "../machine.js";
import { runProgram, Shell } from "../run.js";

export const trueProgram: Program = () => EXIT.ok;
export const falseProgram: Program = () => EXIT.failed;

function withEscapes(text: string): string {
  const named: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\", "0": "\0" };
  return text.replace(/\\([ntr\\0])/g, (_, char: string) => named[char] ?? char);
}

export const echo: Program = (args, io) => {
  const flags = args.findIndex((arg) => !/^-[neE]+$/.test(arg));
  const options = (flags < 0 ? args : args.slice(0, flags)).join("");
  const words = (flags < 0 ? [] : args.slice(flags)).join(" ");
  io.out((options.includes("e") ? withEscapes(words) : words) + (options.includes("n") ? "" : "\n"));
  return EXIT.ok;
};

export const printf: Program = ([format = "", ...args], io) => {
  let next = 0;
  io.out(
    withEscapes(format).replace(/%([sd%])/g, (_, kind: string) =>
      kind === "%" ? "%" : (args[next++] ?? ""),
    ),
  );
  return EXIT.ok;
};

export const env: Program = async (args, io, machine, state) => {
  const own = new Map(state.env);
  let at = 0;
  for (; at < args.length; at++) {
    const found = /^([A-Za-z_]\w*)=(.*)$/s.exec(args[at] ?? "");
    if (found === null) break;
    own.set(found[1] ?? "", found[2] ?? "");
  }
  const command = args.slice(at);
  if (command.length > 0) return await runProgram(command, io, machine, { ...state, env: own });
  for (const [key, value] of own) io.out(`${key}=${value}\n`);
  return EXIT.ok;
};

export const printenv: Program = ([name], io, _machine, state) => {
  if (name === undefined) for (const [key, value] of state.env) io.out(`${key}=${value}\n`);
  else if (!state.env.has(name)) return EXIT.failed;
  else io.out(`${state.env.get(name)}\n`);
  return EXIT.ok;
};

export const exportVariables: Program = (args, _io, _machine, state) => {
  for (const arg of args) {
    const found = /^([A-Za-z_]\w*)=(.*)$/s.exec(arg);
    if (found !== null) state.env.set(found[1] ?? "", found[2] ?? "");
  }
  return EXIT.ok;
};

export const unset: Program = (args, _io, _machine, state) => {
  for (const arg of args) state.env.delete(arg);
  return EXIT.ok;
};

export const read: Program = async (args, io, _machine, state) => {
  const line = await io.stdin.readLine();
  if (line === undefined) return EXIT.failed;
  const names = args.filter((arg) => !arg.startsWith("-"));
  const words = line.trim().split(/\s+/);
  for (const [index, name] of names.entries()) {
    state.env.set(name, index === names.length - 1 ? words.slice(index).join(" ") : (words[index] ?? ""));
  }
  return EXIT.ok;
};

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

export const sleep: Program = async (args, io, machine) => {
  let seconds = 0;
  for (const arg of args) {
    const found = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(arg);
    if (found === null && arg !== "infinity") {
      io.err(`sleep: invalid number '${arg}'\n`);
      return EXIT.failed;
    }
    seconds += found === null ? 10 * 365 * 86_400 : Number(found[1]) * (UNIT_SECONDS[found[2] || "s"] ?? 1);
  }
  await wait(machine.clock, seconds * 1000, io.signal);
  return io.signal.aborted ? EXIT.interrupted : EXIT.ok;
};

export const date: Program = (args, io, machine) => {
  const now = new Date(machine.clock.now());
  const format = args.find((arg) => arg.startsWith("+"));
  const iso = now.toISOString();
  const [, day = "", month = "", number = "", year = "", time = ""] =
    /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(now.toUTCString()) ?? [];
  if (args.some((arg) => arg.startsWith("-I"))) io.out(`${iso.slice(0, 19)}+00:00\n`);
  else if (format === undefined) io.out(`${day} ${number} ${month.padStart(2, " ")} ${time} UTC ${year}\n`);
  else {
    const values: Readonly<Record<string, string>> = {
      F: iso.slice(0, 10),
      T: iso.slice(11, 19),
      s: String(Math.floor(now.getTime() / 1000)),
      Y: iso.slice(0, 4),
      m: iso.slice(5, 7),
      d: iso.slice(8, 10),
      H: iso.slice(11, 13),
      M: iso.slice(14, 16),
      S: iso.slice(17, 19),
      Z: "UTC",
    };
    io.out(`${format.slice(1).replace(/%(\w)/g, (whole, key: string) => values[key] ?? whole)}\n`);
  }
  return EXIT.ok;
};

export const hostname: Program = (_args, io, machine) => {
  io.out(`${machine.hostname}\n`);
  return EXIT.ok;
};

export const whoami: Program = (_args, io) => {
  io.out("root\n");
  return EXIT.ok;
};

export const id: Program = (args, io) => {
  io.out(args.includes("-u") ? "0\n" : "uid=0(root) gid=0(root) groups=0(root),10(wheel)\n");
  return EXIT.ok;
};

export const uname: Program = (args, io, machine) => {
  const wanted = args.join("");
  if (wanted.includes("a")) io.out(`Linux ${machine.hostname} 6.1.0-sim #1 SMP x86_64 GNU/Linux\n`);
  else if (wanted.includes("m")) io.out("x86_64\n");
  else if (wanted.includes("r")) io.out("6.1.0-sim\n");
  else if (wanted.includes("n")) io.out(`${machine.hostname}\n`);
  else io.out("Linux\n");
  return EXIT.ok;
};

export const ps: Program = (_args, io) => {
  io.out("PID   USER     TIME  COMMAND\n    1 root      0:00 {main}\n    7 root      0:00 ps\n");
  return EXIT.ok;
};

export const sh: Program = async (args, io, machine, state) => {
  const own = { cwd: state.cwd, env: new Map(state.env) };
  const command = args.findIndex((arg) => /^-[a-z]*c$/.test(arg));
  if (command >= 0) {
    const [source = "", ...rest] = args.slice(command + 1);
    return await new Shell(machine, own, rest.length > 0 ? rest : ["sh"]).run(source, io);
  }
  const file = args.find((arg) => !arg.startsWith("-"));
  if (file !== undefined) {
    const script = machine.files.read(file.startsWith("/") ? file : `${state.cwd}/${file}`);
    if (script !== undefined) return await new Shell(machine, own, [file]).run(script.toString("utf8"), io);
    io.err(`sh: can't open '${file}': No such file or directory\n`);
    return EXIT.usage;
  }
  return await interactive(new Shell(machine, own), io, own);
};
