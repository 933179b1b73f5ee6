// From a chosen fix to a changed cluster: show, ask, write, wait. Whatever ends it, the last lines say what state things are in.

import type { WritingApi } from "../../cluster/api.js";
import { type Applied, apply, entryOf, labelled } from "../../mend/apply.js";
import type { Step } from "../../mend/draft.js";
import { type Journal, newId } from "../../mend/journal.js";
import { planWorld, shown } from "../../mend/planning.js";
import { recordEvent } from "../../mend/record.js";
import type { PodSight } from "../../mend/sight.js";
import { inert } from "../../report/inert.js";
import { lookFor } from "../../report/signs.js";
import type { Flags } from "../command.js";
import type { Io } from "../io.js";
import { placeOf } from "../io.js";
import { lookOf } from "../output.js";
import type { Progress } from "../progress.js";
import { quoted } from "../shell.js";
import { mendCheckout } from "./checkout.js";
import { diagnoseAgain } from "./diagnose-again.js";
import { documentFormats, documentOf, kubectlLines } from "./documents.js";
import { failureText } from "./failure-text.js";
import { checkText, diffText, effectLine, findingLines } from "./page.js";
import { budgetNotes, isPossible, type Job, type Prepared, type PrepareWorld, prepare } from "./prepare.js";
import type { Questions } from "./question.js";
import { stepLines } from "./step-lines.js";
import { exitCodeOfVerified, sightsBefore, verifiedLines, waitFor } from "./waiting.js";
import { sleeperOf } from "./writer.js";

export interface RunWorld extends PrepareWorld {
  readonly writing: WritingApi;
  readonly journal: Journal;
  readonly questions: Questions;
  readonly flags: Flags;
  readonly io: Io;
  readonly progress: Progress;
}

export interface Ran {
  readonly code: 0 | 1 | 2 | 3;
  /** Something was changed, or may have been. */
  readonly applied?: Applied;
}

const mostTries = 3;

/** One draft of one or more jobs. Throws ToolErrors of planning; then nothing was changed. */
export async function runJobs(jobs: readonly Job[], world: RunWorld): Promise<Ran> {
  for (let tries = 1; ; tries += 1) {
    const id = newId(world.io.now());
    const prepared = await prepare(jobs, world, (steps) => steps.map((step) => ours(step, id))).finally(
      world.progress.clear,
    );
    const agreed = await agree(prepared, world);
    if (agreed !== "yes") return { code: agreed };
    const ran = await write(prepared, id, world);
    if (ran.applied?.is !== "conflict" || tries === mostTries) return ran;
    world.io.err("  computing it again\n\n");
  }
}

/** What a fix makes carries the change's mark, so that undo knows it. */
const ours = (step: Step, id: string): Step =>
  step.is === "create" ? { ...step, object: labelled(step.object, id) } : step;

const whereOf = (flags: Flags): string =>
  ["kubeconfig", "context"]
    .flatMap((name) => {
      const value = flags.text(name);
      return value === undefined ? [] : [`--${name} ${quoted(value)}`];
    })
    .join(" ");

const documented = ({ draft, jobs }: Prepared, flags: Flags) => ({
  steps: draft.steps,
  remedies: jobs.flatMap(({ remedy }) => remedy ?? []),
  where: whereOf(flags),
});

/** Shows it and asks; a number is the exit code where nothing is to be changed. */
async function agree(prepared: Prepared, world: RunWorld): Promise<"yes" | 0 | 1 | 2> {
  const { flags, io, writing, questions } = world;
  const format = documentFormats.find((name) => name === flags.text("output"));
  const budgets = await budgetNotes(
    prepared.draft.steps,
    planWorld(writing, { now: io.now(), credential: world.credential }).list,
  );
  const all = { ...prepared, checks: [...prepared.checks, ...budgets] };
  const possible = isPossible(all);
  const checkout = flags.text("manifests");
  if (format !== undefined && checkout !== undefined) return mendCheckout(checkout, all, world);
  if (format !== undefined) {
    io.out(documentOf(format, documented(prepared, flags)));
    for (const { text, detail = "" } of all.checks.filter(({ is }) => is === "problem"))
      io.err(`${inert(text)}: ${inert(detail)}\n`);
    return possible ? 0 : 1;
  }
  const look = lookOf(flags, io);
  const effect = effectLine(prepared.effect, prepared.pods, writing.api.name);
  const lines = [
    ...[...new Set(prepared.jobs.map(({ asked }) => asked.finding))].flatMap((one) =>
      findingLines(one, look),
    ),
    ...diffText(
      prepared.draft.steps.flatMap((step, at) =>
        stepLines(step, prepared.rehearsed[at]?.edits ?? step.edits),
      ),
      look,
    ),
    "",
    ...checkText(all.checks, look),
    "",
  ];
  io.out(`${lines.join("\n")}\n`);
  const refuse = (text: string, code: 1 | 2): 1 | 2 => {
    io.out(`  ${[text, "Nothing was changed."].filter((part) => part !== "").join(" ")}\n`);
    return code;
  };
  if (!possible) return refuse("It cannot be done as it is.", 1);
  if (checkout !== undefined) {
    const code = await mendCheckout(checkout, all, world);
    if (code !== 0 || !flags.isOn("live-too") || flags.isOn("dry-run")) return code;
  }
  const [managed] = prepared.managed;
  if (managed !== undefined && !flags.isOn("live-too")) {
    return refuse(
      `A live change of ${managed.what} would be reverted: change its source (--manifests DIR), or add --live-too.`,
      1,
    );
  }
  if (flags.isOn("dry-run")) {
    io.out(`  ${effect} This was a dry run. Nothing was changed.\n`);
    return 0;
  }
  if (flags.isOn("yes")) {
    io.out(`  ${effect}\n`);
    return "yes";
  }
  if (!io.isTerminal.in) {
    const patch = kubectlLines(documented(prepared, flags)).map((line) => `    ${line}`);
    io.out(`  ${effect} The same with kubectl:\n${patch.join("\n")}\n`);
    return refuse("There is no terminal to ask on; --yes changes it.", 1);
  }
  for (;;) {
    const answer = await questions.ask(`${effect}  Apply?`);
    if (answer === "yes") return "yes";
    if (answer === "no") return refuse("", 1);
    io.out(documentOf("patch", documented(prepared, flags)));
  }
}

