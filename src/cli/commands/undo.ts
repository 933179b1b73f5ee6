// `pulldoctor undo`: takes a change back by its journal, or lists what can be taken back.

import { basename } from "node:path";
import { changeLabel } from "../../mend/backup.js";
import type { JournalEntry } from "../../mend/journal.js";
import { shown } from "../../mend/planning.js";
import { planUndo, type Undoing, undo } from "../../mend/undo.js";
import { ToolError } from "../../model/errors.js";
import { inert } from "../../report/inert.js";
import type { Look } from "../../report/signs.js";
import { callOf } from "../cluster-choice.js";
import { defineCommand, type Flags } from "../command.js";
import { takeFilesBack } from "../fix/checkout-journal.js";
import { failureText } from "../fix/failure-text.js";
import { clusterFlags, refuseProtected } from "../fix/flags.js";
import { diffText } from "../fix/page.js";
import { questionsOn } from "../fix/question.js";
import { editLines } from "../fix/step-lines.js";
import { journalOf, sleeperOf, writerBy } from "../fix/writer.js";
import type { Io } from "../io.js";
import { colourFlag, lookOf } from "../output.js";
import { quoted } from "../shell.js";

export const undoCommand = defineCommand({
  id: "undo",
  summary: "take a change of fix back, or list what can be taken back",
  operands: { name: "[CHANGE]", text: "the change's id; what can be taken back is listed when left out" },
  flags: [
    ...clusterFlags,
    { flags: "-y, --yes", text: "take it back without asking" },
    {
      flags: "--protect <pattern>",
      text: "contexts in which --yes is refused, such as prod-*; PULLDOCTOR_PROTECT too",
      isRepeatable: true,
    },
    { flags: "--dry-run", text: "say what would be done, and change nothing" },
    { flags: "--qps <number>", text: "requests to the API server each second at most: 100 when left out" },
    colourFlag,
  ],
  examples: [
    { line: "pulldoctor undo", what: "what can be taken back, newest first" },
    { line: "pulldoctor undo 1125-234501-7f3a09", what: "take this change back" },
  ],
  notes: [
    "Nothing is touched unless every object still is as the change left it. Pods that run keep what they were",
    "made with; new ones meet the old state again. Exit code 0: it is as before; 1: it is not; 2: could not ask.",
  ],
  run: async ([id], flags, io) => {
    const journal = journalOf(io);
    const open = journal.entries().filter(isOpen);
    const damaged = journal.damaged();
    if (id === undefined) return listed(open, damaged, flags, io);
    const entry = journal.entries().find((one) => one.id === id);
    if (entry === undefined) {
      const file = damaged.find((path) => basename(path) === `${id}.json`);
      throw file === undefined ? unknownChange(id, open) : unreadableChange(id, file);
    }
    if (entry.state === "undone") {
      io.out(`change ${entry.id} was taken back before. Nothing was changed.\n`);
      return 0;
    }
    return entry.files === undefined ? undoOne(entry, flags, io) : undoFiles(entry, flags, io);
  },
});

/** Something was changed by it, or may have been, and was not taken back. */
const isOpen = ({ state, steps, files }: JournalEntry): boolean =>
  state !== "undone" &&
  (files !== undefined ||
    steps.some(({ state: is }) => is === "done" || is === "writing" || is === "restored"));

function listed(entries: readonly JournalEntry[], damaged: readonly string[], flags: Flags, io: Io): number {
  for (const path of damaged) io.err(`  ${inert(path)} is damaged: what it changed cannot be told from it\n`);
  if (entries.length === 0) {
    if (damaged.length > 0) {
      io.out("there is nothing to take back in what can be read of the journal\n");
      return 1;
    }
    io.out("there is nothing to take back\n");
    return 0;
  }
  const lines = entries.map(({ id, at, cluster, what, state }) => {
    const how = state === "done" ? "" : "  not finished";
    const when = `${at.slice(0, 16).replace("T", " ")} UTC`;
    return [`  ${id}  ${when}  ${inert(cluster.name)}${how}`, `    ${inert(what)}`].join("\n");
  });
  io.out(`${lines.join("\n")}\none of them: ${callOf("undo", flags, io)} ${entries[0]?.id}\n`);
  return 0;
}

/** A change of files is taken back without a cluster. */
function undoFiles(entry: JournalEntry, flags: Flags, io: Io): number {
  if (!flags.isOn("yes")) {
    io.out(`  ${inert(entry.what)}\n  --yes takes it back in the files. Nothing was changed.\n`);
    return 1;
  }
  const isBack = takeFilesBack(entry);
  journalOf(io).write({ ...entry, state: "undone" });
  io.out(isBack ? "  taken back; commit it as you did the change\n" : "  the files are as they were\n");
  return 0;
}

