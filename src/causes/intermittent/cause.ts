// The same registry works and fails by turns.

import type { Pull } from "../../model/pull.js";
import { tellTeam } from "../commands.js";
import { defineCause, likely, type Scene } from "../define.js";
import { greetFromNode } from "../from-node.js";
import { saidCause } from "../said.js";

const comesAndGoes: ReadonlySet<string> = new Set([
  "rate-limited",
  "connection-refused",
  "connection-timeout",
  "connection-reset",
  "dns-failure",
  "registry-unavailable",
  "no-route",
  "proxy-failure",
  "pull-timeout",
]);

interface Turns {
  readonly failed: number;
  readonly worked: number;
  readonly nodes: readonly string[];
}

/** Failures with successes between them on the same nodes: a trouble that simply ended does not count. */
function turnsOf(pull: Pull, scene: Scene): Turns | undefined {
  const registry = pull.reference?.registry;
  if (registry === undefined || !comesAndGoes.has(pull.reading.cause)) return undefined;
  const failures = scene.pulls.filter(
    (other) => other.reference?.registry === registry && other.reading.cause === pull.reading.cause,
  );
  const first = Math.min(...failures.map((one) => one.since?.getTime() ?? Number.POSITIVE_INFINITY));
  const last = Math.max(...failures.map((one) => one.lastFailureAt?.getTime() ?? 0));
  const failedNodes = new Set(failures.flatMap((one) => one.pod.node ?? []));
  const between = scene.working.filter(
    ({ pull: good, at }) =>
      good.reference?.registry === registry &&
      at !== undefined &&
      at.getTime() > first &&
      at.getTime() < last &&
      (good.pod.node === undefined || failedNodes.has(good.pod.node)),
  );
  const failed = failures.reduce((sum, one) => sum + (one.attempts ?? 1), 0);
  if (between.length < 2 || failed < 2) return undefined;
  return { failed, worked: between.length, nodes: [...failedNodes] };
}

const share = ({ failed, worked }: Turns): number => Math.round((100 * failed) / (failed + worked));

export default defineCause({
  id: "intermittent",
  title: "pulls work and fail by turns",
  summary:
    "Pulls from this registry succeed and fail by turns on the same nodes. Something between is overloaded, limited or uneven.",
  area: "time",
  parent: saidCause,
  looksLike: [{ by: "kubectl", text: "Pulled and Failed events of one registry, minutes apart" }],
  toldApart: [
    { from: "node-only", how: "there one node fails always and the others never" },
    { from: "rate-limited", how: "there nothing passes until the window ends" },
  ],
  mend: [
    "find what differs between good and bad attempts: address behind the name, time of day, NAT gateway, DNS server",
    "ask often and count the answers: `for i in $(seq 20); do curl -s -o /dev/null -w '%{http_code} %{remote_ip} %{time_total}\\n' https://<registry>/v2/; done`",
    "sign in to Docker Hub or put a mirror in front when the failures are its pull limit",
  ],
  prevent: ["keep images close: a pull-through cache or an own registry"],
  fixes: ["use-mirror", "tell"],
  read: ["https://docs.docker.com/docker-hub/usage/pulls/"],

  judge(pull, scene) {
    const turns = turnsOf(pull, scene);
    if (turns === undefined) return undefined;
    return likely("which addresses and which times the failures share", {
      source: "event",
      where: `pulls from ${pull.reference?.registry}`,
      shows: `${turns.failed} failed and ${turns.worked} worked in the same span`,
      from: scene.snapshot.from,
    });
  },

  tell(pull, scene) {
    const turns = turnsOf(pull, scene);
    if (turns === undefined) return "Pulls from this registry work and fail by turns.";
    const nodes =
      turns.nodes.length === 0 ? "" : ` Failures are on node ${turns.nodes.slice(0, 3).join(", ")}.`;
    return `Of the pulls from ${pull.reference?.registry} in this span ${turns.failed} failed and ${turns.worked} worked (${share(turns)} % failures).${nodes}`;
  },

  remedies: (pull) => [
    tellTeam(
      pull,
      `pulls from ${pull.reference?.registry} fail by turns: find what the failures share, or put a cache in front`,
    ),
  ],

  settle: (pull) => [greetFromNode(pull)],
});
