// The tables of `kubectl get pods`, `get events` and `events`, in every order of columns.

import { describe, expect, test } from "vitest";
import { kubectlSays } from "../../test/kubectl-says/load.js";
import { isEventsHeader, readEventsTable } from "./events-table.js";
import { isPodsHeader, readPodsTable } from "./pods-table.js";

const present = new Date("2026-11-25T22:40:00Z");
const ago = (seconds: number): Date => new Date(present.getTime() - seconds * 1000);

function events(text: string, namespace = "") {
  const [header = "", ...lines] = text.split("\n").filter((line) => line.trim() !== "");
  expect(isEventsHeader(header)).toBe(true);
  return readEventsTable(header, lines, namespace)(present);
}

function pods(text: string, namespace = "") {
  const [header = "", ...lines] = text.split("\n").filter((line) => line.trim() !== "");
  expect(isPodsHeader(header)).toBe(true);
  return readPodsTable(header, lines, namespace)(present);
}

const why = `Failed to pull image "ghcr.io/acme/api:1": not found`;

describe("events", () => {
  test.each(["1.29", "1.35"] as const)("kubectl events of %s: repeated ages", (version) => {
    const rows = events(kubectlSays("events", version), "shop-76-q");
    expect(rows).toHaveLength(10);
    const failed = rows.find(({ message }) => message.startsWith("Failed to pull image"));
    expect(failed).toMatchObject({
      namespace: "shop-76-q",
      reason: "Failed",
      type: "Warning",
      count: 3,
      about: { kind: "Pod", namespace: "shop-76-q", name: "web" },
    });
    expect(failed?.lastAt?.getTime()).toBeGreaterThan(failed?.firstAt?.getTime() ?? Infinity);
  });

  test("custom columns under other names, with times instead of ages", () => {
    const rows = events(kubectlSays("custom", "1.35"));
    expect(rows).toHaveLength(10);
    expect(rows[1]).toMatchObject({
      about: { kind: "Pod", name: "web" },
      reason: "Pulling",
      message: 'Pulling image "registry.acme.example/team/web:1.0"',
      lastAt: new Date("2026-11-25T22:36:15Z"),
    });
    // The API server leaves lastTimestamp out where eventTime is used: <nil> is no time.
    expect(rows[0]?.lastAt).toBeUndefined();
  });

  test("get events of all namespaces, wide", () => {
    const rows = events(`
NAMESPACE   LAST SEEN   TYPE      REASON   OBJECT      SUBOBJECT                   SOURCE            MESSAGE                                                 FIRST SEEN   COUNT   NAME
shop        13s         Warning   Failed   pod/web-0   spec.containers{metrics}    kubelet, node-1   ${why}  92s          3       web-0.18ea2a55f9caff4f
acme        2m          Normal    Pulled   pod/api-0   spec.containers{api}        kubelet, node-2   Container image "x:1" already present on machine        2m           1       api-0.18ea2a55f9caff50`);
    expect(rows[0]).toMatchObject({
      namespace: "shop",
      about: { name: "web-0", namespace: "shop", fieldPath: "spec.containers{metrics}" },
      message: why,
      count: 3,
      reporter: "kubelet",
      node: "node-1",
      lastAt: ago(13),
      firstAt: ago(92),
    });
    expect(rows[1]?.about).toMatchObject({ name: "api-0", namespace: "acme" });
  });

  test("the columns of kubectl before 1.14, with kind and event name apart", () => {
    const rows = events(`
LAST SEEN   FIRST SEEN   COUNT     NAME                     KIND      SUBOBJECT               TYPE      REASON    SOURCE                MESSAGE
1m          4m           5         web-0.18ea2a55f9caff4f   Pod       spec.containers{web}    Warning   Failed    kubelet, node-1       ${why}`);
    expect(rows[0]).toMatchObject({
      about: { kind: "Pod", name: "web-0" },
      count: 5,
      message: why,
      firstAt: ago(240),
    });
  });

  test("rows that a narrow terminal has broken are put together", () => {
    const whole = `13s         Warning   Failed   pod/web-0   ${why}`;
    const rows = events(
      `LAST SEEN   TYPE      REASON   OBJECT      MESSAGE\n${whole.slice(0, 60)}\n${whole.slice(60)}\n5s          Normal    BackOff   pod/web-0   Back-off`,
    );
    expect(rows.map(({ message }) => message)).toEqual([why, "Back-off"]);
  });

  test("columns that fit their cells badly, as after a paste", () => {
    const [row] = events(
      `LAST SEEN  TYPE  REASON  OBJECT  MESSAGE\n13s  Warning  Failed  pod/a-very-long-name-of-a-pod-0  ${why}`,
    );
    expect(row).toMatchObject({
      about: { name: "a-very-long-name-of-a-pod-0" },
      message: why,
      reason: "Failed",
    });
  });

  test("a table without the object's name still gives its words", () => {
    const [row] = events(`TYPE      REASON   MESSAGE\nWarning   Failed   ${why}`);
    expect(row).toMatchObject({ message: why, about: { name: "" } });
  });

  test.each(["NAME   STATUS   ROLES   AGE   VERSION", "NAME   DATA   AGE", "Error from server", ""])(
    "%j heads no table of events",
    (line) => expect(isEventsHeader(line)).toBe(false),
  );
});

