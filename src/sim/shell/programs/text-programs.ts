// Programs about lines of text: grep, head, tail, wc, sort.

import { EXIT, type Io, type Machine, type Program, type ShellState } from "../machine.js";
import { contents } from "./file-programs.js";

async function lines(
  name: string,
  paths: readonly string[],
  ...[io, machine, state]: [Io, Machine, ShellState]
): Promise<{ readonly found: string[]; readonly code: number }> {
  const { found, code } = await contents(name, paths, io, machine, state);
  const text = Buffer.concat(found).toString("utf8");
  return { found: text === "" ? [] : text.replace(/\n$/, "").split("\n"), code };
}

export const grep: Program = async (args, io, machine, state) => {
  const flags = args.filter((arg) => /^-[a-zA-Z]+$/.test(arg)).join("");
  const [pattern = "", ...paths] = args.filter((arg) => !/^-[a-zA-Z]+$/.test(arg));
  const source = flags.includes("F") ? pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : pattern;
  let expression: RegExp;
  try {
    expression = new RegExp(source, flags.includes("i") ? "i" : "");
  } catch {
    io.err(`grep: bad regex '${pattern}'\n`);
    return EXIT.usage;
  }
  const { found, code } = await lines("grep", paths, io, machine, state);
  const hits = found.filter((line) => expression.test(line) !== flags.includes("v"));
  if (flags.includes("c")) io.out(`${hits.length}\n`);
  else if (!flags.includes("q")) for (const line of hits) io.out(`${line}\n`);
  return code !== EXIT.ok ? EXIT.usage : Number(hits.length === 0);
};

/** `-n 5`, `-5`, `-n5`; 10 when absent. */
function countOf(args: readonly string[]): { readonly count: number; readonly paths: readonly string[] } {
  let count = 10;
  const paths: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "-n") count = Number(args[++at]);
    else if (/^-n?\d+$/.test(arg)) count = Number(arg.replace(/^-n?/, ""));
    else paths.push(arg);
  }
  return { count, paths };
}

export const head: Program = async (args, io, machine, state) => {
  const { count, paths } = countOf(args);
  const { found, code } = await lines("head", paths, io, machine, state);
  for (const line of found.slice(0, count)) io.out(`${line}\n`);
  return code;
};

/** `-f /dev/null` is how many images stay alive: it waits until it is killed. */
export const tail: Program = async (args, io, machine, state) => {
  const isFollowing = args.some((arg) => /^-[a-zA-Z]*[fF]/.test(arg));
  const { count, paths } = countOf(args.filter((arg) => !/^-[a-zA-Z]*[fF]/.test(arg)));
  const readable = paths.filter((path) => path !== "/dev/null");
  const { found, code } =
    readable.length === 0 && paths.length > 0
      ? { found: [], code: EXIT.ok }
      : await lines("tail", readable, io, machine, state);
  for (const line of count === 0 ? [] : found.slice(-count)) io.out(`${line}\n`);
  if (!isFollowing) return code;
  await new Promise<void>((resolve) => {
    if (io.signal.aborted) resolve();
    io.signal.addEventListener("abort", () => resolve(), { once: true });
  });
  return EXIT.interrupted;
};

export const wc: Program = async (args, io, machine, state) => {
  const flags = args.filter((arg) => arg.startsWith("-")).join("");
  const { found, code } = await contents(
    "wc",
    args.filter((arg) => !arg.startsWith("-")),
    io,
    machine,
    state,
  );
  const text = Buffer.concat(found).toString("utf8");
  const counts = [
    text.split("\n").length - 1,
    text.split(/\s+/).filter((word) => word !== "").length,
    Buffer.byteLength(text),
  ];
  const asked = counts.filter((_, index) => flags === "" || flags.includes("lwc"[index] ?? ""));
  io.out(asked.length === 1 ? `${asked[0]}\n` : `${asked.map((one) => String(one).padStart(9)).join("")}\n`);
  return code;
};

export const sort: Program = async (args, io, machine, state) => {
  const flags = args.filter((arg) => arg.startsWith("-")).join("");
  const { found, code } = await lines(
    "sort",
    args.filter((arg) => !arg.startsWith("-")),
    io,
    machine,
    state,
  );
  const sorted = (flags.includes("u") ? [...new Set(found)] : [...found]).sort();
  if (flags.includes("n")) sorted.sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b));
  for (const line of flags.includes("r") ? sorted.reverse() : sorted) io.out(`${line}\n`);
  return code;
};
