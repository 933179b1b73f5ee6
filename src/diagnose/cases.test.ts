// Every case of every cause: its objects read as from a file, or its message alone; judged and compared.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readObject } from "../cluster/objects.js";
import type { KubeObject } from "../model/objects.js";
import type { Report } from "../model/report.js";
import type { Readable, Snapshot } from "../model/snapshot.js";
import { diagnose, snapshotOf } from "./diagnose.js";

interface Case {
  readonly name: string;
  readonly from: string;
  readonly evidence: {
    /** One message and nothing else; `waitingReason` and `image` as the pod would show them. */
    readonly message?: string;
    readonly waitingReason?: string;
    readonly image?: string;
    readonly objects?: readonly unknown[];
    /** Lists that were read to their end. */
    readonly complete?: readonly { what: Readable; namespace?: string }[];
    /** Lists that could not be read, and why. */
    readonly unread?: readonly { what: Readable; namespace?: string; why: string }[];
    /** The present moment; absent: the newest event. */
    readonly at?: string;
    readonly isLive?: boolean;
  };
  readonly expect: {
    /** `none`: no finding at all. */
    readonly cause: string;
    readonly parent?: string;
    readonly verdict?: string;
    readonly not?: readonly string[];
    readonly open?: readonly string[];
    readonly endedAt?: boolean;
    /** Ids of the fixes that the finding offers, in order. */
    readonly fixes?: readonly string[];
    /** Parts of commands that must be offered, whole. */
    readonly commands?: readonly string[];
    /** Words that the summary must have. */
    readonly says?: readonly string[];
  };
}

const root = new URL("../causes/", import.meta.url);

function cases(): { cause: string; file: string; content: Case }[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(new URL(`${entry.name}/cases/`, root)))
    .flatMap(({ name: cause }) => {
      const folder = new URL(`${cause}/cases/`, root);
      return readdirSync(folder)
        .filter((file) => file.endsWith(".yaml"))
        .map((file) => {
          const content: Case = parse(readFileSync(new URL(file, folder), "utf8"));
          return { cause, file, content };
        });
    });
}

const usualNow = new Date("2026-11-21T19:56:00Z");

function reportOn({ evidence }: Case): Report {
  const { message, waitingReason, image } = evidence;
  if (message === undefined) return diagnose(snapshotFrom(evidence));
  const loose = {
    text: message,
    where: "the text given",
    ...(waitingReason === undefined ? {} : { waitingReason }),
    ...(image === undefined ? {} : { image }),
  };
  return diagnose(snapshotOf([loose], "the text given", usualNow));
}

function snapshotFrom(evidence: Case["evidence"]): Snapshot {
  const objects = (evidence.objects ?? []).flatMap((raw) => readObject(raw) ?? []);
  const of = <K extends KubeObject["kind"]>(...kinds: K[]) =>
    objects.filter((object): object is Extract<KubeObject, { kind: K }> =>
      (kinds as string[]).includes(object.kind),
    );
  const times = objects.flatMap((object) =>
    object.kind === "Event" && object.lastAt ? [object.lastAt] : [],
  );
  const newest = times.sort((a, b) => b.getTime() - a.getTime())[0] ?? usualNow;
  return {
    ...snapshotOf([], "file objects.yaml", evidence.at === undefined ? newest : new Date(evidence.at)),
    isLive: evidence.isLive ?? false,
    pods: of("Pod"),
    events: of("Event"),
    secrets: of("Secret"),
    serviceAccounts: of("ServiceAccount"),
    nodes: of("Node"),
    workloads: of(
      "Deployment",
      "ReplicaSet",
      "StatefulSet",
      "DaemonSet",
      "Job",
      "CronJob",
      "ReplicationController",
      "ControllerRevision",
    ),
    complete: evidence.complete ?? [],
    unread: (evidence.unread ?? []).map((one) => ({ ...one, isMinor: true })),
  };
}

describe("a case of a cause", () => {
  test.each(cases())("$cause/$file", ({ content }) => {
    const { findings } = reportOn(content);
    const { expect: want } = content;
    const ids = findings.map((finding) => finding.cause);
    for (const id of want.not ?? []) expect(ids).not.toContain(id);
    if (want.cause === "none") {
      expect(findings).toEqual([]);
      return;
    }
    const lead = findings.find((finding) => finding.cause === want.cause);
    const found = findings.map(
      (one) => `${one.cause} (${one.verdict}; open: ${one.open.map(({ cause }) => cause).join(", ")})`,
    );
    expect(lead, `found: ${found.join("; ") || "nothing"}`).toBeDefined();
    if (lead === undefined) return;
    if (want.verdict !== undefined) expect(lead.verdict, found.join("; ")).toBe(want.verdict);
    if (want.parent !== undefined) expect(lead.parent).toBe(want.parent);
    if (want.open !== undefined)
      expect(lead.open.map((one) => one.cause).sort()).toEqual([...want.open].sort());
    if (want.endedAt !== undefined) expect(lead.endedAt !== undefined).toBe(want.endedAt);
    if (want.fixes !== undefined) expect(lead.remedies.map(({ fix }) => fix)).toEqual(want.fixes);
    const offered = lead.remedies.flatMap(({ commands }) => commands);
    for (const command of want.commands ?? []) expect(offered).toContain(command);
    for (const words of want.says ?? []) expect(lead.summary).toContain(words);
    for (const finding of findings) {
      if (finding.verdict !== "unknown") expect(finding.evidence.length).toBeGreaterThan(0);
      expect(`${finding.summary} ${finding.title}`).not.toMatch(/undefined|\bNaN\b|\[object/);
    }
  });
});