async function undoOne(entry: JournalEntry, flags: Flags, io: Io): Promise<number> {
  const writing = await writerBy(flags, io);
  const questions = questionsOn(io);
  try {
    if (writing.api.server !== entry.cluster.server) throw otherCluster(entry, writing.api.name);
    refuseProtected(flags, io.env, writing.api.name);
    const world = { writing, journal: journalOf(io), sleep: sleeperOf(io) };
    const undoings = await planUndo(entry, world);
    const look = lookOf(flags, io);
    const lines = undoings.flatMap((one) => undoingLines(one));
    io.out(`${diffText(lines, look).join("\n")}\n\n`);
    const refused = undoings.filter(({ is }) => is === "refused");
    if (refused.length > 0) {
      io.out("  It cannot be taken back by itself. Nothing was changed.\n");
      return 1;
    }
    if (flags.isOn("dry-run")) {
      io.out("  This was a dry run. Nothing was changed.\n");
      return 0;
    }
    if (
      !flags.isOn("yes") &&
      (!io.isTerminal.in ||
        (await questions.ask(`In ${inert(writing.api.name)}.  Take it back?`, false)) !== "yes")
    ) {
      io.out(
        `  ${io.isTerminal.in ? "" : "There is no terminal to ask on; --yes takes it back. "}Nothing was changed.\n`,
      );
      return 1;
    }
    const done = await undo(entry, undoings, world);
    const again = `${io.program} undo ${quoted(entry.id)}`;
    if (done.is === "stopped") {
      const { refusal, at, back } = done;
      const isOpen = refusal.is === "unclear" || refusal.left !== undefined;
      const before =
        back.length > 0
          ? `Taken back so far: ${inert(back.join(", "))}. `
          : isOpen
            ? ""
            : "Nothing was changed. ";
      io.out(
        `  ${look.signs.problem} ${failureText(refusal, shown(at.ref), "taken back")}\n      ${inert(refusal.why)}\n` +
          `  ${before}${again} goes on from here.\n`,
      );
      return refusal.is === "unclear" ? 2 : 1;
    }
    for (const left of done.leftBackups) io.err(`  its copy is still there: ${inert(left)}\n`);
    if (done.leftBackups.length > 0) {
      io.out(`  taken back, all but the copy of what was; ${again} removes that too\n`);
      return 1;
    }
    io.out(`  ${takenBackText(undoings, look)}\n`);
    return 0;
  } finally {
    await questions.close();
    await writing.api.close();
  }
}

/** Where nothing had to be done, that is what is said. */
function takenBackText(undoings: readonly Undoing[], { signs }: Look): string {
  if (undoings.some(({ is }) => is !== "nothing")) return `${signs.fine} taken back`;
  const isDeletion = undoings.some(({ step }) => step.is === "delete" && step.state === "done");
  const why = isDeletion ? ": what the change deleted, its controller makes anew" : "";
  return `There was nothing to take back${why}. Nothing was changed.`;
}

function undoingLines(undoing: Undoing) {
  const name = shown(undoing.step.ref);
  switch (undoing.is) {
    case "nothing":
      return [{ is: "plain", text: `${name}: ${undoing.why}` } as const];
    case "refused":
      return [{ is: "plain", text: `${name} stays: ${undoing.why}` } as const];
    case "remove":
      return [{ is: "removed", text: `${name}, which the change made` } as const];
    case "remake":
      return [{ is: "plain", text: `${name} is made again as it was` } as const];
    case "patch":
      return undoing.step.ref.kind === "Secret"
        ? [
            {
              is: "plain",
              text: `${name} gets its former content, from Secret ${undoing.step.backup}`,
            } as const,
          ]
        : editLines(name, undoing.edits);
  }
}

const unknownChange = (id: string, open: readonly JournalEntry[]): ToolError =>
  new ToolError("change-unknown", {
    what: `there is no change ${id} in the journal`,
    why: open.length === 0 ? "nothing can be taken back" : `the newest is ${open[0]?.id}`,
    do: "pulldoctor undo lists them",
  });

const unreadableChange = (id: string, path: string): ToolError =>
  new ToolError("change-damaged", {
    what: `change ${id} cannot be read`,
    why: `${path} is damaged: cut off, or not as pulldoctor wrote it`,
    do: `look for what it made or copied: kubectl get all,secrets,sa -A -l ${changeLabel}=${id}`,
  });

const otherCluster = ({ id, cluster }: JournalEntry, name: string): ToolError =>
  new ToolError("change-elsewhere", {
    what: `change ${id} was made in ${cluster.name}`,
    why: `this is ${name}, another API server than ${cluster.server}`,
    do: `choose it with --context ${cluster.name}`,
  });
