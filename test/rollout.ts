// The deployment of a recording, whose new revision cannot be pulled, for the tests of what can be
// read: its objects, and what every form of them must show.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { readFiles } from "../src/files/read.js";
import type { Snapshot } from "../src/model/snapshot.js";
import { type Files, folderOf } from "./folder.js";
import { cases } from "./recordings/load.js";

export const now = new Date("2026-11-26T00:00:00Z");

export async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

export function read(files: Files, inputs: readonly string[] = ["."], stdin = ""): Promise<Snapshot> {
  return readFiles(inputs, { cwd: folderOf(files), readStdin: () => bytesOf(stdin), now });
}

/** The folder of the recording. */
export const recording = await cases()
  .find(({ id }) => id === "deployment-rollout")
  ?.folder();

/** One of its JSON files. */
export const recorded = (name: string): unknown =>
  JSON.parse(readFileSync(join(recording ?? "", name), "utf8"));

export const items = (value: unknown): unknown[] =>
  typeof value === "object" && value !== null && "items" in value && Array.isArray(value.items)
    ? value.items
    : [value];

export const json = (value: unknown): string => JSON.stringify(value, null, 2);

export const listOf = (kind: string, of: readonly unknown[]) => ({
  apiVersion: "v1",
  kind,
  metadata: {},
  items: of,
});

export const failing = "frontend-5498b65955-h5tdx";

/** What every form must show: the pods, the words about the failing one, who owns it. */
export function expectRollout(snapshot: Snapshot): void {
  expect(snapshot.pods.map(({ name }) => name).sort()).toEqual([
    failing,
    "frontend-dcf9b8d6-d7jwt",
    "frontend-dcf9b8d6-pxc57",
  ]);
  const pod = snapshot.pods.find(({ name }) => name === failing);
  expect(pod?.containers[0]).toMatchObject({ image: "registry.acme.example/web/frontend:1.O" });
  expect(pod?.containers[0]?.state?.is).toBe("waiting");
  const words = snapshot.events.filter(({ about, reason }) => about.name === failing && reason === "Failed");
  expect(words.some(({ message }) => message.startsWith("Failed to pull image"))).toBe(true);
  expect(snapshot.workloads.map(({ kind }) => kind).sort()).toEqual([
    "Deployment",
    "ReplicaSet",
    "ReplicaSet",
  ]);
}
