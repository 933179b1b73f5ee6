// Text in lines: describe output, tables, logs, and what is left, which may be a bare message.

import type { KubeObject } from "../model/objects.js";
import type { Collector } from "./collect.js";
import { CommentClock } from "./comment-clock.js";
import { type DescribedObject, isDescribeStart, readDescribe } from "./describe.js";
import { eventOf, isEventHeader, readDescribedEvents } from "./described-events.js";
import { isEventsHeader, readEventsTable } from "./events-table.js";
import { hearLine } from "./logs.js";
import { messagesIn } from "./message.js";
import { isPodsHeader, readPodsTable } from "./pods-table.js";
import { rank } from "./sight.js";

export interface TextContext {
  readonly file: string;
  /** Only a file that was named by the user may be a bare message as a whole. */
  readonly isNamed: boolean;
  readonly writtenAt?: Date;
  readonly collector: Collector;
}

/** A run of lines that belong together. */
interface Block {
  readonly is: "describe" | "described-events" | "pods" | "events";
  readonly header: string;
  readonly at: number;
  readonly lines: string[];
  /** When it was printed, where a comment before it says so. */
  readonly printedAt?: Date;
}

/** Lines kept of one block, and of text that may be a message. */
const maxBlockLines = 200_000;
const maxMessageLines = 2000;

