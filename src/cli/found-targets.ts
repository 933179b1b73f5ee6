// Is what was asked for there at all? A misspelt name must not be answered with "all is well".

import { indexWorkloads, topWorkload } from "../diagnose/owners.js";
import { ToolError } from "../model/errors.js";
import type { Snapshot } from "../model/snapshot.js";
import { shortName } from "../report/kinds.js";
import { nearestWord } from "./near.js";
import type { Target } from "./targets.js";

/**
 * Throws ToolError for a target that nothing gathered speaks of. A list that was not read to its
 * end proves no absence; the report says then what is missing.
 */
export function requireTargets(
  targets: readonly Target[],
  namespace: string | undefined,
  snapshot: Snapshot,
): void {
  if (snapshot.unread.some(({ isMinor }) => !isMinor)) return;
  const known = objectsOf(snapshot).filter((one) => namespace === undefined || one.namespace === namespace);
  for (const { kind, name } of targets) {
    if (known.some((one) => one.kind === kind && one.name === name)) continue;
    const near = nearestWord(
      name,
      known.filter((one) => one.kind === kind).map((one) => one.name),
    );
    // A bare word is a pod's name; a controller may have it.
    const alike = known.find((one) => one.kind !== kind && one.name === name);
    const elsewhere = objectsOf(snapshot).find((one) => one.kind === kind && one.name === name);
    throw new ToolError("target-missing", {
      what: `there is no ${shortName(kind, name)}${namespace === undefined ? "" : ` in ${namespace}`}`,
      why:
        elsewhere !== undefined
          ? `it is in ${elsewhere.namespace}`
          : alike !== undefined
            ? `${shortName(alike.kind, name)} is there`
            : near === undefined
              ? `${snapshot.from} shows none of that name`
              : `the nearest name is ${near}`,
      do:
        elsewhere !== undefined
          ? `pass -n ${elsewhere.namespace}`
          : alike !== undefined
            ? `ask for ${shortName(alike.kind, name)}`
            : near === undefined
              ? `check the name, and the namespace with -n${kind === "Pod" ? `; a controller is TYPE/NAME, such as ${shortName("Deployment", name)}` : ""}`
              : `ask for ${shortName(kind, near)}`,
    });
  }
}

interface Seen {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

/** Everything of the snapshot that a target can name. */
function objectsOf(snapshot: Snapshot): readonly Seen[] {
  const index = indexWorkloads(snapshot);
  const owners = [...snapshot.pods, ...snapshot.workloads].flatMap(({ namespace, owners: above }) =>
    above.map(({ kind, name }) => ({ kind, namespace, name })),
  );
  const tops = snapshot.pods.flatMap((pod) => topWorkload(pod, index) ?? []);
  const events = snapshot.events.map(({ about }) => about);
  const earlier = snapshot.earlier.map(({ pod }) => pod);
  const named = snapshot.messages.flatMap(({ pod }) => (pod === undefined ? [] : [{ kind: "Pod", ...pod }]));
  return [...snapshot.pods, ...earlier, ...snapshot.workloads, ...owners, ...tops, ...events, ...named];
}
