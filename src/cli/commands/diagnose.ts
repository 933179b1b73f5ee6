// `pulldoctor diagnose`: a live cluster, files or stdin to a report.

import { openCluster } from "../../cluster/client.js";
import { gatherCluster } from "../../cluster/gather.js";
import { diagnose, diagnoseByAsking } from "../../diagnose/diagnose.js";
import { readFiles } from "../../files/read.js";
import { ToolError } from "../../model/errors.js";
import type { Pull } from "../../model/pull.js";
import type { Report } from "../../model/report.js";
import type { Snapshot } from "../../model/snapshot.js";
import { addressed } from "../addressed.js";
import { probeFlag, reachFlags, vantageFlags, vantageOf } from "../asking.js";
import { callOf, clusterOf, clusterWorldOf, contextFlags } from "../cluster-choice.js";
import { defineCommand, type Flags } from "../command.js";
import { exitCodeOf } from "../exit.js";
import { requireTargets } from "../found-targets.js";
import type { Io } from "../io.js";
import { keepHeapSmall } from "../memory.js";
import { colourFlag, outputFlag, printReport } from "../output.js";
import { type Progress, progressOf } from "../progress.js";
import { quoted } from "../shell.js";
import { isAboutPull, narrowReport, parseTargets, type Target } from "../targets.js";

const clusterOnly = ["context", "kubeconfig", "selector", "from", "from-image"] as const;

export const diagnoseCommand = defineCommand({
  id: "diagnose",
  summary: "find out why pods cannot pull their images",
  operands: {
    name: "[TYPE/NAME...]",
    text: "pods or controllers, such as deploy/checkout; all when left out",
  },
  flags: [
    { flags: "-n, --namespace <name>", text: "the namespace; the context's when left out" },
    { flags: "-A, --all-namespaces", text: "every namespace" },
    { flags: "-l, --selector <labels>", text: "only pods with these labels" },
    ...contextFlags,
    {
      flags: "-f, --filename <path>",
      text: "read a file, a folder or - instead of a cluster",
      isRepeatable: true,
    },
    probeFlag,
    ...vantageFlags,
    ...reachFlags,
    outputFlag,
    colourFlag,
  ],
  examples: [
    { line: "pulldoctor diagnose -A", what: "every failing pull of the cluster, grouped by reason" },
    { line: "pulldoctor diagnose deploy/checkout -n shop", what: "one workload in detail" },
    {
      line: "kubectl get pods,events -A -o json | pulldoctor diagnose -f -",
      what: "what somebody else can read",
    },
    { line: "pulldoctor diagnose -f must-gather.tar.gz", what: "a bundle, without a cluster" },
  ],
  notes: [
    "-f takes kubectl's JSON and YAML, describe text, events tables, cluster-info dumps, must-gather and",
    "Troubleshoot bundles, and bare messages; it finds out which. Nothing is changed anywhere.",
    "--probe=auto asks registries for up to 5 seconds about what a live cluster cannot pull; with -f they are",
    "asked only by --probe=always. Credentials go to the registry they are for and to nobody else.",
    "--from pod makes a pod beside those that fail, for less than three minutes, and --from node/NAME a privileged one",
    "that sees the node's network and files; both ask by the programs of an image that the node has.",
  ],
  run: async (operands, flags, io) => {
    const targets = parseTargets(operands, `${io.program} diagnose`);
    refuseClashes(targets, flags);
    const paths = flags.list("filename");
    const progress = progressOf(io);
    const { snapshot, namespace } = await (paths.length > 0
      ? fromFiles(paths, flags, io, progress)
      : fromCluster(targets, flags, io, progress)
    ).finally(progress.clear);
    requireTargets(targets, namespace, snapshot);
    const whole = await judged(snapshot, targets, namespace, flags, io, progress).finally(progress.clear);
    const report = addressed(narrowReport(whole, targets, namespace), flags);
    await printReport(report, flags, io, {
      // What came through a pipe has to come again.
      ask: [
        ...(paths.includes("-") ? ["... |"] : []),
        callOf("diagnose", flags, io),
        ...paths.map((path) => `-f ${quoted(path)}`),
      ].join(" "),
      isNarrow: targets.length > 0,
      ...(paths.length > 0 ? {} : { mend: callOf("fix", flags, io) }),
    });
    return exitCodeOf(report);
  },
});

