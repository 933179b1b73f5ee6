import { expect, test } from "vitest";
import type { Json, KubeObject } from "../json.js";
import { resourceOf } from "../resources.js";
import { humanDuration } from "./column.js";
import { podSummary } from "./pod-cells.js";
import { tableMaker } from "./table.js";

const minute = 60_000;
test.each([
  [-5000, "<invalid>"],
  [-500, "0s"],
  [119_000, "119s"],
  [2 * minute, "2m"],
  [3.5 * minute, "3m30s"],
  [179 * minute, "179m"],
  [185 * minute, "3h5m"],
  [9 * 60 * minute, "9h"],
  [49 * 60 * minute, "2d1h"],
  [9 * 24 * 60 * minute, "9d"],
  [800 * 24 * 60 * minute, "2y70d"],
])("%i ms is %s", (ms, words) => expect(humanDuration(ms)).toBe(words));

function pod(status: Json, spec: Json = {}, metadata: Json = {}): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "web",
      uid: "u",
      resourceVersion: "1",
      creationTimestamp: "2026-01-01T00:00:00Z",
      ...metadata,
    },
    spec: { containers: [{ name: "a" }, { name: "b" }], ...spec },
    status: { phase: "Pending", ...status },
  };
}
const waiting = (name: string, reason: string): Json => ({
  name,
  restartCount: 0,
  state: { waiting: { reason } },
});
const running = (name: string): Json => ({ name, ready: true, restartCount: 0, state: { running: {} } });
const ended = (name: string, exitCode: number, reason?: string): Json => ({
  name,
  restartCount: 2,
  state: { terminated: { exitCode, ...(reason === undefined ? {} : { reason }) } },
  lastState: { terminated: { finishedAt: "2026-01-01T00:05:00Z" } },
});
const init = { initContainers: [{ name: "i" }, { name: "j" }] };
const sidecar = { initContainers: [{ name: "i", restartPolicy: "Always" }] };

test.each<[string, KubeObject, string, string]>([
  ["no status yet", pod({}), "Pending", "0/2"],
  [
    "the first container that waits wins",
    pod({ containerStatuses: [waiting("a", "ImagePullBackOff"), waiting("b", "ErrImagePull")] }),
    "ImagePullBackOff",
    "0/2",
  ],
  [
    "one runs, one waits",
    pod({ containerStatuses: [running("a"), waiting("b", "ErrImagePull")] }),
    "ErrImagePull",
    "1/2",
  ],
  ["all run", pod({ phase: "Running", containerStatuses: [running("a"), running("b")] }), "Running", "2/2"],
  [
    "an init container waits",
    pod(
      {
        initContainerStatuses: [waiting("i", "ImagePullBackOff")],
        containerStatuses: [waiting("a", "PodInitializing")],
      },
      init,
    ),
    "Init:ImagePullBackOff",
    "0/2",
  ],
  ["an init container runs", pod({ initContainerStatuses: [{ ...running("i") }] }, init), "Init:0/2", "0/2"],
  [
    "the second init container failed",
    pod({ initContainerStatuses: [ended("i", 0), ended("j", 3)] }, init),
    "Init:ExitCode:3",
    "0/2",
  ],
  [
    "a sidecar counts",
    pod(
      {
        phase: "Running",
        initContainerStatuses: [{ ...running("i"), started: true }],
        containerStatuses: [running("a"), running("b")],
      },
      sidecar,
    ),
    "Running",
    "3/3",
  ],
  [
    "completed beside a running one",
    pod({
      phase: "Running",
      conditions: [{ type: "Ready", status: "False" }],
      containerStatuses: [ended("a", 0, "Completed"), running("b")],
    }),
    "NotReady",
    "1/2",
  ],
  ["an end without a reason", pod({ containerStatuses: [ended("a", 137)] }), "ExitCode:137", "0/2"],
  ["evicted", pod({ phase: "Failed", reason: "Evicted" }), "Evicted", "0/2"],
  ["going", pod({}, {}, { deletionTimestamp: "2026-01-01T00:00:30Z" }), "Terminating", "0/2"],
])("STATUS: %s", (_, object, reason, ready) => {
  const summary = podSummary(object);
  expect([summary.reason, `${summary.ready}/${summary.total}`]).toEqual([reason, ready]);
});

test("a row is text whose ages are counted anew", () => {
  const maker = tableMaker(resourceOf("pods"), 36);
  const object = pod({
    podIP: "10.0.0.1",
    containerStatuses: [{ ...running("a"), ...{ restartCount: 2 } }, ended("b", 1, "Error")],
  });
  const cells = (now: string) => JSON.parse(maker.row(object, "Metadata", Date.parse(now))).cells;
  expect(cells("2026-01-01T00:06:00Z")).toEqual([
    "web",
    "1/2",
    "Error",
    "4 (60s ago)",
    "6m",
    "10.0.0.1",
    "<none>",
    "<none>",
    "<none>",
  ]);
  expect(cells("2026-01-01T00:07:00Z")[4]).toBe("7m");
  expect(JSON.parse(maker.row(object, "Metadata", 0)).object).toMatchObject({
    kind: "PartialObjectMetadata",
    metadata: { name: "web" },
  });
  expect(
    JSON.parse(maker.columns)
      .map((column: Json) => column.name)
      .join(),
  ).toBe("Name,Ready,Status,Restarts,Age,IP,Node,Nominated Node,Readiness Gates");
});

test.each([
  [30, "Name,Completions,Duration,Age"],
  [31, "Name,Status,Completions,Duration,Age"],
])("jobs of 1.%i have the columns %s", (minor, names) => {
  const shown = JSON.parse(tableMaker(resourceOf("jobs.batch"), minor).columns).filter(
    (column: Json) => column.priority === 0,
  );
  expect(shown.map((column: Json) => column.name).join()).toBe(names);
});
