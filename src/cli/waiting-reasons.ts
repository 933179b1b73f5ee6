// The statuses that kubectl shows while an image cannot be had, and what each does and does not
// say. Follows pkg/kubelet/images of Kubernetes 1.20 to 1.34.

import { ends, indent, wrap } from "../report/layout.js";
import type { Look } from "../report/signs.js";

export interface WaitingReason {
  /** As in `status.containerStatuses[].state.waiting.reason`. */
  readonly name: string;
  readonly title: string;
  readonly summary: string;
}

export const waitingReasons: readonly WaitingReason[] = [
  {
    name: "ErrImagePull",
    title: "the last attempt to pull failed",
    summary:
      "The message beside it is the runtime's, and says why. It is shown until the next look of the kubelet, some 10 to 15 seconds later; then it becomes ImagePullBackOff.",
  },
  {
    name: "ImagePullBackOff",
    title: "the kubelet waits before it tries again",
    summary:
      "The wait doubles from 10 seconds to 5 minutes. Before Kubernetes 1.32 the message does not hold the cause; the events do, for about an hour. Nothing else is wrong: mend the cause, and the next try succeeds.",
  },
  {
    name: "ErrImageNeverPull",
    title: "the image is not on the node, and must not be pulled",
    summary:
      "imagePullPolicy is Never. From 1.33 it is shown too when the image is there and the pod may not use it.",
  },
  {
    name: "InvalidImageName",
    title: "the image's name cannot be parsed",
    summary: "No registry was asked. The kubelet does not try again until the pod is changed.",
  },
  {
    name: "ImageInspectError",
    title: "the runtime could not say whether the image is on the node",
    summary: "The trouble is the node's runtime, not the registry.",
  },
  {
    name: "RegistryUnavailable",
    title: "the runtime says that the registry cannot be reached",
    summary: "Recognised from Kubernetes 1.28 on; older kubelets show ErrImagePull for it.",
  },
  {
    name: "SignatureValidationFailed",
    title: "the runtime refused the image's signature",
    summary: "Recognised from Kubernetes 1.28 on; older kubelets show ErrImagePull for it.",
  },
];

export function reasonPage(reason: WaitingReason, look: Look): string {
  const lines = [
    ends(look.paint.bold(reason.title), look.paint.dim(reason.name), look.width),
    "",
    ...indent(wrap(reason.summary, look.width - 2), 2),
    "",
    `which cause it is: ${look.program} diagnose -A ${look.signs.dot} ${look.program} explain "<message>"`,
  ];
  return `${lines.join("\n")}\n`;
}
