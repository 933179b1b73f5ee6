// A cloud registry lets some nodes in by their own identity and refuses the others.

import type { Pull } from "../../model/pull.js";
import { familyTitles, registryFamily, usesNodeIdentity } from "../../model/registry-family.js";
import { tellTeam } from "../commands.js";
import { defineCause, likely, type Scene, unknown } from "../define.js";
import { isDenied, refusalOf } from "../denied.js";
import { registryOf } from "../seen.js";
import { word } from "../word.js";

interface LetIn {
  readonly nodes: readonly string[];
  /** False: only other repositories were pulled there, and this one may have a policy of its own. */
  readonly tells: boolean;
}

/** Other nodes where this registry's images were pulled without a pull secret, when this node never did. */
function letIn(pull: Pull, scene: Scene): LetIn | undefined {
  const { node } = pull.pod;
  const { reference } = pull;
  if (node === undefined || reference === undefined || !isDenied(pull)) return undefined;
  if (!usesNodeIdentity.has(registryFamily(reference.registry))) return undefined;
  const keyring = scene.keyring(pull);
  if (!keyring.known || keyring.credentials.length > 0) return undefined;
  const good = scene.working
    .map(({ pull: other }) => other)
    .filter((other) => other.reference?.registry === reference.registry && other.pod.node !== undefined)
    .filter((other) => scene.keyring(other).known && scene.keyring(other).credentials.length === 0);
  if (good.some((other) => other.pod.node === node)) return undefined;
  const same = good.filter((other) => other.reference?.repository === reference.repository);
  const used = same.length > 0 ? same : good;
  if (used.length === 0) return undefined;
  // Who asks with nothing in hand is refused whatever it asks for.
  const sentNothing = pull.said.some(({ evidence }) => evidence.quote?.includes("no basic auth credentials"));
  return {
    nodes: [...new Set(used.flatMap((other) => other.pod.node ?? []))],
    tells: same.length > 0 || sentNothing || pull.reading.status === 401,
  };
}

export default defineCause({
  id: "node-identity",
  title: "node may not read from the cloud registry",
  summary:
    "Other nodes pull from this registry with their own cloud identity; this node is refused. Its role, scope or credential provider differs.",
  area: "auth",
  parent: refusalOf,
  looksLike: [
    { by: "containerd", text: "… no basic auth credentials" },
    {
      by: "containerd",
      text: "unexpected status from HEAD request to https://….dkr.ecr.….amazonaws.com/v2/…: 403 Forbidden",
    },
  ],
  toldApart: [
    { from: "credentials-missing", how: "there no node gets in without a pull secret" },
    { from: "access-denied", how: "there every node is refused, whatever its role" },
    {
      from: "credential-provider-failed",
      how: "there the node's credential provider itself reports an error",
    },
  ],
  mend: [
    "give the node group's role read access: AmazonEC2ContainerRegistryPullOnly or AmazonEC2ContainerRegistryReadOnly on AWS, roles/artifactregistry.reader on Google Cloud, AcrPull on Azure",
    "on Google Cloud the node's access scopes limit the role as well: it needs cloud-platform or devstorage.read_only",
    "check that the kubelet of this node runs with the image credential provider of the others (`--image-credential-provider-config`)",
  ],
  prevent: ["make node groups from one template, with the registry role in it"],
  fixes: ["tell", "create-pull-secret"],
  read: [
    "https://kubernetes.io/docs/tasks/administer-cluster/kubelet-credential-provider/",
    "https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_EKS.html",
  ],

  judge(pull, scene) {
    const found = letIn(pull, scene);
    if (found === undefined) return undefined;
    const nodes = found.nodes.slice(0, 3).join(", ");
    if (!found.tells)
      return unknown(
        `node ${nodes} may read other repositories of ${registryOf(pull)}; this one may refuse them too`,
      );
    return likely(`the identity of node ${pull.pod.node}`, {
      source: "node",
      where: `node ${nodes}`,
      shows: `pulled from ${registryOf(pull)} without a pull secret; node ${pull.pod.node} is refused`,
      from: scene.snapshot.from,
    });
  },

  tell(pull, scene) {
    const nodes = letIn(pull, scene)?.nodes ?? [];
    const family = familyTitles[registryFamily(registryOf(pull))];
    return `${family} lets ${nodes.slice(0, 3).join(", ")} in without a pull secret and refuses ${pull.pod.node}. Nodes sign in there with their own identity, and this one's has to differ.`;
  },

  remedies: (pull, scene) => [
    tellTeam(
      pull,
      `give node ${pull.pod.node} the registry role of ${letIn(pull, scene)?.nodes[0]}: read access to ${registryOf(pull)}`,
    ),
  ],

  settle(pull, scene) {
    const other = letIn(pull, scene)?.nodes[0];
    const { node } = pull.pod;
    return node === undefined || other === undefined
      ? []
      : [`kubectl get node ${word(node)} ${word(other)} --show-labels`];
  },
});
