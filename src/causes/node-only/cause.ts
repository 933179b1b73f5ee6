// The same image fails on one node and was pulled by others.

import type { Pull } from "../../model/pull.js";
import { tellTeam } from "../commands.js";
import { defineCause, likely, type Scene } from "../define.js";
import { dialFromNode, greetFromNode, resolveFromNode } from "../from-node.js";
import { saidCause } from "../said.js";
import { deletion } from "../target.js";
import { word } from "../word.js";

const ofTheNode: ReadonlySet<string> = new Set([
  "dns-failure",
  "connection-refused",
  "connection-timeout",
  "connection-reset",
  "no-route",
  "proxy-failure",
  "tls-untrusted",
  "tls-other",
  "plain-http-registry",
  "intercepted-response",
  "runtime-unavailable",
  "unpack-failed",
  "content-corrupt",
]);

/** Nodes that pulled from this registry since the failing began, when just this one fails. */
function nodesThatCan(pull: Pull, scene: Scene): readonly string[] {
  const node = pull.pod.node;
  const registry = pull.reference?.registry;
  if (node === undefined || registry === undefined || pull.since === undefined) return [];
  if (!ofTheNode.has(pull.reading.cause) || pull.state !== "failing") return [];
  const failing = scene.pulls.filter(
    (other) => other.state === "failing" && other.reference?.registry === registry,
  );
  if (failing.some((other) => other.pod.node !== node)) return [];
  const began = pull.since.getTime();
  const meanwhile = scene.working.flatMap(({ pull: other, at }) =>
    other.reference?.registry === registry && at !== undefined && at.getTime() >= began
      ? (other.pod.node ?? [])
      : [],
  );
  // A node that pulls and fails by turns is another matter.
  return meanwhile.includes(node) ? [] : [...new Set(meanwhile)];
}

export default defineCause({
  id: "node-only",
  title: "only one node cannot pull",
  summary:
    "Other nodes pull from this registry meanwhile; one does not. The trouble is on that node or on its way out, not at the registry.",
  area: "node",
  parent: saidCause,
  looksLike: [{ by: "kubectl", text: "pods on node-a Running, pods on node-b ImagePullBackOff, same image" }],
  toldApart: [
    { from: "registry-unavailable", how: "there every node fails" },
    { from: "node-identity", how: "there the registry refuses the node by who it is" },
    { from: "intermittent", how: "there the same node pulls and fails by turns" },
  ],
  mend: [
    "compare the node with one that works: resolver, proxy settings of the runtime, CA certificates, hosts.toml, security group, subnet and its route table",
    "take it out of service meanwhile: `kubectl cordon <node>`, then delete the pods so that they start elsewhere",
    "when it is mended: `kubectl uncordon <node>`",
  ],
  prevent: ["make nodes from one image and replace, not repair, the odd one"],
  fixes: ["tell", "restart-pods"],
  read: [
    "https://kubernetes.io/docs/tasks/debug/debug-cluster/crictl/",
    "https://kubernetes.io/docs/tasks/debug/debug-cluster/kubectl-node-debug/",
  ],

  judge(pull, scene) {
    const [first, ...others] = nodesThatCan(pull, scene);
    if (first === undefined) return undefined;
    return likely(`the same question asked from node ${pull.pod.node}`, {
      source: "node",
      where: `node ${[first, ...others].slice(0, 3).join(", ")}`,
      shows: `pulled from ${pull.reference?.registry} since this pull began to fail`,
      from: scene.snapshot.from,
    });
  },

  tell: (pull, scene) =>
    `Node ${pull.pod.node} fails while ${nodesThatCan(pull, scene).slice(0, 3).join(", ")} pulled from ${pull.reference?.registry} meanwhile. The registry answers; this node or its way out does not work.`,

  remedies: (pull) => [
    {
      ...tellTeam(
        pull,
        `node ${pull.pod.node} cannot pull from ${pull.reference?.registry}, other nodes can`,
      ),
      what: `keep pods off node ${pull.pod.node} and let this one start elsewhere, until the node is mended`,
      effect: "deletes-pods",
      commands: [`kubectl cordon ${word(pull.pod.node ?? "<node>")}`, deletion(pull)],
    },
  ],

  settle: (pull) =>
    pull.reading.cause === "dns-failure"
      ? [resolveFromNode(pull)]
      : [dialFromNode(pull), greetFromNode(pull)],
});
