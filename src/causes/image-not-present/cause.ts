// The policy is Never, and the image is not on the node.

import type { Pull } from "../../model/pull.js";
import { tryParseReference } from "../../model/reference.js";
import { defineCause, type Scene } from "../define.js";
import { nodeText } from "../from-node.js";
import { allowPull } from "../template-changes.js";
import { word } from "../word.js";

/** Nodes that list the image among theirs. A node lists its 50 largest images by default. */
function nodesWith(pull: Pull, scene: Scene): readonly string[] {
  const { reference } = pull;
  if (reference === undefined) return [];
  const isSame = (name: string): boolean => {
    const parsed = tryParseReference(name);
    return (
      parsed.ok &&
      parsed.reference.registry === reference.registry &&
      parsed.reference.repository === reference.repository &&
      (reference.digest ?? reference.tag ?? "latest") ===
        (reference.digest === undefined ? (parsed.reference.tag ?? "latest") : parsed.reference.digest)
    );
  };
  return scene.snapshot.nodes
    .filter(({ images }) => images.some(({ names }) => names.some(isSame)))
    .map(({ name }) => name);
}

export default defineCause({
  id: "image-not-present",
  title: "image is not on the node and may not be pulled",
  summary:
    "The pull policy is Never, so the kubelet uses only what the node already has, and the node does not have this image.",
  area: "node",
  stage: "reference",
  looksLike: [
    { by: "kubelet", text: 'Container image "…" is not present with pull policy of Never' },
    { by: "kubectl", text: "ErrImageNeverPull" },
  ],
  toldApart: [
    { from: "tag-not-found", how: "there a registry was asked" },
    { from: "credentials-missing", how: "there a registry was asked and refused" },
  ],
  mend: [
    "let the kubelet pull it: `imagePullPolicy: IfNotPresent`",
    "see what the template has: `kubectl -n <namespace> get deployment <name> -o jsonpath='{.spec.template.spec.containers[0].imagePullPolicy}'`",
    "or load the image on every node where the pod may run: `ctr -n k8s.io images import <file>.tar`, `kind load docker-image <image>`, `minikube image load <image>`",
    "see which nodes have which images (each lists its 50 largest): `kubectl get nodes -o json | jq '.items[] | {node: .metadata.name, images: [.status.images[].names[]]}'`",
    "from Kubernetes 1.33 on the same words also mean that the image is there and this pod has no credentials for it (KubeletEnsureSecretPulledImages)",
  ],
  prevent: [
    "keep Never for tests on one node; elsewhere IfNotPresent with exact tags does the same and recovers",
    "the three policies: Always asks the registry at each start, IfNotPresent only when the node has no copy, Never not at all",
  ],
  fixes: ["set-pull-policy"],
  read: ["https://kubernetes.io/docs/concepts/containers/images/#image-pull-policy"],

  tell(pull, scene) {
    const nodes = nodesWith(pull, scene);
    const elsewhere = nodes.filter((name) => name !== pull.pod.node);
    if (pull.pod.node !== undefined && nodes.includes(pull.pod.node))
      return `${nodeText(pull)} lists ${pull.image}, and the kubelet does not let this pod use it: the policy is Never, and newer kubelets want the pod's own credentials for an image that was pulled with credentials.`;
    const where = elsewhere.length === 0 ? "" : ` Node ${elsewhere.slice(0, 3).join(", ")} has it.`;
    return `The policy is Never, and ${nodeText(pull)} does not have ${pull.image || "the image"}. No registry was asked.${where}`;
  },

  remedies: (pull) => [allowPull(pull)],

  settle: (pull) => [
    `kubectl get node ${word(pull.pod.node ?? "<node>")} -o jsonpath='{range .status.images[*]}{.names}{"\\n"}{end}'`,
  ],
});