describe("pods", () => {
  test("wide, of all namespaces, restarts with their time", () => {
    const rows = pods(`
NAMESPACE   NAME                   READY   STATUS                  RESTARTS       AGE     IP           NODE     NOMINATED NODE   READINESS GATES
shop        web-5d9c7b8f6d-x2x4p   1/2     ImagePullBackOff        0              3m20s   10.0.0.7     node-1   <none>           <none>
shop        db-0                   0/1     Init:ErrImagePull       0              45s     <none>       node-2   <none>           <none>
shop        ok-0                   1/1     Running                 3 (2d5h ago)   8d      10.0.0.9     <none>   <none>           <none>`);
    expect(rows.map(({ namespace, name, node }) => [namespace, name, node])).toEqual([
      ["shop", "web-5d9c7b8f6d-x2x4p", "node-1"],
      ["shop", "db-0", "node-2"],
      ["shop", "ok-0", undefined],
    ]);
    expect(rows[0]?.containers[0]).toMatchObject({
      kind: "container",
      state: { is: "waiting", reason: "ImagePullBackOff" },
    });
    expect(rows[1]?.containers[0]).toMatchObject({ kind: "init", state: { reason: "ErrImagePull" } });
    expect(rows[2]).toMatchObject({ phase: "Running", containers: [] });
    expect(rows[0]?.createdAt).toEqual(ago(200));
  });

  test("columns in another order, and rows of `get all`", () => {
    const rows = pods(`
STATUS             NAME        NODE     READY   AGE
ErrImageNeverPull  pod/web-0   node-1   0/1     12s`);
    expect(rows[0]).toMatchObject({ name: "web-0", node: "node-1" });
    expect(rows[0]?.containers[0]?.state).toEqual({ is: "waiting", reason: "ErrImageNeverPull" });
  });

  test("a pod that is shown again is the same pod later", () => {
    const rows = pods(`
NAME    READY   STATUS              RESTARTS   AGE
web-0   0/1     ContainerCreating   0          1s
web-0   0/1     ErrImagePull        0          3s`);
    expect(rows.map(({ containers }) => containers[0]?.state)).toEqual([
      { is: "waiting", reason: "ContainerCreating" },
      { is: "waiting", reason: "ErrImagePull" },
    ]);
  });

  test("columns of -L and --show-labels do not disturb", () => {
    const [row] = pods(
      "NAME    READY   STATUS         RESTARTS   AGE   LABELS\nweb-0   0/1     ErrImagePull   0          3s    app=web,tier=front",
    );
    expect(row).toMatchObject({ name: "web-0", containers: [{ state: { reason: "ErrImagePull" } }] });
  });

  test.each(["NAME       STATUS   ROLES   AGE   VERSION", "NAME   READY   UP-TO-DATE   AVAILABLE   AGE"])(
    "%j heads no table of pods",
    (line) => expect(isPodsHeader(line)).toBe(false),
  );
});
