// The trace that `--record` leaves: a Kubernetes Event on the object that was changed.

import type { WritingApi } from "../cluster/api.js";
import { createObject } from "../cluster/writing.js";
import { beforeOf, type Step } from "./draft.js";
import { uidOf } from "./rehearse.js";

/** Undefined when it was written, else why not: the change itself stands. */
export async function recordEvent(
  writing: WritingApi,
  step: Step,
  { id, what, now }: { readonly id: string; readonly what: string; readonly now: Date },
): Promise<string | undefined> {
  const { apiVersion, kind, namespace = "default", name } = step.ref;
  const before = beforeOf(step);
  const at = now.toISOString().replace(/\.\d+Z$/, "Z");
  const answer = await createObject(writing, {
    apiVersion: "v1",
    kind: "Event",
    metadata: { namespace, name: `${name.slice(0, 200)}.${id}` },
    involvedObject: {
      apiVersion,
      kind,
      namespace,
      name,
      ...(before === undefined ? {} : { uid: uidOf(before) }),
    },
    type: "Normal",
    reason: "PulldoctorFix",
    message: `pulldoctor changed it: ${what} (change ${id})`,
    source: { component: "pulldoctor" },
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  });
  return answer.ok ? undefined : answer.why;
}
