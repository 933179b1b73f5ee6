// `pulldoctor fix`: changes what a diagnosis says has to change; shows it first, and can take it back.

import type { WritingApi } from "../../cluster/api.js";
import { AccessReviews } from "../../mend/access.js";
import { ToolError } from "../../model/errors.js";
import type { Finding } from "../../model/report.js";
import { titleLine } from "../../report/detail.js";
import { inert } from "../../report/inert.js";
import { shortName } from "../../report/kinds.js";
import { addressed } from "../addressed.js";
import { probeFlag, reachFlags } from "../asking.js";
import { callOf } from "../cluster-choice.js";
import { defineCommand, type Flags } from "../command.js";
import { fixAll } from "../fix/all.js";
import { type Chosen, choose } from "../fix/choose.js";
import { credentialFlags, credentialsBy } from "../fix/credentials.js";
import { type Diagnosed, diagnoseLive } from "../fix/diagnosing.js";
import { documentFormats } from "../fix/documents.js";
import { changeFlags, clusterFlags, refuseProtected, waitFlags } from "../fix/flags.js";
import { questionsOn } from "../fix/question.js";
import { type RunWorld, runJobs } from "../fix/run.js";
import { tellLines } from "../fix/tell-page.js";
import { boundsOf } from "../fix/waiting.js";
import { journalOf, writerBy } from "../fix/writer.js";
import type { Io } from "../io.js";
import { keepHeapSmall } from "../memory.js";
import { colourFlag, lookOf } from "../output.js";
import { progressOf } from "../progress.js";
import { parseTargets, type Target } from "../targets.js";

export const fixCommand = defineCommand({
  id: "fix",
  summary: "mend what stops a pull: shows the change, asks, and waits until it pulls",
  operands: {
    name: "[TYPE/NAME|ID...]",
    text: "what cannot pull, or the id of a finding; the only finding when left out",
  },
  flags: [
    ...clusterFlags,
    { flags: "-A, --all-namespaces", text: "every namespace" },
    { flags: "--all", text: "every finding whose fix restarts nothing; the others are listed" },
    { flags: "--by <fix>", text: "the fix to use, where several would mend it" },
    { flags: "--image <image>", text: "the image to use" },
    { flags: "--tag <tag>", text: "the tag or digest to use, of the same repository" },
    { flags: "--with <key=value>", text: "a value for the fix", isRepeatable: true },
    ...credentialFlags,
    { flags: "--dry-run", text: "show and check it, and change nothing" },
    { flags: "-o, --output <format>", text: "print the change and make none", choices: documentFormats },
    {
      flags: "--manifests <dir>",
      text: "edit the checkout that the object comes from instead of what is live",
    },
    ...changeFlags,
    ...waitFlags,
    { flags: "--skip-verify", text: "do not wait for the pods" },
    probeFlag,
    ...reachFlags,
    colourFlag,
  ],
  examples: [
    { line: "pulldoctor fix deploy/checkout -n shop", what: "the suggested change, after a question" },
    {
      line: "pulldoctor fix deploy/checkout --tag v2.4.1 --yes",
      what: "a tag of your own, without a question",
    },
    { line: "pulldoctor fix deploy/checkout -o kubectl", what: "the same change as kubectl lines" },
    {
      line: "pulldoctor fix deploy/checkout --manifests ./deploy",
      what: "the line of a checkout that sets the image, edited in place",
    },
    {
      line: "pulldoctor fix -A --all --yes",
      what: "every Secret that can be mended without restarting anything",
    },
  ],
  notes: [
    "Everything is tried by the API server first (dry run). What Helm, Argo CD, Flux or Kustomize manages is",
    "changed in its files (--manifests), and live only with --live-too. Each change stands in a journal; undo takes it back.",
    "Exit code 0: it pulls now; 1: it does not, or nothing was changed; 2: could not ask; 3: cannot tell.",
  ],
  run: async (operands, flags, io) => {
    // A slip in a flag is told before anything is changed.
    boundsOf(flags);
    keepHeapSmall();
    const writing = await writerBy(flags, io);
    try {
      refuseProtected(flags, io.env, writing.api.name);
      return await runWith(writing, operands, flags, io);
    } finally {
      await writing.api.close();
    }
  },
});

