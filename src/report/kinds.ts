// Names of Kubernetes kinds as kubectl takes and prints them.

interface KindName {
  /** What is typed: `deploy`. */
  readonly short: string;
  /** What `kubectl get -o name` prints: `deployment.apps`. */
  readonly full: string;
}

const kinds: Readonly<Record<string, KindName>> = {
  Deployment: { short: "deploy", full: "deployment.apps" },
  ReplicaSet: { short: "rs", full: "replicaset.apps" },
  StatefulSet: { short: "sts", full: "statefulset.apps" },
  DaemonSet: { short: "ds", full: "daemonset.apps" },
  Job: { short: "job", full: "job.batch" },
  CronJob: { short: "cronjob", full: "cronjob.batch" },
  ReplicationController: { short: "rc", full: "replicationcontroller" },
  Pod: { short: "pod", full: "pod" },
};

/** `deploy/checkout`; kinds that are not in the table are lower-cased. */
export function shortName(kind: string, name: string): string {
  return `${kinds[kind]?.short ?? kind.toLowerCase()}/${name}`;
}

/** `deployment.apps/checkout`, as `kubectl get -o name` prints it. */
export function fullName(kind: string, name: string): string {
  return `${kinds[kind]?.full ?? kind.toLowerCase()}/${name}`;
}