const probing = {
  auto: { ms: 5_000, most: 60, limits: { dnsMs: 2_000, tcpMs: 2_000, tlsMs: 3_000, headersMs: 4_000 } },
  always: { ms: 30_000, most: 300, limits: {} },
} as const;

/** With what registries answer, where they are to be asked. */
async function judged(
  snapshot: Snapshot,
  targets: readonly Target[],
  namespace: string | undefined,
  flags: Flags,
  io: Io,
  progress: Progress,
): Promise<Report> {
  const isWanted = (pull: Pull): boolean => isAboutPull(pull, targets, namespace);
  const vantage = vantageOf(flags);
  const ways =
    vantage === undefined
      ? {}
      : { ways: (await import("../asking-ways.js")).waysBy(vantage, flags, io, progress) };
  const when = flags.text("probe") ?? "auto";
  if (when === "off" || (when === "auto" && !snapshot.isLive)) {
    return vantage === undefined ? diagnose(snapshot) : diagnoseByAsking(snapshot, ways, isWanted);
  }
  const { ms, most, limits } = when === "always" ? probing.always : probing.auto;
  const signal = AbortSignal.any([io.signal, AbortSignal.timeout(ms)]);
  const { askerBy } = await import("../asking-registries.js");
  const asker = await askerBy(flags, io, { signal, limits });
  try {
    const registries = { asker, signal, most, progress: progress.show };
    return await diagnoseByAsking(snapshot, { registries, ...ways }, isWanted);
  } finally {
    await asker.close();
  }
}

/** `namespace` absent: all that were read. */
interface Gathered {
  readonly snapshot: Snapshot;
  readonly namespace: string | undefined;
}

async function fromFiles(
  paths: readonly string[],
  flags: Flags,
  io: Io,
  progress: Progress,
): Promise<Gathered> {
  const snapshot = await readFiles(paths, {
    cwd: io.cwd,
    readStdin: () => io.stdin,
    now: io.now(),
    progress: progress.show,
  });
  return { snapshot, namespace: flags.isOn("all-namespaces") ? undefined : flags.text("namespace") };
}

async function fromCluster(
  targets: readonly Target[],
  flags: Flags,
  io: Io,
  progress: Progress,
): Promise<Gathered> {
  keepHeapSmall();
  const api = await openCluster(clusterOf(flags), clusterWorldOf(io));
  try {
    const namespace = flags.isOn("all-namespaces") ? undefined : api.namespace;
    const selector = flags.text("selector");
    const asked = {
      ...(namespace === undefined ? {} : { namespace }),
      ...(selector === undefined ? {} : { selector }),
      ...(targets.length === 0 ? {} : { targets }),
    };
    const snapshot = await gatherCluster(asked, api, { now: io.now, progress: progress.show });
    return { snapshot, namespace };
  } finally {
    await api.close();
  }
}

function refuseClashes(targets: readonly Target[], flags: Flags): void {
  const clash = flags.firstGiven(clusterOnly);
  if (flags.list("filename").length > 0 && clash !== undefined) {
    throw new ToolError("flags-conflict", {
      what: `--${clash} and --filename exclude each other`,
      why: `--${clash} is about a live cluster, --filename reads only what it is given`,
      do: "leave one of them out",
    });
  }
  if (flags.list("filename").length === 0 && targets.length > 0 && flags.isOn("all-namespaces")) {
    throw new ToolError("flags-conflict", {
      what: "--all-namespaces and a target exclude each other",
      why: "one name can be in several namespaces",
      do: "name the namespace with -n, or leave the target out",
    });
  }
  if (targets.length > 0 && flags.text("selector") !== undefined) {
    throw new ToolError("flags-conflict", {
      what: "--selector and a target exclude each other",
      why: "both choose the pods",
      do: "leave one of them out",
    });
  }
}
