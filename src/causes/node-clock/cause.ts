// The node's clock is wrong, so a good certificate looks expired or not yet valid.

import type { Evidence } from "../../model/evidence.js";
import type { Pull } from "../../model/pull.js";
import { tellTeam } from "../commands.js";
import { confirmed, defineCause, likely, type Scene } from "../define.js";
import { clockOfNode, nodeText } from "../from-node.js";

const marginMs = 10 * 60_000;
const clockIn = /current time (\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)) is (before|after)/;

interface Skew {
  readonly evidence: Evidence;
  readonly nodeTime: Date;
  /** A time that the node's clock cannot be on the other side of, and what it is. */
  readonly other: Date;
  readonly what: string;
  readonly isSure: boolean;
}

/**
 * The runtime prints its own clock in the certificate error. Event times come from the node as well
 * and prove nothing; the API server's clock is in the pod's creation, which the pull came after.
 */
function skewOf(pull: Pull, scene: Scene): Skew | undefined {
  for (const { reading, evidence } of pull.said) {
    if (reading.cause !== "tls-expired") continue;
    const match = clockIn.exec((evidence.quote ?? "").replace(/\s+/g, " "));
    const nodeTime = match?.[1] === undefined ? undefined : new Date(match[1]);
    if (nodeTime === undefined || Number.isNaN(nodeTime.getTime())) continue;
    const { createdAt } = pull.pod;
    if (createdAt !== undefined && nodeTime.getTime() < createdAt.getTime() - marginMs)
      return { evidence, nodeTime, other: createdAt, what: "the pod was made", isSure: true };
    if (scene.snapshot.isLive && nodeTime.getTime() > scene.now.getTime() + marginMs)
      return { evidence, nodeTime, other: scene.now, what: "the cluster was asked", isSure: false };
  }
  return undefined;
}

export default defineCause({
  id: "node-clock",
  title: "clock of the node is wrong",
  summary:
    "The certificate was judged by a clock that is off. The runtime's own time, printed in its message, does not fit the time of the cluster.",
  area: "node",
  parent: "tls-expired",
  stage: "tls",
  looksLike: [
    {
      by: "containerd",
      text: "x509: certificate has expired or is not yet valid: current time … is before …",
    },
  ],
  toldApart: [{ from: "tls-expired", how: "there the printed time is right and the certificate has ended" }],
  mend: [
    "set the node's clock: `timedatectl` on the node shows it, chrony or systemd-timesyncd keeps it",
    "see it without logging in: `kubectl -n kube-system debug node/<node> -it --profile=sysadmin --image=busybox -- chroot /host timedatectl`",
  ],
  prevent: ["watch the clock offset of nodes, such as node_timex_offset_seconds of the node exporter"],
  fixes: ["tell"],
  read: ["https://pkg.go.dev/crypto/x509#CertificateInvalidError"],

  judge(pull, scene) {
    const skew = skewOf(pull, scene);
    if (skew === undefined) return undefined;
    const shows = `the node's time was ${skew.nodeTime.toISOString()}; ${skew.what} ${skew.other.toISOString()}`;
    return skew.isSure
      ? confirmed({ ...skew.evidence, shows })
      : likely("whether the clock of this machine is right", { ...skew.evidence, shows });
  },

  tell(pull, scene) {
    const skew = skewOf(pull, scene);
    return `The clock of ${nodeText(pull)} said ${skew?.nodeTime.toISOString()}, and ${skew?.what} ${skew?.other.toISOString()}. With a wrong clock a good certificate looks invalid.`;
  },

  remedies: (pull) => [tellTeam(pull, `set the clock of ${nodeText(pull)}`)],

  settle: (pull) => [clockOfNode(pull)],
});
