// The image exists, and has nothing for the operating system or processor of this node.

import type { Pull } from "../../model/pull.js";
import type { Remedy } from "../../model/report.js";
import { podAnswer } from "../asked.js";
import { tellTeam } from "../commands.js";
import { defineCause, type Scene } from "../define.js";
import { nodeText } from "../from-node.js";
import { rollBack } from "../last-good.js";
import { keepToArchitectures } from "../template-changes.js";
import { word } from "../word.js";

/** The node's own word for it, else the message's: `linux/arm64/v8`. */
function platformOf({ node, said }: Pull): string | undefined {
  if (node?.architecture !== undefined) return `${node.os ?? "linux"}/${node.architecture}`;
  return /\b(?:linux|windows)\/[a-z0-9]+(?:\/v\d+)?/.exec(said[0]?.evidence.quote ?? "")?.[0];
}

interface Fits {
  readonly architectures: readonly string[];
  /** It was pulled there; else the registry says that it has something for them. */
  readonly isSeen: boolean;
}

/** The architectures of other nodes that this very image fits. */
function fits(pull: Pull, scene: Scene): Fits | undefined {
  const here = pull.node?.architecture;
  if (here === undefined) return undefined;
  const there = scene.working
    .filter(({ pull: good }) => good.image === pull.image)
    .flatMap(({ pull: good }) => good.node?.architecture ?? []);
  if (there.length > 0)
    return there.includes(here) ? undefined : { architectures: [...new Set(there)].sort(), isSeen: true };
  const answer = podAnswer(pull, scene)?.probe.answer;
  const platforms = answer?.is === "there" ? (answer.platforms ?? []) : [];
  const os = pull.node?.os ?? "linux";
  const has = (architecture: string): boolean =>
    platforms.some((platform) => platform.split("/").slice(0, 2).join("/") === `${os}/${architecture}`);
  const nodes = scene.snapshot.nodes.flatMap((node) =>
    (node.os ?? "linux") === os && node.architecture !== undefined ? [node.architecture] : [],
  );
  const architectures = [...new Set(nodes)].filter(has).sort();
  return architectures.length === 0 || architectures.includes(here)
    ? undefined
    : { architectures, isSeen: false };
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
    "or keep the pods on nodes that fit: `kubectl pulldoctor fix deploy/<name> -n <namespace> --by set-platform` adds node affinity by `kubernetes.io/arch` to what is required already",
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
    const nodes = other?.architectures.join(" and ");
    const where =
      other === undefined
        ? ""
        : other.isSeen
          ? ` On ${nodes} nodes of this cluster it runs.`
          : ` It fits the ${nodes} nodes of this cluster.`;
    const what =
      pull.state === "starts-wrong"
        ? `${pull.image} was pulled, and its program is for another processor than that of ${nodeText(pull)}${platform}.`
        : `${pull.image || "The image"} has nothing for ${known === undefined ? "the platform of the node" : `${nodeText(pull)}${platform}`}.`;
    return `${what}${where}`;
  },

  remedies(pull, scene) {
    const other = fits(pull, scene);
    return [
      ...(other === undefined ? [] : [keepToArchitectures(pull, other.architectures)]),
      ...rollBack(pull, scene),
      build(pull),
    ];
  },

  settle: (pull) => [
    `docker buildx imagetools inspect ${word(pull.image || "<image>")}`,
    "kubectl get nodes -L kubernetes.io/arch,kubernetes.io/os",
  ],
});
