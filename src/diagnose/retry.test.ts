// What is said of the kubelet's next try has to hold after that try as well.

import { expect, test } from "vitest";
import type { Pull } from "../model/pull.js";
import { nextTry } from "./retry.js";

const failedAt = new Date("2026-11-21T20:00:00Z");
const later = (seconds: number): Date => new Date(failedAt.getTime() + seconds * 1000);

function failing(attempts: number, since: Date): Pull {
  return {
    pod: {
      kind: "Pod",
      namespace: "shop",
      name: "cart",
      uid: "uid-cart",
      serviceAccount: "default",
      pullSecrets: [],
      containers: [],
      imageVolumes: [],
      phase: "Pending",
      conditions: [],
      owners: [],
      labels: {},
      nodeSelector: {},
      managedBy: [],
    },
    containerName: "app",
    containerKind: "container",
    image: "registry.acme.example/shop/cart:1.0",
    state: "failing",
    reason: "ImagePullBackOff",
    said: [],
    reading: { cause: "unknown", verdict: "unknown", also: [], layers: [] },
    attempts,
    lastFailureAt: failedAt,
    since,
  };
}

test("a wait that still grows is no rhythm", () => {
  const retry = nextTry(failing(4, later(-75)), later(20));
  expect(retry?.nextAt).toEqual(later(95));
  expect(retry?.everySeconds).toBeUndefined();
  expect(retry?.why).toBe("back-off of 80 s after 4 failures, twice as long after the next, up to 5 minutes");
});

test("a wait that has reached its ceiling is one", () => {
  const retry = nextTry(failing(6, later(-700)), later(20));
  expect(retry).toMatchObject({
    nextAt: later(315),
    everySeconds: 300,
    why: "back-off of 300 s after 6 failures",
  });
});

test("where the events have fallen silent, only the longest wait is sure", () => {
  expect(nextTry(failing(2, later(-15)), later(4000))).toMatchObject({ everySeconds: 300 });
});

test("a fresh count stands, however long each attempt took", () => {
  expect(nextTry(failing(3, later(-360)), later(20))?.why).toContain("40 s after 3 failures");
});

test("a count that is too old for its own back-off is a lower bound", () => {
  expect(nextTry(failing(2, later(-15)), later(60))?.why).toContain("80 s after 4 failures");
});
