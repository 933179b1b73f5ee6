// What arrived is not what the manifest promised.

import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { nodeText } from "../from-node.js";
import { rollBack } from "../last-good.js";
import { registryOf } from "../seen.js";

export default defineCause({
  id: "content-corrupt",
  title: "downloaded content is not what was promised",
  summary:
    "A layer, config or manifest arrived with another digest or size than promised, cut off, or not in the format that it claims.",
  area: "node",
  stage: "blob",
  looksLike: [
    {
      by: "containerd",
      text: 'failed commit on ref "layer-sha256:…": unexpected commit digest sha256:…, expected sha256:…: failed precondition',
    },
    { by: "containerd", text: "failed to read expected number of bytes: unexpected EOF" },
    { by: "containerd", text: "failed to extract layer sha256:…: archive/tar: invalid tar header: unknown" },
    { by: "cri-o", text: "writing blob: …: Digest did not match, expected sha256:…, got sha256:…" },
    { by: "docker", text: "filesystem layer verification failed for digest sha256:…" },
    { by: "docker", text: "layers from manifest don't match image configuration" },
  ],
  toldApart: [
    { from: "connection-reset", how: "there the connection is cut, and the message names the network" },
    { from: "unpack-failed", how: "there the bytes are right and the node cannot lay them out" },
    { from: "blob-missing", how: "there the registry does not have the part at all" },
    { from: "disk-full", how: "there the node's disk ended the write" },
  ],
  mend: [
    "pull it from another node or machine: `docker pull <image>`; when that fails alike, the registry's copy is broken, otherwise the way or the node",
    "a broken copy: push the image again, or let the pull-through cache fetch it anew",
    "a broken way: proxies and mirrors that change or cut answers; try past them",
    "a broken node: its disk or memory; look at `dmesg`, move the pods and replace it",
    "an image whose config does not fit its layers has to be built again, with a builder of today",
  ],
  prevent: [
    "watch the storage of your own registry, and copy images with a tool that checks digests: skopeo, crane",
  ],
  fixes: ["roll-back", "use-mirror", "tell"],
  read: [
    "https://github.com/opencontainers/image-spec/blob/main/descriptor.md#digests",
    "https://distribution.github.io/distribution/",
  ],

  tell: (pull) =>
    `What ${nodeText(pull)} downloaded for ${pull.image || "the image"} from ${registryOf(pull)} is not what its manifest promises.`,

  remedies: (pull, scene) => [
    ...rollBack(pull, scene),
    tellTeam(
      pull,
      `${pull.image || "the image"} arrives damaged from ${registryOf(pull)}: push it again, or find what changes it on the way`,
    ),
  ],

  settle: (pull) => [`docker pull ${pull.image || "<image>"}`],
});
