// `GET pods/NAME/log`: which container is meant, whether it has logs, and the lines asked for.

import { badRequest } from "../errors.js";
import { at, type KubeObject, text } from "../json.js";
import type { LogLine, LogSource } from "../node-side.js";
import { type Answer, type Api, isSet, numberIn, type ResourceCall, textAnswer } from "./call.js";
import { containerStatus, pickContainer } from "./containers.js";

export function podLog(api: Api, call: ResourceCall): Answer {
  const { namespace, name = "" } = call.target;
  const pod = api.store.get("pods", namespace, name);
  const container = pickContainer(pod, call.query.get("container") ?? "");
  const isPrevious = isSet(call.query, "previous");
  checkStarted(pod, container, isPrevious);
  const source = api.nodes.logs({ pod, container }, isPrevious);
  if (source === undefined) return textAnswer("");
  const choice = choiceOf(api, call);
  if (!isSet(call.query, "follow") || isPrevious) {
    return textAnswer(cut(selected(source.lines, choice).map(choice.show).join(""), choice.bytes));
  }
  return follow(source, choice, call.signal);
}

/** Throws ApiError 400 with the kubelet's words for a container that has written nothing yet. */
function checkStarted(pod: KubeObject, container: string, isPrevious: boolean): void {
  const name = pod.metadata.name;
  if (text(pod, "spec", "nodeName") === "") throw badRequest(`pod ${name} does not have a host assigned`);
  const status = containerStatus(pod, container);
  const where = `container "${container}" in pod "${name}"`;
  if (isPrevious) {
    if (at(status, "lastState", "terminated") !== undefined) return;
    throw badRequest(`previous terminated ${where} not found`);
  }
  if (status === undefined) throw badRequest(`${where} is not available`);
  const hasRun =
    at(status, "state", "running") !== undefined ||
    at(status, "state", "terminated") !== undefined ||
    at(status, "lastState", "terminated") !== undefined;
  if (hasRun) return;
  const reason = text(status, "state", "waiting", "reason");
  if (reason === "") throw badRequest(`${where} is waiting to start - no logs yet`);
  const why = WAITING[reason] ?? reason;
  throw badRequest(`${where} is waiting to start: ${why}`);
}

const WAITING: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: "trying and failing to pull image",
};

interface Choice {
  readonly since: number;
  /** undefined: all. */
  readonly tail: number | undefined;
  readonly bytes: number | undefined;
  readonly show: (line: LogLine) => string;
}

function choiceOf(api: Api, call: ResourceCall): Choice {
  const seconds = numberIn(call.query, "sinceSeconds");
  const time = call.query.get("sinceTime");
  const since =
    time !== null ? Date.parse(time) : seconds === undefined ? 0 : api.clock.now() - seconds * 1000;
  if (Number.isNaN(since)) throw badRequest(`invalid sinceTime: ${time}`);
  const hasTimes = isSet(call.query, "timestamps");
  return {
    since,
    tail: numberIn(call.query, "tailLines"),
    bytes: numberIn(call.query, "limitBytes"),
    show: (line) =>
      hasTimes
        ? `${new Date(line.at).toISOString().replace("Z", "000000Z")} ${line.text}\n`
        : `${line.text}\n`,
  };
}

function selected(lines: readonly LogLine[], choice: Choice): LogLine[] {
  const found = lines.filter((line) => line.at >= choice.since);
  return choice.tail === undefined ? found : choice.tail === 0 ? [] : found.slice(-choice.tail);
}

function cut(shown: string, bytes: number | undefined): string {
  return bytes === undefined ? shown : Buffer.from(shown).subarray(0, bytes).toString();
}

function follow(source: LogSource, choice: Choice, signal: AbortSignal): Answer {
  return {
    is: "stream",
    contentType: "text/plain; charset=utf-8",
    start(outlet) {
      for (const line of selected(source.lines, choice)) outlet.write(choice.show(line));
      let isOver = false;
      const end = (): void => {
        if (isOver) return;
        isOver = true;
        stop();
        outlet.end();
      };
      let stop = (): void => {};
      stop = source.follow((line) => outlet.write(choice.show(line)), end);
      if (isOver) stop();
      if (signal.aborted) end();
      signal.addEventListener("abort", end, { once: true });
    },
  };
}
