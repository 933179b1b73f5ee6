// The smallest kubelet that kubectl believes in: every pod runs at once on node-1, unless its image
// says that it cannot be pulled.

import {
  items,
  type Json,
  type KubeObject,
  record,
  strings,
  text,
  timestamp,
} from "../../../src/sim/api/json.js";
import type { Store } from "../../../src/sim/api/store.js";
import type { Processes } from "../../../src/sim/shell/processes.js";

/** Returns the way to stop. */
export function runPods(store: Store, processes: Processes): () => void {
  const started = new Set<string>();

  const start = (pod: KubeObject, key: string): void => {
    for (const spec of items(pod, "spec", key)) {
      const name = text(spec, "name");
      const id = `${pod.metadata.uid}/${name}`;
      if (started.has(id)) continue;
      started.add(id);
      if (text(spec, "image").includes("nope")) {
        report(pod, key, name, {
          state: {
            waiting: {
              reason: "ImagePullBackOff",
              message: `Back-off pulling image "${text(spec, "image")}"`,
            },
          },
        });
        continue;
      }
      const argv = [...strings(spec, "command"), ...strings(spec, "args")];
      const process = processes.start(
        { pod, container: name },
        { argv: argv.length > 0 ? argv : [spec.stdin === true ? "sh" : "nginx"] },
      );
      const startedAt = timestamp(store.clock.now());
      report(pod, key, name, { ready: true, started: true, state: { running: { startedAt } } });
      void process.exited.then((exitCode) => {
        const reason = exitCode === 0 ? "Completed" : "Error";
        report(pod, key, name, {
          state: { terminated: { exitCode, reason, startedAt, finishedAt: startedAt } },
        });
      });
    }
  };

  /** A container's status, and what follows from it for the pod. */
  const report = (pod: KubeObject, key: string, name: string, change: Json): void => {
    const { namespace, name: podName, uid } = pod.metadata;
    if (store.find("pods", namespace, podName)?.metadata.uid !== uid) return;
    const list = key === "containers" ? "containerStatuses" : "ephemeralContainerStatuses";
    store.patch("pods", namespace, podName, (draft) => {
      const status = record(draft, "status");
      const others = items(status, list).filter((one) => one.name !== name);
      const image = text(
        items(draft, "spec", key).find((one) => one.name === name),
        "image",
      );
      const made = { name, image, imageID: "", ready: false, restartCount: 0, ...change };
      const all = [...others, made];
      draft.status = {
        ...status,
        ...(key === "containers" ? { phase: phaseOf(all), conditions: conditionsOf(all, draft) } : {}),
        podIP: "10.244.0.7",
        podIPs: [{ ip: "10.244.0.7" }],
        hostIP: "198.51.100.10",
        startTime: timestamp(store.clock.now()),
        [list]: all,
      };
    });
  };

  return store.watch("pods", {}, ({ type, object: pod }) => {
    const { namespace, name, uid, deletionTimestamp } = pod.metadata;
    if (type === "DELETED") return processes.forget(uid);
    queueMicrotask(() => {
      if (store.find("pods", namespace, name)?.metadata.uid !== uid) return;
      if (deletionTimestamp !== undefined) {
        store.delete("pods", namespace, name, { graceSeconds: 0 });
        return;
      }
      if (text(pod, "spec", "nodeName") === "") {
        store.patch("pods", namespace, name, (draft) => {
          draft.spec = { ...record(draft, "spec"), nodeName: "node-1" };
        });
      }
      start(pod, "containers");
      start(pod, "ephemeralContainers");
    });
  });
}

function phaseOf(statuses: readonly Json[]): string {
  const states = statuses.map((one) => record(one, "state"));
  if (states.some((state) => state.waiting !== undefined)) return "Pending";
  if (states.some((state) => state.running !== undefined)) return "Running";
  return states.every((state) => record(state, "terminated").exitCode === 0) ? "Succeeded" : "Failed";
}

function conditionsOf(statuses: readonly Json[], pod: KubeObject): Json[] {
  const isReady =
    statuses.every((one) => one.ready === true) &&
    statuses.length === items(pod, "spec", "containers").length;
  const status = isReady ? "True" : "False";
  const lastTransitionTime = "2026-11-24T12:00:00Z";
  return [
    { type: "Initialized", status: "True", lastTransitionTime },
    { type: "Ready", status, lastTransitionTime },
    { type: "ContainersReady", status, lastTransitionTime },
    { type: "PodScheduled", status: "True", lastTransitionTime },
  ];
}
