// What a folder as a whole says: recordings of a cluster, which hold their namespace completely.

import type { Collector } from "./collect.js";

/** The answers to a recording, not its evidence: never opened. */
const answerKey: ReadonlySet<string> = new Set([
  "case.yaml",
  "INDEX.tsv",
  "actions.jsonl",
  "registry-requests.jsonl",
]);

export const isAnswerKey = (base: string): boolean => answerKey.has(base);

/** The files that together make a folder a recording, as JSON or as YAML. */
const marks = ["final-pod", "final-events", "serviceaccount"] as const;

export const isRecording = (bases: ReadonlySet<string>): boolean =>
  marks.every((mark) => ["json", "yaml"].some((form) => bases.has(`${mark}.${form}`)));

/**
 * A recording keeps all pods, events, ServiceAccounts and pull secrets of its namespace as they
 * were at the end, so a secret that is not among them did not exist then.
 */
export function completeRecording(collector: Collector, namespaces: ReadonlySet<string>): void {
  for (const namespace of namespaces) {
    for (const what of ["pods", "events", "secrets", "serviceaccounts"] as const) {
      collector.complete(what, namespace);
    }
  }
}
