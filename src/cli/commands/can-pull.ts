// `pulldoctor can-pull`: would these images pull, for whom, on which nodes?

import type { CanPull, PullAnswer, PullQuestion } from "../../diagnose/can-pull.js";
import { canPull } from "../../diagnose/can-pull.js";
import { escapeInDocument, inert } from "../../report/inert.js";
import { reachFlags } from "../asking.js";
import { askerBy } from "../asking-registries.js";
import { canPullData, canPullLine } from "../can-pull-data.js";
import { questionsOf } from "../can-pull-questions.js";
import { contextFlags } from "../cluster-choice.js";
import { defineCommand, type Flags } from "../command.js";
import { durationOf } from "../duration.js";
import type { Io } from "../io.js";
import { namesOf } from "../names.js";
import { colourFlag, lookOf } from "../output.js";
import { progressOf } from "../progress.js";

const outputs = ["text", "json", "yaml", "name"] as const;
/** Images asked for at once; each registry lets in fewer. */
const atOnce = 32;
/** Up to here each image has a screen of its own. */
const mostPages = 3;

export const canPullCommand = defineCommand({
  id: "can-pull",
  summary: "ask registries whether images can be pulled, and by whom",
  operands: {
    name: "[IMAGE|TYPE/NAME...]",
    text: "images, or workloads whose images are meant; - for a line each on stdin",
  },
  flags: [
    {
      flags: "-n, --namespace <name>",
      text: "pull as its default service account; the context's when left out",
    },
    { flags: "--as-service-account <name>", text: "pull with the secrets of this service account" },
    { flags: "--docker-config <path>", text: "pull with the logins of this config.json; helpers are run" },
    { flags: "--anonymous", text: "pull as nobody" },
    { flags: "-f, --filename <path>", text: "the images of manifests; - is stdin", isRepeatable: true },
    {
      flags: "--platform <os/arch>",
      text: "the platform it has to fit; the nodes' when left out",
      isRepeatable: true,
    },
    { flags: "--quick", text: "only whether it is there and may be had" },
    { flags: "--referrers", text: "also what is attached: signatures, SBOMs, attestations" },
    { flags: "--timeout <duration>", text: "end with what is known then; 60s when left out, 10m for many" },
    ...contextFlags,
    ...reachFlags,
    { flags: "-o, --output <format>", text: "how to print it", choices: outputs },
    colourFlag,
  ],
  examples: [
    { line: "pulldoctor can-pull nginx:1.27", what: "with your docker login, or as nobody" },
    { line: "pulldoctor can-pull ghcr.io/acme/api:v2 -n shop", what: "as pods of shop would" },
    { line: "pulldoctor can-pull deploy/checkout -n shop", what: "every image of a workload, on its nodes" },
    {
      line: "helm template . | pulldoctor can-pull -f - -n shop -o name",
      what: "before a deploy, one line an image",
    },
  ],
  notes: [
    "Exit code 0: all can be pulled; 1: one cannot; 2: one could not be asked for; 3: one cannot be told.",
    "It asks with GET and HEAD and pulls nothing. A full answer reads one manifest, which Docker Hub counts as",
    "one pull; --quick is not counted. -o json and -o name print one line for each image.",
  ],
  run: async (operands, flags, io) => {
    const timeoutMs = durationOf(flags, "timeout");
    const progress = progressOf(io);
    progress.show("reading who would pull");
    const end = AbortSignal.any([io.signal, AbortSignal.timeout(timeoutMs ?? 600_000)]);
    const words = await namesOf(operands, io.stdin);
    const { questions, notes } = await questionsOf(words, flags, io, end).finally(progress.clear);
    const isMany = questions.length > 1;
    const late = AbortSignal.timeout(timeoutMs ?? (isMany ? 600_000 : 60_000));
    const signal = AbortSignal.any([io.signal, late]);
    const asker = await askerBy(flags, io, { signal, patienceMs: isMany ? 60_000 : 0 });
    for (const note of notes) io.err(`! ${inert(note)}\n`);
    const started = performance.now();
    const counts: Record<CanPull, number> = { yes: 0, no: 0, "could-not-ask": 0, "cannot-tell": 0 };
    const print = await printer(flags, io, questions.length);
    try {
      let done = 0;
      await inOrder(
        questions,
        async (question) => {
          const found = await canPull(question, asker);
          done++;
          progress.show(`${done} of ${questions.length} images asked for`);
          return found;
        },
        (found) => {
          counts[found.can]++;
          progress.clear();
          print(found);
        },
      );
    } finally {
      progress.clear();
      await asker.close();
    }
    if (formatOf(flags) === "text") {
      const { canPullSum } = await import("../can-pull-page.js");
      const { isStopped, requests } = { isStopped: signal.aborted, requests: asker.exchanges.length };
      const sum = { counts, requests, seconds: (performance.now() - started) / 1000, isStopped };
      io.out(`${isMany ? "\n" : ""}${canPullSum(sum, lookOf(flags, io))}`);
    }
    return exitCode(counts);
  },
});

type Output = (typeof outputs)[number];
const formatOf = (flags: Flags): Output => outputs.find((one) => one === flags.text("output")) ?? "text";

/** What an output needs is loaded for it alone: a script that asks for a line should not wait for screens. */
async function printer(flags: Flags, io: Io, images: number): Promise<(found: PullAnswer) => void> {
  switch (formatOf(flags)) {
    case "json":
      return (found) => io.out(`${escapeInDocument(JSON.stringify(canPullData(found)))}\n`);
    case "name":
      return (found) => io.out(`${canPullLine(found).split("\t").map(inert).join("\t")}\n`);
    case "yaml": {
      const { yamlOf } = await import("../../report/yaml.js");
      return (found) => io.out(`---\n${yamlOf(canPullData(found))}`);
    }
    case "text": {
      const { canPullPage, canPullRow } = await import("../can-pull-page.js");
      const look = lookOf(flags, io);
      return images > mostPages
        ? (found) => io.out(canPullRow(found, look))
        : (found) => io.out(`${canPullPage(found, look)}\n`);
    }
  }
}

/** Works on many at once and hands over in the order of the questions. */
async function inOrder(
  questions: readonly PullQuestion[],
  work: (question: PullQuestion) => Promise<PullAnswer>,
  done: (found: PullAnswer) => void,
): Promise<void> {
  const ready = new Map<number, PullAnswer>();
  let started = 0;
  let handed = 0;
  const worker = async (): Promise<void> => {
    while (started < questions.length) {
      const at = started++;
      const question = questions[at];
      if (question === undefined) return;
      ready.set(at, await work(question));
      for (let next = ready.get(handed); next !== undefined; next = ready.get(handed)) {
        ready.delete(handed++);
        done(next);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, questions.length) }, worker));
}

/** 1 beats 2, 2 beats 3: an image that cannot be pulled stays so, whatever could not be asked. */
function exitCode(counts: Readonly<Record<CanPull, number>>): 0 | 1 | 2 | 3 {
  if (counts.no > 0) return 1;
  if (counts["could-not-ask"] > 0) return 2;
  return counts["cannot-tell"] > 0 ? 3 : 0;
}
