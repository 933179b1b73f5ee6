// The program: argv in, exit code out. Everything else that it touches comes in through `io`.

import { ToolError } from "../model/errors.js";
import { version } from "../model/version.js";
import { commands, type ListedCommand } from "./commands/index.js";
import { type Io, processIo } from "./io.js";

const bugCode = 70;
const couldNotAsk = 2;

/**
 * Runs one command line and returns its exit code: 0 nothing is wrong, 1 something is, 2 could
 * not ask, 3 cannot tell, 70 a bug of ours. Never throws.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const [first = "--help"] = argv;
  try {
    return await dispatch(first, argv.slice(1), io);
  } catch (error) {
    const { showBug, showToolError } = await import("./errors.js");
    if (error instanceof ToolError) {
      showToolError(error, io);
      return couldNotAsk;
    }
    showBug(error, commands.some(({ id }) => id === first) ? first : "start", io);
    return bugCode;
  }
}

async function dispatch(first: string, rest: readonly string[], io: Io): Promise<number> {
  if (first === "--version" || first === "-V" || first === "version") {
    io.out(`${version}\n`);
    return 0;
  }
  if (first === "--help" || first === "-h" || (first === "help" && rest.length === 0)) {
    const { helpOfProgram } = await import("./help.js");
    io.out(helpOfProgram(commands, io.program));
    return 0;
  }
  if (first === "help") return dispatch(rest[0] ?? "", ["--help"], io);
  const listed = commands.find(({ id }) => id === first);
  if (listed === undefined) throw await unknownCommand(first, rest, io);
  return runCommand(listed, rest, io);
}

async function runCommand(listed: ListedCommand, argv: readonly string[], io: Io): Promise<number> {
  const [command, { parseArgv }] = await Promise.all([listed.load(), import("./argv.js")]);
  const parsed = parseArgv(command, argv, io);
  if (parsed.is === "run") return command.run(parsed.operands, parsed.flags, io);
  const { helpOfCommand } = await import("./help.js");
  io.out(helpOfCommand(command, io.program));
  return 0;
}

async function unknownCommand(word: string, rest: readonly string[], io: Io): Promise<ToolError> {
  const ids = commands.map(({ id }) => id);
  if (word.startsWith("-")) {
    const { quoted } = await import("./shell.js");
    const at = rest.findIndex((one) => ids.includes(one));
    const moved = [rest[at] ?? "", word, ...rest.toSpliced(at, 1)].map(quoted);
    return new ToolError("command-missing", {
      what: `${word} stands before the command`,
      why: "flags follow the command they belong to",
      do: at === -1 ? `${io.program} --help lists the commands` : [io.program, ...moved].join(" "),
    });
  }
  const { nearestWord } = await import("./near.js");
  const near = nearestWord(word, ids);
  const isTarget = /^[a-z.]+\/[a-z0-9]/.test(word);
  return new ToolError("command-unknown", {
    what: `${word} is not a command`,
    why: near === undefined ? `the commands are ${ids.join(", ")}` : `the nearest command is ${near}`,
    do: isTarget ? `${io.program} diagnose ${word}` : `${io.program} --help lists the commands`,
  });
}

/** For `bin/`: runs with the real process and leaves the exit code in it. */
export async function main(): Promise<void> {
  const stop = new AbortController();
  process.once("SIGINT", () => {
    stop.abort();
    // A second Ctrl-C ends at once, whatever is under way.
    process.once("SIGINT", () => process.exit(130));
  });
  // `pulldoctor ... | head` closes our stdout early; that is no error of anybody.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exit(error.code === "EPIPE" ? 0 : bugCode);
  });
  // Nobody reads our notes: the findings are what counts.
  process.stderr.on("error", () => {});
  const io = processIo(stop.signal);
  // The C library asks a silent name server for 10 seconds and longer, and no program can end meanwhile. Ours waits less than
  // that for any registry; what it starts is told nothing of it, `io` holds the environment as it was.
  process.env.RES_OPTIONS ??= "timeout:1 attempts:2";
  process.exitCode = await run(process.argv.slice(2), io);
}
