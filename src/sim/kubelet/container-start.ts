// Starting one container in a sync: crash-loop window, image, creation, start.
// pkg/kubelet/kuberuntime/kuberuntime_container.go; semantics reference 1.2.

import { at, items, type Json, type KubeObject, strings, text } from "../api/json.js";
import { sleep } from "../clock.js";
import { canRun, execFormatError, run } from "../runtime/program.js";
import type { PulledImage } from "../runtime/pull-types.js";
import { CrashLoops } from "./crash-loops.js";
import type { PullPolicy } from "./image-manager.js";
import { type ContainerKind, type Instance, type Instances, newId } from "./instances.js";
import type { KubeletParts } from "./kubelet-parts.js";
import type { Waiting } from "./pod-status.js";
import type { EventText } from "./recorder.js";
import * as words from "./words.js";

const createMs = 20;
const startMs = 55;

export interface StartRequest {
  readonly pod: KubeObject;
  readonly kind: ContainerKind;
  readonly container: Json;
  readonly instances: Instances;
  readonly signal: AbortSignal;
  /** What a failed image volume of this container says. */
  readonly volumeTrouble?: Waiting;
  record(event: EventText): void;
  /** The runtime has something new to tell. */
  changed(thing: string): void;
  /** The pod was deleted meanwhile. */
  isGoing(): boolean;
}

/** undefined: it runs. */
export type Started = (Waiting & { readonly retryAt?: number }) | undefined;

export async function startContainer(request: StartRequest, parts: KubeletParts): Promise<Started> {
  const { pod, container, instances, record } = request;
  const { clock, traits } = parts;
  const name = text(container, "name");
  const fail = (why: Waiting): Waiting => {
    record({ type: "Warning", reason: "Failed", message: `Error: ${why.reason}` });
    return why;
  };
  const newest = instances.newest(name);
  if (newest?.end !== undefined) {
    const window = parts.crashLoops.enter(CrashLoops.key(pod, container), newest.end.at, clock.now());
    if (window !== undefined) {
      const { namespace = "", uid } = pod.metadata;
      const message = words.restarting(name, pod.metadata.name, namespace, uid, traits);
      record({ type: "Warning", reason: "BackOff", message });
      const who = `container=${name} pod=${pod.metadata.name}_${namespace}(${uid})`;
      return {
        reason: "CrashLoopBackOff",
        message: `back-off ${words.goDuration(window.ms)} restarting failed ${who}`,
        retryAt: window.until,
      };
    }
  }
  if (request.volumeTrouble !== undefined) return fail(request.volumeTrouble);
  const answer = await parts.images.ensure(
    {
      pod,
      image: text(container, "image"),
      policy: policyOf(container),
      record,
    },
    request.signal,
  );
  if (!answer.ok) return fail(answer);
  const attempt = newest === undefined ? 0 : newest.attempt + 1;
  const id = newId();
  await sleep(clock, createMs);
  if (request.isGoing()) return unmounted(pod, container, record);
  const trouble = creationTrouble(container, answer.image, id, parts);
  if (trouble !== undefined) {
    record({ type: "Warning", reason: "Failed", message: `Error: ${trouble}` });
    return { reason: "CreateContainerError", message: trouble };
  }
  record({ type: "Normal", reason: "Created", message: words.created(name, traits) });
  await sleep(clock, startMs);
  const instance = launch(request, answer.image, { id, attempt }, parts);
  instances.add(instance);
  record({ type: "Normal", reason: "Started", message: words.started(name, traits) });
  request.changed(instance.id);
  return undefined;
}

/** What a kubelet that did not stop its pull finds after it: the pod's volumes are gone. */
function unmounted(pod: KubeObject, container: Json, record: StartRequest["record"]): Waiting {
  const mounted = text(container, "volumeMounts", 0, "name");
  const volume = mounted === "" ? text(pod.spec, "volumes", 0, "name") : mounted;
  const message = `cannot find volume "${volume}" to mount into container "${text(container, "name")}"`;
  record({ type: "Warning", reason: "Failed", message: `Error: ${message}` });
  return { reason: "CreateContainerConfigError", message };
}

export function policyOf(container: Json): PullPolicy {
  const policy = text(container, "imagePullPolicy");
  return policy === "Always" || policy === "Never" ? policy : "IfNotPresent";
}

function creationTrouble(
  container: Json,
  image: PulledImage,
  id: string,
  parts: KubeletParts,
): string | undefined {
  if (argv(container, image).length === 0) {
    return `failed to generate container "${id}" spec: failed to generate spec: no command specified`;
  }
  if (!canRun(image.platform, parts.platform) && parts.leavesUnpacked) {
    const parent = `missing parent "sha256:${image.imageRef.slice(7)}" bucket`;
    return `failed to create containerd container: error unpacking image: failed to prepare snapshot: ${parent}: not found`;
  }
  return undefined;
}

function argv(container: Json, image: PulledImage): string[] {
  const command = strings(container, "command");
  const args = strings(container, "args");
  if (command.length > 0) return [...command, ...args];
  return [...image.entrypoint, ...(args.length > 0 ? args : (image.command ?? []))];
}

function launch(
  request: StartRequest,
  image: PulledImage,
  identity: { readonly id: string; readonly attempt: number },
  parts: KubeletParts,
): Instance {
  const { clock } = parts;
  const { pod, container } = request;
  const line = argv(container, image);
  const endsAnyway = text(pod, "spec", "restartPolicy") !== "Always" || request.kind === "init";
  const isSidecar = text(container, "restartPolicy") === "Always";
  const program = canRun(image.platform, parts.platform)
    ? run(line, endsAnyway && !isSidecar)
    : { endsAfterMs: 0, exitCode: 1, log: execFormatError(line[0] ?? "", parts.runtime.name) };
  const own = canRun(image.platform, parts.platform)
    ? parts.processes?.start({ pod, container: text(container, "name") }, line)
    : undefined;
  let cancel: (() => void) | undefined;
  const instance: Instance = {
    ...identity,
    container: text(container, "name"),
    image,
    startedAt: clock.now(),
    log: program.log,
    stop() {
      if (instance.end !== undefined) return;
      cancel?.();
      own?.kill();
      instance.end = { at: clock.now(), exitCode: 143, reason: "Error" };
      request.changed(instance.id);
    },
  };
  const end = (exitCode: number): void => {
    if (instance.end !== undefined) return;
    instance.end = { at: clock.now(), exitCode, reason: exitCode === 0 ? "Completed" : "Error" };
    request.changed(instance.id);
  };
  if (own !== undefined) void own.exited.then(end);
  else if (program.endsAfterMs !== undefined) {
    cancel = clock.after(program.endsAfterMs, () => end(program.exitCode));
  }
  return instance;
}

/** Names of the image volumes that a container mounts. */
export function imageVolumesOf(container: Json, pod: KubeObject): string[] {
  const mounted = items(container, "volumeMounts").map((mount) => text(mount, "name"));
  return items(pod.spec, "volumes")
    .filter((volume) => at(volume, "image") !== undefined && mounted.includes(text(volume, "name")))
    .map((volume) => text(volume, "name"));
}
