// A container's own process: what it prints becomes its log, clients can attach to it, and it ends.

import type { LogLine, LogSource, Session } from "../api/node-side.js";
import { ByteQueue } from "../byte-queue.js";
import { Input } from "./input.js";
import { EXIT, type Io, type Machine } from "./machine.js";
import { programName, runProgram } from "./run.js";
import { openTerminal, terminalFor } from "./terminal.js";

export interface ProcessOptions {
  readonly machine: Machine;
  /** The image's entrypoint and arguments, or what the pod says instead. */
  readonly argv: readonly string[];
  readonly cwd?: string;
  /** `stdin: true` and `tty: true` of the container. */
  readonly hasStdin?: boolean;
  readonly hasTty?: boolean;
}

export type Signal = "SIGTERM" | "SIGKILL";

/** Exit codes of processes that a signal ended. */
const KILLED = { SIGTERM: 143, SIGKILL: 137 } as const;

/** How long an interactive process waits for somebody to attach, by the client's time. */
const ATTACH_PATIENCE_MS = 3000;

/**
 * A program that the shell knows runs as it would; any other is taken for a service, which runs until
 * it is stopped. An interactive one (`kubectl run -i`) starts when the first client has attached, or
 * after three seconds: a real program takes longer to start than a client to attach.
 */
export class Process implements LogSource {
  readonly #options: ProcessOptions;
  readonly #lines: LogLine[] = [];
  readonly #readers = new Set<{ readonly on: (line: LogLine) => void; readonly end: () => void }>();
  readonly #clients = new Set<Session>();
  /** Outlives the clients that type into it. */
  readonly #keys = new ByteQueue();
  readonly #killed = new AbortController();
  readonly #attached: Promise<void>;
  readonly #isService: boolean;
  /** Resolves to the exit code. */
  readonly exited: Promise<number>;
  #firstAttach: () => void = () => {};
  #partial = "";
  #exitCode: number | undefined;
  #signal: Signal | undefined;

  constructor(options: ProcessOptions) {
    this.#options = options;
    this.#isService = !options.machine.programs.has(programName(options.argv[0] ?? ""));
    this.#attached = new Promise((resolve) => {
      this.#firstAttach = resolve;
    });
    this.exited = this.#run();
  }

  get lines(): readonly LogLine[] {
    return this.#lines;
  }

  /** undefined while it runs. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  follow(on: (line: LogLine) => void, end: () => void): () => void {
    if (this.#exitCode !== undefined) {
      end();
      return () => {};
    }
    const reader = { on, end };
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  /** A service heeds SIGTERM and ends well; the first process of a container ignores it, unless it handles it. */
  kill(signal: Signal): void {
    if (signal === "SIGTERM" && !this.#isService) return;
    this.#signal ??= signal;
    this.#killed.abort();
  }

  /** Writes a line to the log, as the program would. */
  print(text: string): void {
    this.#write(`${text}\n`);
  }

  /** Resolves to the exit code, or to undefined when the client left first. */
  async attach(session: Session): Promise<number | undefined> {
    if (this.#exitCode !== undefined) return this.#exitCode;
    this.#clients.add(session);
    this.#firstAttach();
    if (session.hasStdin && this.#options.hasStdin === true) void this.#feed(session);
    const left = new Promise<undefined>((resolve) => {
      session.signal.addEventListener("abort", () => resolve(undefined), { once: true });
    });
    const code = await Promise.race([this.exited, left]);
    this.#clients.delete(session);
    return code;
  }

  async #feed(session: Session): Promise<void> {
    for await (const bytes of session.stdin) this.#keys.push(bytes);
    // `stdinOnce`: the first client's end of input is the process's.
    if (!session.signal.aborted) this.#keys.end();
  }

  async #run(): Promise<number> {
    const { machine, argv, hasStdin = false, hasTty = false, cwd = "/" } = this.#options;
    const signal = this.#killed.signal;
    if (hasStdin) await Promise.race([this.#attached, patience(signal)]);
    const write = (bytes: string | Buffer): void => this.#write(bytes);
    if (!hasStdin) this.#keys.end();
    const io: Io = hasTty
      ? terminalFor(argv, openTerminal(this.#keys, write, signal))
      : { stdin: new Input(this.#keys), out: write, err: write, signal };
    const state = { cwd, env: new Map(machine.env) };
    const run = this.#isService || signal.aborted ? aborted(signal) : runProgram(argv, io, machine, state);
    const code = await Promise.race([run, aborted(signal)]);
    return this.#end(this.#signal === undefined ? code : this.#codeOf(this.#signal));
  }

  #codeOf(signal: Signal): number {
    return this.#isService && signal === "SIGTERM" ? EXIT.ok : KILLED[signal];
  }

  #end(code: number): number {
    if (this.#partial !== "") this.#log(this.#partial);
    this.#partial = "";
    this.#exitCode = code;
    for (const reader of [...this.#readers]) reader.end();
    this.#readers.clear();
    return code;
  }

  #write(bytes: string | Buffer): void {
    for (const client of this.#clients) client.stdout(bytes);
    const lines = (this.#partial + bytes.toString()).split("\n");
    this.#partial = lines.pop() ?? "";
    for (const line of lines) this.#log(line);
  }

  #log(text: string): void {
    const line = { at: this.#options.machine.clock.now(), text };
    this.#lines.push(line);
    for (const reader of [...this.#readers]) reader.on(line);
  }
}

function aborted(signal: AbortSignal): Promise<number> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(EXIT.interrupted);
    signal.addEventListener("abort", () => resolve(EXIT.interrupted), { once: true });
  });
}

function patience(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ATTACH_PATIENCE_MS);
    timer.unref();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
