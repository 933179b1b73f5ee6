// The image exists, and has nothing for the operating system or processor of this node.

import type { Pull } from "../../model/pull.js";
import type { Remedy } from "../../model/report.js";
import { tellTeam } from "../commands.js";
import { defineCause, type Scene } from "../define.js";
import { nodeText } from "../from-node.js";
import { rollBack } from "../last-good.js";
import { keepToArchitecture } from "../template-changes.js";
import { word } from "../word.js";

/** The node's own word for it, else the message's: `linux/arm64/v8`. */
function platformOf({ node, said }: Pull): string | undefined {
  if (node?.architecture !== undefined) return `${node.os ?? "linux"}/${node.architecture}`;
  return /\b(?:linux|windows)\/[a-z0-9]+(?:\/v\d+)?/.exec(said[0]?.evidence.quote ?? "")?.[0];
}

/** The architecture of nodes on which this very image runs, when it is another one than here. */
function fits(pull: Pull, scene: Scene): string | undefined {
  const here = pull.node?.architecture;
  const there = new Set(
    scene.working
      .filter(({ pull: good }) => good.image === pull.image)
      .flatMap(({ pull: good }) => good.node?.architecture ?? []),
  );
  if (here === undefined) return undefined;
  return there.has(here) ? undefined : [...there][0];
}

const build = (pull: Pull): Remedy => ({
  ...tellTeam(
    pull,
    `build ${pull.image || "the image"} for ${platformOf(pull) ?? "the platform of the nodes"} as well`,
  ),
  commands: [
    `docker buildx build --platform linux/amd64,linux/arm64 -t ${word(pull.image || "<image>")} --push <folder of its Dockerfile>`,
  ],
});

export default defineCause({
  id: "platform-mismatch",
  title: "image has nothing for the node's platform",
  summary:
    "The image was built for another operating system, processor or Windows build than that of the node. The scheduler does not look at this.",
  area: "platform",
  stage: "manifest",
  looksLike: [
    { by: "containerd", text: "no match for platform in manifest: not found" },
    {
      by: "containerd",
      text: "get image config descriptor: no match for platform in manifest sha256:…: not found",
    },
    {
      by: "cri-o",
      text: 'choosing an image from manifest list docker://…: no image found in image index for architecture "…", variant "…", OS "…"',
    },
    { by: "docker", text: "no matching manifest for linux/arm64/v8 in the manifest list entries" },
    { by: "kubectl", text: "exec /…: exec format error" },
    { by: "docker", text: "a Windows version …-based image is incompatible with a … host" },
  ],
  toldApart: [
    { from: "tag-not-found", how: "there the tag is missing for every platform; both end with not found" },
    { from: "manifest-unsupported", how: "there it is not an image at all" },
    {
      from: "digest-not-found",
      how: "there the digest is missing; a digest of one platform's manifest pins that platform",
    },
  ],
  mend: [
    "see what the image has: `docker buildx imagetools inspect <image>`",
    "see what the nodes are: `kubectl get nodes -L kubernetes.io/arch,kubernetes.io/os`",
    "build it for both: `docker buildx build --platform linux/amd64,linux/arm64 -t <image> --push .`",
    "or keep the pods on nodes that fit: `nodeSelector` with `kubernetes.io/arch: amd64`",
    "a digest pins one platform when it was taken from a pulled image: take that of the index",
    "`exec format error` after a pull that worked is the same thing: a single-platform image is not checked when it is pulled",
  ],
  prevent: [
    "build for every platform of the cluster in CI, from the day a node of another kind joins",
    "build on the platform that runs it, or name it: `docker build --platform linux/amd64`, above all on Macs with Apple processors",
  ],
  fixes: ["set-platform", "set-image", "roll-back", "tell"],
  read: [
    "https://docs.docker.com/build/building/multi-platform/",
    "https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-arch",
  ],

  tell(pull, scene) {
    const known = platformOf(pull);
    const platform = known === undefined ? "" : ` (${known})`;
    const other = fits(pull, scene);
    const where = other === undefined ? "" : ` On ${other} nodes of this cluster it runs.`;
    const what =
      pull.state === "starts-wrong"
        ? `${pull.image} was pulled, and its program is for another processor than that of ${nodeText(pull)}${platform}.`
        : `${pull.image || "The image"} has nothing for ${known === undefined ? "the platform of the node" : `${nodeText(pull)}${platform}`}.`;
    return `${what}${where}`;
  },

  remedies(pull, scene) {
    const other = fits(pull, scene);
    return [
      ...(other === undefined ? [] : [keepToArchitecture(pull, other)]),
      ...rollBack(pull, scene),
      build(pull),
    ];
  },

  settle: (pull) => [
    `docker buildx imagetools inspect ${word(pull.image || "<image>")}`,
    "kubectl get nodes -L kubernetes.io/arch,kubernetes.io/os",
  ],
});
