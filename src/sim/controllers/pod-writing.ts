// Making pods from templates, and removing them, with the events that say so.

import { ApiError } from "../api/errors.js";
import { copy, type Json, type KubeObject, record, stringMap } from "../api/json.js";
import { type ControllerContext, ownerReference } from "./controller.js";
import type { EventWriter } from "./event-writer.js";

/** undefined: the API server refused; the refusal is in an event. */
export function createPod(
  context: ControllerContext,
  events: EventWriter,
  owner: KubeObject,
  options: {
    readonly template: Json;
    readonly name?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly spec?: (spec: Json) => void;
    readonly isQuiet?: boolean;
  },
): KubeObject | undefined {
  const { template, name, labels = {} } = options;
  const spec = copy(record(template, "spec"));
  options.spec?.(spec);
  const metadata = record(template, "metadata");
  try {
    const pod = context.store.create("pods", {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        ...(name === undefined ? { generateName: `${owner.metadata.name}-` } : { name }),
        namespace: owner.metadata.namespace,
        labels: { ...stringMap(metadata, "labels"), ...labels },
        ...(metadata.annotations === undefined ? {} : { annotations: metadata.annotations }),
        ownerReferences: [ownerReference(owner)],
      },
      spec,
    });
    context.pods.note(pod);
    if (options.isQuiet !== true) {
      events.write(owner, "Normal", "SuccessfulCreate", `Created pod: ${pod.metadata.name}`);
    }
    return pod;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    events.write(owner, "Warning", "FailedCreate", `Error creating: ${error.message}`);
    return undefined;
  }
}

export function deletePod(
  context: ControllerContext,
  events: EventWriter,
  owner: KubeObject,
  pod: KubeObject,
  isQuiet = false,
): void {
  const { namespace, name, uid } = pod.metadata;
  if (context.store.find("pods", namespace, name)?.metadata.uid !== uid) return;
  context.store.delete("pods", namespace, name, { preconditions: { uid } });
  const left = context.store.find("pods", namespace, name);
  if (left?.metadata.uid === uid) context.pods.note(left);
  else context.pods.forget(pod);
  if (!isQuiet) events.write(owner, "Normal", "SuccessfulDelete", `Deleted pod: ${name}`);
}
