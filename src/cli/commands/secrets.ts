// `pulldoctor secrets`: every pull secret in reach, what it opens, and what would not start again.

import { openCluster } from "../../cluster/client.js";
import { gatherPullSecrets } from "../../cluster/gather-pull-secrets.js";
import { reviewPullSecrets } from "../../diagnose/secrets/reviewing.js";
import type { SecretReview } from "../../model/secret-review.js";
import { escapeInDocument, inert } from "../../report/inert.js";
import { probeFlag, reachFlags } from "../asking.js";
import { clusterOf, clusterWorldOf, contextFlags } from "../cluster-choice.js";
import { defineCommand, type Flags } from "../command.js";
import type { Io } from "../io.js";
import { colourFlag, lookOf } from "../output.js";
import { type Progress, progressOf } from "../progress.js";
import { exitCodeOfReview, secretsPage } from "../secrets-page.js";

export const secretsCommand = defineCommand({
  id: "secrets",
  summary: "look through pull secrets: who uses them, when they end, what they open",
  flags: [
    { flags: "-n, --namespace <name>", text: "the namespace; the context's when left out" },
    { flags: "-A, --all-namespaces", text: "every namespace" },
    ...contextFlags,
    probeFlag,
    ...reachFlags,
    { flags: "-o, --output <format>", text: "how to print it", choices: ["text", "json", "yaml", "name"] },
    colourFlag,
  ],
  examples: [
    {
      line: "pulldoctor secrets -n shop",
      what: "the pull secrets of one namespace, tried against their images",
    },
    { line: "pulldoctor secrets -A --probe=off", what: "all of them, without asking a registry" },
    { line: "pulldoctor secrets -A -o name", what: "names of those that something is wrong with" },
  ],
  notes: [
    "A value is never printed. Exit code 0: nothing is wrong; 1: a secret that is used is broken, or pods",
    "would not start again; 2: could not ask; 3: not everything could be read.",
  ],
  run: async (_operands, flags, io) => {
    const progress = progressOf(io);
    const review = await reviewed(flags, io, progress).finally(progress.clear);
    io.out(await drawn(review, flags, io));
    return exitCodeOfReview(review);
  },
});

const trying = {
  auto: { ms: 10_000, most: 150, limits: { dnsMs: 2_000, tcpMs: 2_000, tlsMs: 3_000, headersMs: 5_000 } },
  always: { ms: 120_000, most: 2_000, limits: {} },
} as const;

async function reviewed(flags: Flags, io: Io, progress: Progress): Promise<SecretReview> {
  const api = await openCluster(clusterOf(flags), clusterWorldOf(io));
  try {
    const namespace = flags.isOn("all-namespaces") ? undefined : api.namespace;
    const { snapshot, standsFor } = await gatherPullSecrets(namespace, api, {
      now: io.now,
      progress: progress.show,
    });
    const when = flags.text("probe") ?? "auto";
    if (when === "off") return await reviewPullSecrets(snapshot, standsFor, undefined);
    const { ms, most, limits } = when === "always" ? trying.always : trying.auto;
    const signal = AbortSignal.any([io.signal, AbortSignal.timeout(ms)]);
    const { askerBy } = await import("../asking-registries.js");
    const asker = await askerBy(flags, io, { signal, limits });
    try {
      return await reviewPullSecrets(snapshot, standsFor, { asker, signal, most, progress: progress.show });
    } finally {
      await asker.close();
    }
  } finally {
    await api.close();
  }
}

const schema = "https://pulldoctor.dev/schema/secrets-v1.json";

async function drawn(review: SecretReview, flags: Flags, io: Io): Promise<string> {
  switch (flags.text("output")) {
    case "json":
      return `${escapeInDocument(JSON.stringify({ schema, ...review }, null, 2))}\n`;
    case "yaml": {
      const { yamlOf } = await import("../../report/yaml.js");
      return yamlOf({ schema, ...review });
    }
    case "name":
      return review.secrets
        .filter(({ remarks }) => remarks.some(({ grade }) => grade !== "note"))
        .map(({ name }) => `secret/${inert(name)}\n`)
        .join("");
    default:
      return secretsPage(review, lookOf(flags, io));
  }
}
