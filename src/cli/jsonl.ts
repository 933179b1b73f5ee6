// `pulldoctor explain --format jsonl`: JSON lines in, one JSON line out for each. Lines are read
// and answered as they arrive; one that cannot be read is answered with its number and why.

import { isAscii } from "node:buffer";
import { escapeInDocument } from "../report/inert.js";
import { explainMessage } from "../runtimes/explain.js";
import type { Io } from "./io.js";

/** Longer lines are not kept in memory. */
export const longestLine = 4_194_304;
const outputSize = 65_536;
const newline = 10;
const badLines = 2;

type Pipe = Pick<Io, "stdin" | "out" | "err" | "drained">;

/**
 * Answers every line of stdin: `{"message", "id"?, "waitingReason"?, "image"?, ...}` with
 * `{"id"?, "cause", "verdict", "also", "stage"?, "registry"?, "image"?, "host"?, "layers", ...}`;
 * other fields pass through. Exit code 2 when a line could not be read, else 0.
 */
export async function explainJsonLines(io: Pipe): Promise<number> {
  const answers = new Answers(io);
  const lines = new Lines((text) => answers.add(text));
  for await (const chunk of io.stdin) {
    lines.add(chunk);
    await io.drained?.();
  }
  lines.end();
  answers.flush();
  if (answers.bad > 0) {
    io.err(
      `${answers.bad === 1 ? "1 line" : `${answers.bad} lines`} could not be read; each was answered with its number and why\n`,
    );
  }
  return answers.bad > 0 ? badLines : 0;
}

const beyondAscii = /[\u0080-\u00ff]/;

/** Cuts bytes into lines. `undefined` stands for a line that is too long. */
class Lines {
  private readonly each: (line: string | undefined) => void;
  private readonly decoder = new TextDecoder();
  private rest: Uint8Array[] = [];
  private restSize = 0;
  private isTooLong = false;

  constructor(each: (line: string | undefined) => void) {
    this.each = each;
  }

  add(chunk: Uint8Array): void {
    let from = 0;
    const last = chunk.lastIndexOf(newline);
    if (last < 0) {
      this.keep(chunk);
      return;
    }
    if (this.restSize > 0 || this.isTooLong) {
      const first = chunk.indexOf(newline);
      this.keep(chunk.subarray(0, first));
      this.end();
      from = first + 1;
    }
    if (from <= last) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset + from, last - from);
      const isPlain = isAscii(bytes);
      // One letter in two bytes would make two of every byte of the chunk: only its own line is decoded.
      for (const line of bytes.toString("latin1").split("\n")) {
        if (line.length > longestLine) this.each(undefined);
        else
          this.each(
            isPlain || !beyondAscii.test(line) ? line : this.decoder.decode(Buffer.from(line, "latin1")),
          );
      }
    }
    if (last + 1 < chunk.length) this.keep(chunk.subarray(last + 1));
  }

  /** The bytes so far are a line. */
  end(): void {
    if (this.isTooLong) this.each(undefined);
    else if (this.restSize > 0) this.each(this.decoder.decode(Buffer.concat(this.rest)));
    this.rest = [];
    this.restSize = 0;
    this.isTooLong = false;
  }

  private keep(part: Uint8Array): void {
    if (this.isTooLong) return;
    this.restSize += part.length;
    if (this.restSize <= longestLine) {
      this.rest.push(part);
      return;
    }
    this.rest = [];
    this.isTooLong = true;
  }
}

class Answers {
  bad = 0;
  private line = 0;
  private text = "";
  private readonly io: Pipe;

  constructor(io: Pipe) {
    this.io = io;
  }

  add(line: string | undefined): void {
    this.line++;
    if (line?.trim() === "") return;
    this.text += `${this.answer(line)}\n`;
    if (this.text.length > outputSize) this.flush();
  }

  flush(): void {
    if (this.text !== "") this.io.out(this.text);
    this.text = "";
  }

  private answer(line: string | undefined): string {
    const question = line === undefined ? `the line is longer than ${longestLine} bytes` : questionOf(line);
    if (typeof question !== "string") return answerTo(question);
    this.bad++;
    return JSON.stringify({ line: this.line, error: question });
  }
}

type Question = Readonly<Record<string, unknown>> & { readonly message: string };

/** The question on a line, or why there is none. */
function questionOf(line: string): Question | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "not JSON";
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) return "not a JSON object";
  return isQuestion(value) ? value : '"message" is missing or no text';
}

const isQuestion = (value: object): value is Question =>
  "message" in value && typeof value.message === "string";

/** Names that answers have, and what a question may hold; every other field passes through. */
const ours: ReadonlySet<string> = new Set([
  ...["message", "id", "waitingReason", "image"],
  ...["cause", "verdict", "also", "stage", "registry", "host", "layers"],
]);

/**
 * The line that answers a question. It is put together by hand, since `JSON.stringify` of an answer costs as much as
 * finding it: causes, stages and layers are words of ours that need no escapes, and most foreign text needs none.
 */
function answerTo(question: Question): string {
  const { message, id, waitingReason, image } = question;
  const context: { waitingReason?: string; image?: string } = {};
  if (typeof waitingReason === "string") context.waitingReason = waitingReason;
  if (typeof image === "string") context.image = image;
  const reading = explainMessage(message, context);
  let line = id === undefined ? "{" : `{"id":${encode(id)},`;
  line += `"cause":"${reading.cause}","verdict":"${reading.verdict}","also":${wordList(reading.also)}`;
  if (reading.stage !== undefined) line += `,"stage":"${reading.stage}"`;
  if (reading.registry !== undefined) line += `,"registry":${encode(reading.registry)}`;
  if (reading.image !== undefined) line += `,"image":${encode(reading.image)}`;
  if (reading.host !== undefined) line += `,"host":${encode(reading.host)}`;
  let layers = "";
  for (const { id } of reading.layers) layers += layers === "" ? `"${id}"` : `,"${id}"`;
  line += `,"layers":[${layers}]`;
  for (const field in question) {
    if (!ours.has(field)) line += `,${encode(field)}:${encode(question[field])}`;
  }
  return `${line}}`;
}

const wordList = (words: readonly string[]): string =>
  words.length === 0 ? "[]" : `["${words.join('","')}"]`;

/** Printable ASCII without quotes and backslashes. */
const plain = /^[ !#-[\]-~]*$/;

function encode(value: unknown): string {
  return typeof value === "string" && plain.test(value)
    ? `"${value}"`
    : escapeInDocument(JSON.stringify(value));
}
