import { describe, expect, test } from "vitest";
import { kubectlSays } from "../../test/kubectl-says/load.js";
import type { Workload, WorkloadKind } from "../model/objects.js";
import type { DescribedObject } from "./describe.js";
import { isDescribeStart, readDescribe } from "./describe.js";
import { eventOf } from "./described-events.js";

/** The descriptions in a text that follow one another. */
function described(text: string): ReturnType<typeof readDescribe>[] {
  const blocks: string[][] = [];
  for (const line of text.split("\n")) {
    if (isDescribeStart(line) && !line.startsWith(" ")) blocks.push([]);
    blocks.at(-1)?.push(line);
  }
  return blocks.map(readDescribe);
}

type OfKind<K> = K extends WorkloadKind ? Workload : Extract<DescribedObject, { kind: K }>;

function objectOf<K extends DescribedObject["kind"]>(kind: K, text: string): OfKind<K> {
  const found = described(text).find((one) => one?.object.kind === kind)?.object;
  if (found?.kind !== kind) throw new Error(`no ${kind} is described there`);
  return found as OfKind<K>;
}

describe.each(["1.29", "1.35"] as const)("kubectl %s", (version) => {
  test("describe pod: containers with their states, and what it cannot show", () => {
    const pod = objectOf("Pod", kubectlSays("pod", version));
    expect(pod).toMatchObject({
      namespace: "shop-76-q",
      name: "web",
      node: "node-1",
      serviceAccount: "default",
      phase: "Pending",
      labels: { app: "web" },
      notShown: ["pullSecrets", "waitingMessage", "times"],
    });
    expect(pod.containers.map(({ name, image, state }) => [name, image, state])).toEqual([
      [
        "web",
        "registry.acme.example/team/web:1.0",
        { is: "running", startedAt: new Date("2026-11-25T22:36:15Z") },
      ],
      ["metrics", "registry.acme.example/ops/agent:v0.0", { is: "waiting", reason: "ErrImagePull" }],
    ]);
  });

  test("events lose the field path that 1.35 puts before them, and keep it as a field", () => {
    const [one] = described(kubectlSays("pod", version));
    const at = new Date("2026-11-25T22:40:00Z");
    const events = one?.events.map((event) => eventOf(event, one.object, at)) ?? [];
    const failed = events.find(({ message }) => message.startsWith("Failed to pull image"));
    expect(failed).toMatchObject({ type: "Warning", reason: "Failed", count: 3, reporter: "kubelet" });
    expect(failed?.about.fieldPath).toBe(version === "1.35" ? "spec.containers{metrics}" : undefined);
    expect(events.every(({ message }) => !message.startsWith("spec."))).toBe(true);
  });

  test("its present moment is its start time and the age of its scheduling", () => {
    const [one] = described(kubectlSays("pod", version));
    const start = new Date("2026-11-25T22:36:14Z").getTime();
    expect(one?.describedAt?.getTime()).toBeGreaterThan(start + 80_000);
    expect(one?.describedAt?.getTime()).toBeLessThan(start + 120_000);
  });

  test("every kind of container; names of the environment are no fields", () => {
    const pod = objectOf("Pod", kubectlSays("odd", version));
    expect(pod.containers.map(({ name, kind, image }) => `${kind} ${name} ${image.slice(0, 34)}`)).toEqual([
      "init side quay.io/acme/side:1",
      "init migrate ghcr.io/acme/migrate:2",
      "container app registry.example.com:5000/shop/app",
      "ephemeral debug busybox:1.99",
    ]);
    expect(pod.containers[1]?.lastState).toMatchObject({
      exitCode: 255,
      message: "exec /bin/migrate: exec format error",
    });
    expect(pod.nodeSelector).toEqual({ "kubernetes.io/arch": "arm64" });
    // kubectl 1.29 knows no image volumes and prints <unknown>.
    const volumes = [
      { name: "model", image: "registry.example.com/models/llm:v2", pullPolicy: "IfNotPresent" },
    ];
    expect(pod.imageVolumes).toEqual(version === "1.35" ? volumes : []);
  });

  test("a message of two lines is one event", () => {
    const [one] = described(kubectlSays("odd", version));
    expect(one?.events.map(({ message }) => message)).toEqual([
      expect.stringMatching(/Failed to pull image "busybox:1.99": first line second line of it$/),
      "Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.",
    ]);
  });

  test("describe node: platform and runtime", () => {
    expect(objectOf("Node", kubectlSays("node", version))).toMatchObject({
      name: "node-1",
      architecture: "amd64",
      os: "linux",
      runtime: "containerd://1.6.20",
      kubelet: "v1.20.2",
      isUnschedulable: false,
    });
  });

  test("a node's conditions keep reason and message", () => {
    const { conditions } = objectOf("Node", kubectlSays("node", version));
    expect(conditions).toContainEqual({
      type: "Ready",
      status: "True",
      reason: "KubeletReady",
      message: "kubelet is posting ready status",
    });
  });

  test("describe deployment and replica set: images, counts, revision, owner", () => {
    const deployment = objectOf("Deployment", kubectlSays("deploy", version));
    expect(deployment).toMatchObject({ name: "frontend", replicas: 2, readyReplicas: 2, revision: 2 });
    expect(deployment.containers).toEqual([
      { name: "frontend", kind: "container", image: "registry.acme.example/web/frontend:1.O" },
    ]);
    const set = objectOf("ReplicaSet", kubectlSays("deploy", version));
    expect(set).toMatchObject({
      name: "frontend-5498b65955",
      replicas: 1,
      readyReplicas: 0,
      owners: [{ kind: "Deployment", name: "frontend", uid: "" }],
      selector: { app: "frontend", "pod-template-hash": "5498b65955" },
    });
  });

  test("describe daemon set: init containers of the template as well", () => {
    const set = objectOf("DaemonSet", kubectlSays("odd", version));
    expect(set.containers.map(({ kind, image }) => `${kind} ${image}`)).toEqual([
      "init quay.io/acme/prep:1",
      "container quay.io/acme/agent:1",
    ]);
    expect(set).toMatchObject({ replicas: 3, readyReplicas: 1, serviceAccount: "builder" });
  });

  test("describe service account names its pull secrets", () => {
    expect(objectOf("ServiceAccount", kubectlSays("odd", version)).pullSecrets).toEqual([
      "regcred",
      "second",
    ]);
    expect(objectOf("ServiceAccount", kubectlSays("sa", version)).pullSecrets).toEqual([]);
  });

  test("describe secret shows type and keys, and says that it shows no values", () => {
    expect(objectOf("Secret", kubectlSays("sa", version))).toMatchObject({
      name: "regcred",
      namespace: "shop-31",
      type: "kubernetes.io/dockerconfigjson",
      dataKeys: [".dockerconfigjson"],
      entries: [],
      trouble: { is: "not-shown" },
    });
  });
});

test("a description that was indented by what it was pasted into", () => {
  const text = kubectlSays("pod", "1.35")
    .split("\n")
    .map((line) => `    ${line}`);
  const pod = readDescribe(text)?.object;
  expect(pod).toMatchObject({ kind: "Pod", name: "web", namespace: "shop-76-q" });
  expect(readDescribe(text)?.events.length).toBe(10);
});

test("a service or a config map is of no interest", () => {
  const text = "Name:  web\nNamespace:  shop\nType:  ClusterIP\nIP:  10.0.0.1\nEvents:  <none>";
  expect(readDescribe(text.split("\n"))).toBeUndefined();
});
