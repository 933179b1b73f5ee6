// The list of grammars, in the order in which the layers of a message usually stand.

import buildkit from "./buildkit/grammar.js";
import containerd from "./containerd/grammar.js";
import containersImage from "./containers-image/grammar.js";
import criO from "./cri-o/grammar.js";
import docker from "./docker/grammar.js";
import goContainerregistry from "./go-containerregistry/grammar.js";
import goNet from "./go-net/grammar.js";
import grpc from "./grpc/grammar.js";
import kernel from "./kernel/grammar.js";
import kubelet from "./kubelet/grammar.js";
import kubernetesOther from "./kubernetes-other/grammar.js";
import log from "./log/grammar.js";
import podman from "./podman/grammar.js";
import registry from "./registry/grammar.js";
import type { Grammar } from "./sentence.js";

export const grammars: readonly Grammar[] = [
  log,
  kubelet,
  kubernetesOther,
  grpc,
  containerd,
  criO,
  containersImage,
  docker,
  podman,
  buildkit,
  goContainerregistry,
  registry,
  goNet,
  kernel,
];
