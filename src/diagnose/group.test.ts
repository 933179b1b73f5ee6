// What one finding may say of many pods.

import { expect, test } from "vitest";
import { readObject } from "../cluster/objects.js";
import type { KubeObject, Pod, PullSecret } from "../model/objects.js";
import type { Probes } from "../model/probe.js";
import { diagnose, snapshotOf } from "./diagnose.js";

const registry = "registry.example.com";
const now = new Date("2026-11-25T12:00:00Z");

function pod(name: string, repository: string): object {
  const image = `${registry}/${repository}:1.0`;
  const message = `unexpected status from HEAD request to https://registry.example.com/v2/${repository}/manifests/1.0: 403 Forbidden`;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: "shop", uid: name },
    spec: {
      nodeName: "node-1",
      containers: [{ name: "app", image }],
      imagePullSecrets: [{ name: "own" }],
    },
    status: {
      phase: "Pending",
      containerStatuses: [
        {
          name: "app",
          image,
          imageID: "",
          ready: false,
          restartCount: 0,
          state: { waiting: { reason: "ErrImagePull", message } },
        },
      ],
    },
  };
}

const secret = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "own", namespace: "shop" },
  type: "kubernetes.io/dockerconfigjson",
  stringData: {
    ".dockerconfigjson": JSON.stringify({ auths: { [registry]: { username: "ci", password: "x" } } }),
  },
};

/** The registry was asked for one of the two images, as the pods' own secret, and refused it. */
const probes: Probes = {
  from: "this machine",
  images: [
    {
      registry,
      repository: "team/asked",
      reference: "1.0",
      as: { is: "secret", namespace: "shop", secret: "own", key: registry, username: "ci" },
      answer: { is: "no", cause: "access-denied", also: [] },
      evidence: { source: "registry", where: "HEAD", shows: "403", from: "this machine" },
    },
  ],
  tags: [],
  requests: 1,
  left: 0,
};

test("what a registry said of one image is not said of another with the same login", () => {
  const objects: readonly KubeObject[] = [secret, pod("a", "team/asked"), pod("b", "team/not-asked")].flatMap(
    (one) => readObject(one) ?? [],
  );
  const snapshot = {
    ...snapshotOf([], "the API server of test", now),
    pods: objects.filter((one): one is Pod => one.kind === "Pod"),
    secrets: objects.filter((one): one is PullSecret => one.kind === "Secret"),
    complete: [{ what: "secrets" as const }],
  };
  const told = diagnose(snapshot, probes).findings.map(
    ({ cause, verdict, pods }) => `${cause} ${verdict}: ${pods.map(({ name }) => name).join(" ")}`,
  );
  expect(told.sort()).toEqual(["access-denied confirmed: a", "access-denied likely: b"]);
});