/** `$ kubectl get pods -n shop`, as a copied terminal session has it. */
const command = /^\S*[$#>%]\s+(?:kubectl|oc|k)\s(?:.*\s)?(?:-n|--namespace)[ =]?([a-z0-9-]+)/;
const isCommand = /^(?:\S*[$>%]\s+\S|#\s)/;
const serverError =
  /^(Error from server|error: |Unable to connect to the server|The connection to the server)/;

export class TextReader {
  readonly #context: TextContext;
  #isUnderstood = false;
  #block: Block | undefined;
  #namespace = "";
  #described = "";
  readonly #clock = new CommentClock();
  #rest: { text: string; line: number }[] = [];

  constructor(context: TextContext) {
    this.#context = context;
  }

  push(written: string, number: number): void {
    // Colours of a terminal; all other control characters stay as they are.
    const line = written.includes("\u001b[") ? written.replace(colours, "") : written;
    if (this.#startsBlock(line, number) || this.#continuesBlock(line)) return;
    this.#endBlock();
    if (hearLine(line, { ...this.#context, line: number })) {
      this.#isUnderstood = true;
      return;
    }
    if (isCommand.test(line)) {
      this.#namespace = command.exec(line)?.[1] ?? "";
      this.#clock.read(line);
      return;
    }
    if (/^No resources found/.test(line)) this.#isUnderstood = true;
    else if (this.#rest.length < maxMessageLines) this.#rest.push({ text: line, line: number });
  }

  /** True when anything in the text was understood. */
  end(): boolean {
    this.#endBlock();
    const { collector, file, isNamed } = this.#context;
    const error = this.#rest.find(({ text }) => serverError.test(text));
    if (error !== undefined) {
      collector.trouble({
        name: file,
        why: `holds an error of kubectl: ${error.text.trim()}`,
        isMinor: false,
      });
      return true;
    }
    if (this.#isUnderstood || !isNamed) return this.#isUnderstood;
    for (const { text, line } of messagesIn(this.#rest)) {
      collector.hear({ text, where: line === 1 ? file : `${file}, line ${line}` }, file);
      this.#isUnderstood = true;
    }
    return this.#isUnderstood;
  }

  #startsBlock(line: string, at: number): boolean {
    const open = this.#block?.is;
    if (open === "describe" && isEventHeader(line)) return false;
    const is = isDescribeStart(line)
      ? "describe"
      : isPodsHeader(line)
        ? "pods"
        : isEventHeader(line)
          ? "described-events"
          : isEventsHeader(line)
            ? "events"
            : undefined;
    if (is === undefined || (is === "describe" && this.#isInsideDescribe(line))) return false;
    this.#endBlock();
    const printedAt = this.#clock.now;
    this.#block = {
      is,
      header: line,
      at,
      lines: is === "describe" ? [line] : [],
      ...(printedAt ? { printedAt } : {}),
    };
    return true;
  }

  /** `Name:` further in is the name of a volume's config map, not of another pod. */
  #isInsideDescribe(line: string): boolean {
    if (this.#block?.is !== "describe") return false;
    return line.search(/\S/) > this.#block.header.search(/\S/);
  }

  #continuesBlock(line: string): boolean {
    const block = this.#block;
    if (block === undefined || block.lines.length > maxBlockLines) return false;
    if (line.trim() === "") {
      // Blank lines may lie between the sections of a pasted description, but end a table.
      if (block.is !== "describe" || block.lines.some((one) => /^\s*Events:/.test(one))) this.#endBlock();
      return true;
    }
    if (isCommand.test(line) || /^No resources found/.test(line)) return false;
    block.lines.push(line);
    return true;
  }

  #endBlock(): void {
    const block = this.#block;
    this.#block = undefined;
    if (block === undefined) return;
    this.#isUnderstood = true;
    switch (block.is) {
      case "describe":
        this.#describe(block);
        break;
      case "described-events":
        this.#eventsWithoutPod(block);
        break;
      default:
        this.#table(block);
    }
  }

  #describe(block: Block): void {
    const { collector, file, writtenAt } = this.#context;
    const described = readDescribe(block.lines);
    if (described === undefined) return;
    const { events, describedAt, notBefore } = described;
    const object = this.#inPlace(described.object);
    collector.seeLater({
      ...(describedAt ? { anchor: describedAt } : {}),
      ...(notBefore ? { notBefore } : {}),
      ...(writtenAt ? { writtenAt } : {}),
      make: (present) => [
        { object, file, rank: rank.description },
        ...events.map((event) => ({ object: eventOf(event, object, present), file, rank: rank.description })),
      ],
    });
  }

  /** Old kubectl leaves the namespace of a DaemonSet out: it is that of what is described before it. */
  #inPlace(object: DescribedObject): DescribedObject {
    if (object.kind === "Node") return object;
    const namespace = object.namespace || this.#namespace || this.#described || "default";
    this.#described = namespace;
    return { ...object, namespace };
  }

  /** The end of a description, pasted without its beginning: it names no pod. */
  #eventsWithoutPod(block: Block): void {
    const { collector, file } = this.#context;
    for (const { type, reason, message } of readDescribedEvents(block.lines)) {
      const isTrouble = type === "Warning" || reason === "BackOff";
      if (isTrouble) collector.hear({ text: message, where: `${file}, line ${block.at}` }, file);
    }
  }

  /** Custom columns may leave out whom an event is about; its message is heard all the same. */
  #hearNameless(block: Block): void {
    const { collector, file } = this.#context;
    const events = readEventsTable(block.header, block.lines, "")(block.printedAt ?? new Date(0));
    for (const { about, type, message } of events) {
      if (about.name !== "" || type === "Normal") continue;
      collector.hear({ text: message, where: `${file}, line ${block.at}` }, file);
    }
  }

  #table(block: Block): void {
    const { collector, file, writtenAt } = this.#context;
    if (block.is === "events") this.#hearNameless(block);
    const read = block.is === "pods" ? readPodsTable : readEventsTable;
    const make = read(block.header, block.lines, this.#namespace);
    collector.seeLater({
      ...(block.printedAt ? { anchor: block.printedAt } : {}),
      ...(writtenAt ? { writtenAt } : {}),
      make: (present) => {
        const objects: readonly KubeObject[] = make(present);
        const named = objects.filter((object) => object.kind !== "Event" || object.about.name !== "");
        return named.map((object) => ({ object, file, rank: rank.table }));
      },
    });
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters of a colour
const colours = /\u001b\[[\d;]*m/g;
