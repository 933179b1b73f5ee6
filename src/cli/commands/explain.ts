// `pulldoctor explain`: the page of a cause, or what a pasted message says.

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { causes } from "../../causes/index.js";
import { diagnoseByAsking, diagnoseMessage, snapshotOfMessage } from "../../diagnose/diagnose.js";
import { ToolError } from "../../model/errors.js";
import type { Report } from "../../model/report.js";
import { escapeInDocument } from "../../report/inert.js";
import { explainMessage } from "../../runtimes/explain.js";
import { probeFlag, reachFlags } from "../asking.js";
import { causeList, causePage } from "../cause-page.js";
import { defineCommand, type Flags } from "../command.js";
import type { Io } from "../io.js";
import { messagePage } from "../message-page.js";
import { nearestWord } from "../near.js";
import { colourFlag, lookOf } from "../output.js";
import { reasonPage, waitingReasons } from "../waiting-reasons.js";

const largest = 1_000_000;
const cannotTell = 3;

export const explainCommand = defineCommand({
  id: "explain",
  summary: "explain a cause, or a message from a log",
  operands: {
    name: "[CAUSE|MESSAGE...]",
    text: "a cause's id, a status such as ErrImagePull, a message in quotes, or - for stdin",
  },
  flags: [
    { flags: "-f, --filename <path>", text: "read the message from a file" },
    { flags: "-o, --output <format>", text: "how to print it", choices: ["text", "json"] },
    {
      flags: "--format <format>",
      text: "read stdin as JSON lines, answer each with one",
      choices: ["jsonl"],
    },
    { ...probeFlag, text: "ask the registry as well, without a login", choices: ["off", "always"] },
    ...reachFlags,
    colourFlag,
  ],
  examples: [
    { line: "pulldoctor explain tag-not-found", what: "what it is, how to tell it apart, how to mend it" },
    {
      line: `pulldoctor explain 'Failed to pull image "nginx:1.99": … not found'`,
      what: "a message, layer by layer",
    },
    { line: "journalctl -u kubelet -n 1 -o cat | pulldoctor explain -", what: "a message from a pipe" },
    { line: "pulldoctor explain --format jsonl < messages.jsonl", what: "many messages, one JSON line each" },
  ],
  notes: ["Exit code 0: explained; 3: the text does not say why, or is not about an image pull."],
  run: async (operands, flags, io) => {
    if (flags.text("format") === "jsonl") {
      const { explainJsonLines } = await import("../jsonl.js");
      return explainJsonLines(io);
    }
    const path = flags.text("filename");
    if (path === undefined && operands.length === 0) {
      io.out(causeList(causes, lookOf(flags, io)));
      return 0;
    }
    if (path !== undefined || operands[0] === "-") {
      return explainText(await readMessage(path ?? "-", io), flags, io);
    }
    const text = operands.join(" ");
    const reason = waitingReasons.find(({ name }) => name.toLowerCase() === text.toLowerCase());
    if (reason !== undefined) {
      io.out(reasonPage(reason, lookOf(flags, io)));
      return 0;
    }
    const near = /^[A-Za-z]+$/.test(text)
      ? nearestWord(
          text,
          waitingReasons.map(({ name }) => name),
        )
      : undefined;
    if (near !== undefined && !causes.some(({ id }) => id === text)) {
      throw new ToolError("reason-unknown", {
        what: `${text} is no status of a pod that waits for its image`,
        why: `the nearest one is ${near}`,
        do: `${io.program} explain ${near}`,
      });
    }
    return isId(text) ? explainCause(text, flags, io) : explainText(text, flags, io);
  },
});

const isId = (text: string): boolean => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text);

function explainCause(id: string, flags: Flags, io: Io): number {
  const cause = causes.find((one) => one.id === id);
  if (cause === undefined) {
    const near = nearestWord(
      id,
      causes.map((one) => one.id),
    );
    throw new ToolError("cause-unknown", {
      what: `${id} is no cause`,
      why: near === undefined ? "no cause has an id like it" : `the nearest cause is ${near}`,
      do: near === undefined ? `${io.program} explain lists the causes` : `${io.program} explain ${near}`,
    });
  }
  if (flags.text("output") === "json") {
    io.out(`${JSON.stringify(cause, null, 2)}\n`);
  } else {
    io.out(causePage(cause, causes, lookOf(flags, io)));
  }
  return 0;
}

async function explainText(text: string, flags: Flags, io: Io): Promise<number> {
  if (text.trim() === "") {
    throw new ToolError("message-empty", {
      what: "there is no message to explain",
      why: "the text given is empty",
      do: `${io.program} explain "<message>", with the words of an event or a log`,
    });
  }
  const reading = explainMessage(text);
  if (flags.text("output") === "json") {
    io.out(`${escapeInDocument(JSON.stringify(reading, null, 2))}\n`);
  } else {
    const report = await reportOn(text, flags, io);
    io.out(messagePage({ reading, report, causes }, lookOf(flags, io)));
  }
  return reading.verdict === "unknown" ? cannotTell : 0;
}

const limitMs = 30_000;

/** From the text alone, or with what the registry answers to nobody. */
async function reportOn(text: string, flags: Flags, io: Io): Promise<Report> {
  const world = { now: io.now() };
  if (flags.text("probe") !== "always") return diagnoseMessage(text, world);
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(limitMs)]);
  const { askerBy } = await import("../asking-registries.js");
  const asker = await askerBy(flags, io, { signal });
  try {
    const registries = { asker, signal, most: 20, progress: () => {} };
    return await diagnoseByAsking(snapshotOfMessage(text, world), { registries }, () => true);
  } finally {
    await asker.close();
  }
}

/** A file, or stdin for `-`; at most 1 MB. */
async function readMessage(path: string, io: Io): Promise<string> {
  if (path !== "-") {
    const bytes = await readFile(resolve(io.cwd, path)).catch((cause: unknown) => {
      throw new ToolError("file-unreadable", {
        what: `${path} cannot be read`,
        why: cause instanceof Error && "code" in cause ? String(cause.code) : "the system gives no reason",
        do: "give a file that holds one message, or - for stdin",
        cause,
      });
    });
    return textOf(bytes, path);
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of io.stdin) {
    parts.push(part);
    size += part.length;
    if (size > largest) break;
  }
  return textOf(Buffer.concat(parts), "stdin");
}

function textOf(bytes: Uint8Array, from: string): string {
  if (bytes.length > largest) {
    throw new ToolError("message-too-large", {
      what: `${from} is too large for one message`,
      why: "a message has at most 1 MB",
      do: "pulldoctor diagnose -f reads dumps; pulldoctor explain --format jsonl reads many messages",
    });
  }
  return new TextDecoder().decode(bytes);
}
