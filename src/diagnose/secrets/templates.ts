// Controllers without a pod: a schedule between two runs, a workload scaled to nothing. Their pods would pull by the pod
// template, so they use its secrets as well.

import type { Scene } from "../../causes/define.js";
import type { Pod, Workload } from "../../model/objects.js";
import type { Pull } from "../../model/pull.js";
import { tryParseReference } from "../../model/reference.js";
import { saysNothing } from "../pulls.js";

const tops: ReadonlySet<string> = new Set(["Deployment", "StatefulSet", "DaemonSet", "CronJob"]);

/** One for each image of a controller that none of these pulls belongs to. */
export function templatePulls(pulls: readonly Pull[], scene: Scene): readonly Pull[] {
  const seen = new Set(pulls.flatMap(({ workload }) => (workload === undefined ? [] : [keyOf(workload)])));
  return scene.snapshot.workloads
    .filter((workload) => tops.has(workload.kind) && !seen.has(keyOf(workload)))
    .flatMap((workload) => {
      const pod = podFor(workload, scene);
      return workload.containers.map(({ name, kind, image }): Pull => {
        const parsed = tryParseReference(image);
        return {
          pod,
          containerName: name,
          containerKind: kind,
          image,
          state: "ended",
          reason: "",
          said: [],
          reading: saysNothing,
          workload,
          ...(parsed.ok ? { reference: parsed.reference } : { referenceError: parsed.why }),
        };
      });
    });
}

/** As admission would fill it in: the account's secrets where the template names none. */
function podFor(
  { namespace, serviceAccount = "default", pullSecrets, managedBy }: Workload,
  scene: Scene,
): Pod {
  const account = scene.serviceAccount(namespace, serviceAccount);
  return {
    kind: "Pod",
    namespace,
    name: "",
    uid: "",
    serviceAccount,
    pullSecrets: pullSecrets.length > 0 ? pullSecrets : (account?.pullSecrets ?? []),
    containers: [],
    imageVolumes: [],
    phase: "Unknown",
    conditions: [],
    owners: [],
    labels: {},
    nodeSelector: {},
    managedBy,
  };
}

const keyOf = ({ kind, namespace, name }: Workload): string => `${kind} ${namespace}/${name}`;
