// One recording as a replay reads it: what was done, and what the API server then said.

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { Json, KubeObject } from "../../../src/sim/api/json.js";
import { cases } from "../../recordings/load.js";

export interface Doing {
  /** RFC 3339, of second 0. */
  readonly started: string;
  readonly recordedSeconds: number;
  /** Seconds at which the runtime was asked for a pull; absent: not recorded. */
  readonly attempts?: readonly number[];
  /** They are those of the `Pulling` events, not the runtime's own. */
  readonly attemptsFrom?: "events";
  /** `create Pod api`, `patch ServiceAccount default {...}`, `delete Pod api`, with their seconds. */
  readonly actions: readonly { readonly s: number; readonly action: string }[];
}

export interface Change {
  /** Seconds since the first creation. */
  readonly s: number;
  readonly type: string;
  readonly object: KubeObject;
}

export interface Recording extends Doing {
  readonly id: string;
  /** Manifest and secrets: whatever may be created. */
  readonly objects: readonly Json[];
  readonly serviceAccount: Json;
  readonly pods: readonly Change[];
  readonly events: readonly Change[];
  /** The end alone, for what has no timeline: those lists above are empty then. */
  readonly final: { readonly pods: readonly KubeObject[]; readonly events: readonly KubeObject[] };
}

const doings = (): Record<string, Doing> =>
  JSON.parse(readFileSync(new URL("doings.json", import.meta.url), "utf8"));

/** Every recording of pods, also one that no case file replays. */
export const recordingIds = (): readonly string[] => Object.keys(doings());

export async function loadRecording(id: string): Promise<Recording> {
  const known = cases().find((one) => one.id === id);
  const doing = doings()[id];
  if (known === undefined || doing === undefined) throw new Error(`no such recording: ${id}`);
  const folder = await known.folder();
  const read = async (name: string): Promise<string> => readFile(join(folder, name), "utf8").catch(() => "");
  const lines = async (name: string): Promise<Change[]> =>
    (await read(name))
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  const list = async (name: string): Promise<KubeObject[]> => {
    const object = JSON.parse((await read(name)) || "{}");
    return object.items ?? (object.kind === undefined ? [] : [object]);
  };
  const documents = [await read("manifest.yaml"), await read("secret.yaml")].flatMap((text) =>
    parseAllDocuments(text).map((document) => document.toJS()),
  );
  const objects = documents.filter((one) => one !== null).flatMap((one) => one.items ?? [one]);
  return {
    id,
    ...doing,
    objects,
    serviceAccount: JSON.parse((await read("serviceaccount.json")) || "{}"),
    pods: await lines("pod.timeline.jsonl"),
    events: await lines("events.timeline.jsonl"),
    final: { pods: await list("final-pod.json"), events: await list("final-events.json") },
  };
}

/** Each state change within this of the recording. */
export const toleranceSeconds = 3;

/** The second until which it surely went on: its length is told in whole seconds, rounded. */
export const endOf = ({ recordedSeconds, pods, events }: Recording): number =>
  Math.max(recordedSeconds - 0.5, ...[...pods, ...events].map(({ s }) => s));