async function runWith(
  writing: WritingApi,
  operands: readonly string[],
  flags: Flags,
  io: Io,
): Promise<number> {
  const progress = progressOf(io);
  const ids = operands.filter((word) => /^[0-9a-f]{10}$/.test(word));
  const targets = ids.length > 0 ? [] : parseTargets(operands, `${io.program} fix`);
  const isWide = flags.isOn("all-namespaces") || (ids.length > 0 && flags.text("namespace") === undefined);
  const namespace = isWide ? undefined : writing.api.namespace;
  const diagnosed = await diagnoseLive(writing.api, { targets, namespace }, flags, io, progress).finally(
    progress.clear,
  );
  const report = addressed(diagnosed.report, flags);
  const open = report.findings.filter(
    ({ endedAt, id }) => endedAt === undefined && (ids.length === 0 || ids.includes(id)),
  );
  const [missing] = ids.filter((id) => !open.some((finding) => finding.id === id));
  if (missing !== undefined) throw noFinding(missing);
  if (open.length === 0) {
    io.out(report.complete ? "nothing to fix: every pull works\n" : "nothing to fix in what could be read\n");
    return report.complete ? 0 : 3;
  }
  const isOne = open.length === 1 || targets.length > 0 || ids.length > 0;
  if (!isOne && !flags.isOn("all")) return listed(open, flags, io);
  const asker = await askerFor(flags, io);
  const questions = questionsOn(io);
  const world: RunWorld = {
    writing,
    journal: journalOf(io),
    reviews: new AccessReviews(writing, flags.isOn("all")),
    snapshot: diagnosed.snapshot,
    asker,
    now: io.now,
    credential: credentialsBy(flags, io),
    questions,
    flags,
    io,
    progress,
  };
  try {
    return flags.isOn("all") ? await fixAll(open, world) : await fixThese(open, targets, diagnosed, world);
  } finally {
    await questions.close();
    await asker?.close();
  }
}

async function fixThese(
  findings: readonly Finding[],
  targets: readonly Target[],
  { report }: Diagnosed,
  world: RunWorld,
): Promise<number> {
  const { flags, io } = world;
  const chosen = findings.map((finding) => choose(finding, targets, flags));
  const jobs = chosen.filter((one): one is Chosen & { is: "fix" } => one.is === "fix");
  for (const one of chosen)
    if (one.is === "tell")
      io.out(`${tellLines(one.finding, lookOf(flags, io), callOf("fix", flags, io)).join("\n")}\n`);
  if (jobs.length === 0) return report.findings.some(({ verdict }) => verdict !== "unknown") ? 1 : 3;
  return (await runJobs(jobs, world)).code;
}

const askMs = 10_000;

async function askerFor(flags: Flags, io: Io) {
  if (flags.text("probe") === "off") return undefined;
  const { askerBy } = await import("../asking-registries.js");
  return askerBy(flags, io, { signal: AbortSignal.any([io.signal, AbortSignal.timeout(askMs)]) });
}

function listed(findings: readonly Finding[], flags: Flags, io: Io): number {
  const look = lookOf(flags, io);
  const wide = flags.isOn("all-namespaces");
  const lines = findings.flatMap((finding) => {
    const [first] = finding.workloads;
    const who =
      first === undefined
        ? ""
        : `${shortName(first.kind, first.name)}${wide ? ` -n ${first.namespace}` : ""}`;
    const more = finding.workloads.length > 1 ? ` and ${finding.workloads.length - 1} more` : "";
    return [
      titleLine({ ...finding, title: inert(finding.title) }, finding.id, look),
      `    ${inert(who)}${more}`,
    ];
  });
  const call = callOf("fix", flags, io);
  const [first] = findings;
  io.out(
    `${lines.join("\n")}\n\n${findings.length} findings; name one of them, by its workload or its id:\n` +
      `    ${call} ${first?.id ?? "ID"}${wide ? "" : ` -n ${first?.workloads[0]?.namespace}`}\n--all mends those whose fix restarts nothing. Nothing was changed.\n`,
  );
  return 1;
}

const noFinding = (id: string): ToolError =>
  new ToolError("finding-missing", {
    what: `there is no finding ${id} any more`,
    why: "an id changes with the images and workloads that it is about",
    do: "pulldoctor fix -A lists the present ids",
  });
