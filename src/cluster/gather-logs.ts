// Containers that end the moment they start: an image for another processor does that, and says so only in the
// container's log. A few lines of it are read, and kept only where they say it.

import type { Container, ContainerState, Pod } from "../model/objects.js";
import type { LooseMessage } from "../model/snapshot.js";
import type { Api } from "./api.js";
import { readText } from "./client-body.js";
import type { UnreadList } from "./gather-list.js";

/** What runc, crun and their shims end with when a program could not be started. */
const startCodes: ReadonlySet<number> = new Set([1, 126, 127, 255]);
const atOnceMs = 1_000;
const maxLogs = 10;
const maxBytes = 4_096;
const exactWords = /exec format error/i;

/** One log line for each image that says it. A refusal is told once, as something that makes answers poorer. */
export async function readStartFailures(
  pods: readonly Pod[],
  api: Api,
  unread: UnreadList,
): Promise<readonly LooseMessage[]> {
  const found: LooseMessage[] = [];
  for (const { pod, container, ended } of candidates(pods).slice(0, maxLogs)) {
    const answer = await api.get(logPath(pod, container));
    const text = await readText(answer.body, maxBytes);
    if (answer.status === 403) {
      const why =
        "403 Forbidden: only there an image for another platform is told; pulldoctor check --print-rbac logs grants it";
      unread.add("logs", why, { namespace: pod.namespace, isMinor: true });
      break;
    }
    const line = answer.status === 200 ? text.split("\n").find((one) => exactWords.test(one)) : undefined;
    if (line === undefined) continue;
    found.push({
      text: line.slice(0, 500),
      where: `log of container ${container.name} in pod ${pod.name}`,
      image: container.image,
      pod: { namespace: pod.namespace, name: pod.name },
      ...(ended.finishedAt === undefined ? {} : { at: ended.finishedAt }),
    });
  }
  return found;
}

interface Candidate {
  readonly pod: Pod;
  readonly container: Container;
  readonly ended: Extract<ContainerState, { is: "terminated" }>;
}

/** One for each image: the same image crashes the same way everywhere. */
function candidates(pods: readonly Pod[]): readonly Candidate[] {
  const byImage = new Map<string, Candidate>();
  for (const pod of pods) {
    for (const container of pod.containers) {
      const ended = [container.state, container.lastState].find((state) => state?.is === "terminated");
      if (ended?.is !== "terminated" || !endedAtOnce(ended)) continue;
      const isRunning = container.state?.is === "running" && container.isReady;
      if (!isRunning && !byImage.has(container.image))
        byImage.set(container.image, { pod, container, ended });
    }
  }
  return [...byImage.values()];
}

function endedAtOnce({ exitCode, startedAt, finishedAt }: Candidate["ended"]): boolean {
  if (!startCodes.has(exitCode)) return false;
  if (startedAt === undefined || finishedAt === undefined) return true;
  return finishedAt.getTime() - startedAt.getTime() <= atOnceMs;
}

function logPath(pod: Pod, container: Container): string {
  const query = new URLSearchParams({
    container: container.name,
    tailLines: "5",
    limitBytes: String(maxBytes),
  });
  return `/api/v1/namespaces/${pod.namespace}/pods/${pod.name}/log?${query}`;
}