async function write(prepared: Prepared, id: string, world: RunWorld): Promise<Ran> {
  const { writing, journal, io, flags } = world;
  const { jobs, draft } = prepared;
  const stopped = jobs.flatMap(({ asked }) => asked.stopped);
  const skips = flags.isOn("skip-verify");
  const before = skips ? [] : await sightsBefore(stopped, writing.api);
  const fixes = [...new Set(jobs.map(({ fix }) => fix.id))];
  const entry = entryOf(draft.steps, {
    id,
    at: io.now().toISOString(),
    cluster: { name: writing.api.name, server: writing.api.server },
    fixes,
    causes: [...new Set(jobs.map(({ asked }) => asked.finding.cause))],
    what: `${fixes.join(", ")}: ${draft.steps.map(({ ref }) => shown(ref)).join(", ")}`,
    stopped,
  });
  const applied = await apply(draft.steps, entry, { writing, journal, sleep: sleeperOf(io) });
  if (applied.is !== "done") return stoppedHalfWay(applied, world);
  const time = io.now().toTimeString().slice(0, 8);
  io.out(`\n  changed ${time}${skips ? "" : " · waiting for the pods"}\n`);
  if (flags.isOn("record")) await recordAll(prepared, id, world);
  if (!skips) return { code: await waitAndTell(stopped, before, id, world), applied };
  io.out(`\n${undoLines(id, flags, io).join("\n")}\n`);
  return { code: 0, applied };
}

async function recordAll({ draft, jobs }: Prepared, id: string, { writing, io }: RunWorld): Promise<void> {
  const what = jobs.map(({ fix }) => fix.title).join(", ");
  for (const step of draft.steps) {
    const why = await recordEvent(writing, step, { id, what, now: io.now() });
    if (why !== undefined) io.err(`  no event was recorded: ${inert(why)}\n`);
  }
}

function stoppedHalfWay(applied: Exclude<Applied, { is: "done" }>, { io, flags }: RunWorld): Ran {
  const look = lookFor({ ...placeOf(io) }, "auto", io.program);
  const mark = look.paint.problem(look.signs.problem);
  const name = shown(applied.step.ref);
  if (applied.is === "conflict") {
    io.out(`\n  ${mark} ${name} was changed by somebody else meanwhile. Nothing was changed.\n`);
    return { code: 1, applied };
  }
  const { refusal, entry } = applied;
  const made = entry.steps.filter(({ state }) => state === "done").map(({ ref }) => shown(ref));
  const isOpen = refusal.is === "unclear" || refusal.left !== undefined;
  const lines = [
    `  ${mark} ${failureText(refusal, name)}`,
    `      ${inert(refusal.why)}`,
    made.length === 0
      ? isOpen
        ? "  Nothing else was changed."
        : "  Nothing was changed."
      : `  Half of it is done: ${made.map(inert).join(", ")} ${made.length === 1 ? "is" : "are"} changed.`,
    ...(made.length === 0 && !isOpen ? [] : ["", ...undoLines(entry.id, flags, io)]),
  ];
  io.out(`\n${lines.join("\n")}\n`);
  return { code: refusal.is === "unclear" ? 2 : 1, applied };
}

const undoLines = (id: string, flags: Flags, io: Io): readonly string[] => {
  const where = whereOf(flags);
  return ["  undo", `    ${io.program} undo ${id}${where === "" ? "" : ` ${where}`}`];
};

async function waitAndTell(
  stopped: Parameters<typeof waitFor>[0],
  before: readonly PodSight[],
  id: string,
  world: RunWorld,
): Promise<0 | 1 | 3> {
  const { flags, io, writing, progress } = world;
  try {
    const waited = await waitFor(stopped, before, { api: writing.api, flags, io, progress });
    const { verified } = waited;
    io.out(`${verifiedLines(waited, lookOf(flags, io)).join("\n")}\n`);
    if (verified.is === "timeout" && !verified.isOther)
      await diagnoseAgain(stopped, verified.pods, { api: writing.api, flags, io, progress });
    return exitCodeOfVerified(verified);
  } finally {
    // The change stands, whatever ends the waiting.
    io.out(`\n${undoLines(id, flags, io).join("\n")}\n`);
  }
}
