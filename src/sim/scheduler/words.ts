// What the scheduler says, by version. pkg/scheduler/framework/types.go and its plugins.

/** Reasons with their numbers of nodes, as one sentence. */
export function unschedulable(nodes: number, reasons: ReadonlyMap<string, number>, minor: number): string {
  if (nodes === 0) return "no nodes available to schedule pods";
  const parts = [...reasons].map(([reason, count]) => `${count} ${reason}`).sort();
  const sentence = `0/${nodes} nodes are available: ${parts.join(", ")}.`;
  if (minor < 24) return sentence;
  return `${sentence} preemption: 0/${nodes} nodes are available: ${nodes} Preemption is not helpful for scheduling.`;
}

export const affinityReason = (minor: number): string =>
  minor >= 22
    ? "node(s) didn't match Pod's node affinity/selector"
    : "node(s) didn't match Pod's node affinity";

export const cordonedReason = "node(s) were unschedulable";

export function taintReason(key: string, value: string, minor: number): string {
  const shown = `{${key}: ${value}}`;
  return minor >= 24
    ? `node(s) had untolerated taint ${shown}`
    : `node(s) had taint ${shown}, that the pod didn't tolerate`;
}
