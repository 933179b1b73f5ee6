// `pulldoctor explain --format jsonl`: JSON lines in, one JSON line out for each. Lines are read
// and answered as they arrive; one that cannot be read is answered with its number and why.

import { escapeInDocument } from "../report/inert.js";
import { explainMessage } from "../runtimes/explain.js";
import type { Io } from "./io.js";

/** JSON itself escapes what is below; only text with something of this is looked at closely. */
const perhapsUnsafe = /[\u007f-\uffff]/;

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
      const whole = this.decoder.decode(chunk.subarray(from, last));
      for (const line of whole.split("\n")) this.each(line.length > longestLine ? undefined : line);
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
    if (this.text !== "")
      this.io.out(perhapsUnsafe.test(this.text) ? escapeInDocument(this.text) : this.text);
    this.text = "";
  }

  private answer(line: string | undefined): string {
    const question = line === undefined ? `the line is longer than ${longestLine} bytes` : questionOf(line);
    if (typeof question !== "string") return JSON.stringify(answerOf(question));
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

/** What a question may hold; everything else passes through. */
const asked: ReadonlySet<string> = new Set(["message", "id", "waitingReason", "image"]);

function answerOf(question: Question): object {
  const { message, id, waitingReason, image } = question;
  const context: { waitingReason?: string; image?: string } = {};
  if (typeof waitingReason === "string") context.waitingReason = waitingReason;
  if (typeof image === "string") context.image = image;
  const reading = explainMessage(message, context);
  // Absent fields are undefined here: JSON leaves them out, and one shape for all answers is fast.
  const answer: Record<string, unknown> = {
    id,
    cause: reading.cause,
    verdict: reading.verdict,
    also: reading.also,
    stage: reading.stage,
    registry: reading.registry,
    image: reading.image,
    host: reading.host,
    layers: reading.layers.map((layer) => layer.id),
  };
  for (const field in question) {
    if (!asked.has(field) && !(field in answer)) answer[field] = question[field];
  }
  return answer;
}
