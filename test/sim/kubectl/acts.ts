// What happens in the world between two commands of a transcript: the part of controllers that do not
// run in these tests.

import { type KubeObject, put, record, text, timestamp } from "../../../src/sim/api/json.js";
import type { Cluster } from "./cluster.js";

type Act = (cluster: Cluster, args: readonly string[]) => void | Promise<void>;

const namespace = "shop";

/** The deployment's ReplicaSet of a revision, and a status that says all is well. */
const rolledOut: Act = ({ store, clock }, [name = "", revision = "1"]) => {
  const deployment = store.get("deployments.apps", namespace, name);
  const template = record(deployment, "spec", "template");
  const { uid } = deployment.metadata;
  const labels = { ...record(template, "metadata", "labels"), "pod-template-hash": `hash${revision}` };
  store.create("replicasets.apps", {
    metadata: {
      name: `${name}-hash${revision}`,
      namespace,
      labels,
      annotations: { "deployment.kubernetes.io/revision": revision },
      ownerReferences: [
        { apiVersion: "apps/v1", kind: "Deployment", name, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    spec: {
      replicas: 0,
      selector: { matchLabels: labels },
      template: { ...template, metadata: { ...record(template, "metadata"), labels } },
    },
  });
  store.patch("deployments.apps", namespace, name, (draft) => {
    draft.metadata.annotations = {
      ...draft.metadata.annotations,
      "deployment.kubernetes.io/revision": revision,
    };
  });
  settle(store.get("deployments.apps", namespace, name));

  function settle(current: KubeObject): void {
    const replicas = Number(record(current, "spec").replicas ?? 1);
    const now = timestamp(clock.now());
    store.patch("deployments.apps", namespace, name, (draft) => {
      draft.status = {
        observedGeneration: draft.metadata.generation,
        replicas,
        updatedReplicas: replicas,
        readyReplicas: replicas,
        availableReplicas: replicas,
        conditions: [
          {
            type: "Available",
            status: "True",
            reason: "MinimumReplicasAvailable",
            message: "Deployment has minimum availability.",
            lastTransitionTime: now,
            lastUpdateTime: now,
          },
        ],
      };
    });
  }
};

const node: Act = ({ store, clock }, [name = "node-1"]) => {
  const now = timestamp(clock.now());
  store.create("nodes", {
    metadata: { name, labels: { "kubernetes.io/hostname": name, "node-role.kubernetes.io/worker": "" } },
    spec: { podCIDR: "10.244.0.0/24" },
    status: {
      capacity: { cpu: "4", memory: "8Gi", pods: "110" },
      allocatable: { cpu: "4", memory: "8Gi", pods: "110" },
      conditions: [
        {
          type: "Ready",
          status: "True",
          reason: "KubeletReady",
          message: "kubelet is posting ready status",
          lastHeartbeatTime: now,
          lastTransitionTime: now,
        },
      ],
      addresses: [{ type: "InternalIP", address: "198.51.100.10" }],
      nodeInfo: {
        kubeletVersion: "v1.35.2",
        containerRuntimeVersion: "containerd://2.1.4",
        osImage: "Debian",
        kernelVersion: "6.1",
        architecture: "amd64",
        operatingSystem: "linux",
        machineID: "",
        systemUUID: "",
        bootID: "",
        kubeProxyVersion: "",
      },
    },
  });
};

/** An event about a pod, as a kubelet writes it. */
const event: Act = ({ store, clock }, [name = "", reason = "", message = ""]) => {
  const pod = store.get("pods", namespace, name);
  const now = timestamp(clock.now());
  store.create("events", {
    metadata: { generateName: `${name}.`, namespace },
    involvedObject: {
      kind: "Pod",
      apiVersion: "v1",
      namespace,
      name,
      uid: pod.metadata.uid,
      fieldPath: "spec.containers{app}",
    },
    type: reason === "Failed" ? "Warning" : "Normal",
    reason,
    message,
    source: { component: "kubelet", host: "node-1" },
    firstTimestamp: now,
    lastTimestamp: now,
    count: 3,
  });
};

/** Writes to an object behind the client's back. */
const touch: Act = ({ store }, [resource = "", name = ""]) => {
  store.patch(resource, namespace, name, (draft) => {
    put(draft, ["metadata", "annotations", "touched"], text(draft, "metadata", "resourceVersion"));
  });
};

export const acts: Readonly<Record<string, Act>> = {
  "rolled-out": rolledOut,
  node,
  event,
  touch,
  compact: ({ store }) => store.compact(),
  advance: ({ clock }, [seconds = "1"]) => clock.advance(Number(seconds) * 1000),
};
