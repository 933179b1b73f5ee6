// The whole way: gather, judge, group. Gathering reads the world; the rest is pure.

import type { Scene } from "../causes/define.js";
import { podKnownBy } from "../model/known-pod.js";
import type { Probes, WayProbe } from "../model/probe.js";
import type { Pull } from "../model/pull.js";
import { tryParseReference } from "../model/reference.js";
import type { Report } from "../model/report.js";
import type { LooseMessage, Snapshot } from "../model/snapshot.js";
import { version } from "../model/version.js";
import { explainMessage } from "../runtimes/explain.js";
import { groupFindings } from "./group.js";
import { type Judgement, judge } from "./judge.js";
import { indexWorkloads } from "./owners.js";
import { noProbes, type ProbingWorld, probe } from "./probing.js";
import { prove } from "./prove.js";
import { proveWay } from "./prove-way.js";
import { type FoundPulls, findPulls } from "./pulls.js";
import { buildScene } from "./scene.js";
import { showsOf } from "./shows.js";

/** Judges what was gathered, and what registries answered. Same snapshot, same answers, same report. */
export function diagnose(snapshot: Snapshot, probes?: Probes): Report {
  return reportOf(snapshot, lookAt(snapshot)(probes), probes);
}

/** How more is found out than what was gathered. Absent parts are not asked. */
export interface Asking {
  readonly registries?: ProbingWorld;
  readonly ways?: (pulls: readonly Pull[], scene: Scene) => Promise<readonly WayProbe[]>;
}

/**
 * Asks what would tell more about the pulls that `isWanted` chooses, and judges with the answers. Throws only what an asker's
 * configuration throws.
 */
export async function diagnoseByAsking(
  snapshot: Snapshot,
  { registries, ways }: Asking,
  isWanted: (pull: Pull) => boolean,
): Promise<Report> {
  const look = lookAt(snapshot);
  const wanted = ({ judgements }: Judged): readonly Judgement[] =>
    judgements.filter(({ pull }) => isWanted(pull));
  const asked: Probes =
    registries === undefined
      ? noProbes
      : await probe((answers) => {
          const seen = look(answers);
          return { scene: seen.scene, judgements: wanted(seen) };
        }, registries);
  if (ways === undefined) return reportOf(snapshot, look(asked), asked);
  const seen = look(undefined);
  const found = await ways(
    wanted(seen).map(({ pull }) => pull),
    seen.scene,
  );
  const probes = { ...asked, ways: found };
  return reportOf(snapshot, look(probes), probes);
}

interface Judged {
  readonly scene: Scene;
  readonly judgements: readonly Judgement[];
}

/** What does not depend on answers is found once. */
function lookAt(snapshot: Snapshot): (probes: Probes | undefined) => Judged {
  const { found, scene: silent } = sceneOf(snapshot);
  return (probes) => {
    const scene = probes === undefined ? silent : { ...silent, probes };
    return {
      scene,
      judgements: found.pulls.map((pull) => proveWay(prove(judge(pull, scene), scene), scene)),
    };
  };
}

/** The pulls of a snapshot, and what is around them. */
export function sceneOf(snapshot: Snapshot): { readonly found: FoundPulls; readonly scene: Scene } {
  const workloads = indexWorkloads(snapshot);
  const found = withLooseMessages(findPulls(snapshot, workloads, explainMessage), snapshot);
  return { found, scene: buildScene(snapshot, found, workloads) };
}

function reportOf(snapshot: Snapshot, { scene, judgements }: Judged, probes: Probes | undefined): Report {
  const findings = groupFindings(judgements, scene);
  return {
    schema: "https://pulldoctor.dev/schema/v1.json",
    version,
    ...(snapshot.cluster === undefined ? {} : { cluster: snapshot.cluster }),
    from: snapshot.from,
    at: snapshot.at,
    findings,
    complete: snapshot.unread.every((unread) => unread.isMinor),
    notRead: snapshot.unread.map((unread) => ({
      what: [
        unread.name ?? unread.what,
        unread.namespace === undefined ? undefined : `in ${unread.namespace}`,
      ]
        .filter(Boolean)
        .join(" "),
      why: unread.why,
    })),
    podsLookedAt: snapshot.podsLookedAt,
    workloadsLookedAt: snapshot.workloadsLookedAt,
    questions: snapshot.questions,
    ...(probes === undefined
      ? {}
      : { registries: { from: probes.from, requests: probes.requests, left: probes.left } }),
  };
}

/** Judges one pasted message, with nothing else to go by. */
export function diagnoseMessage(text: string, world: { now: Date; from?: string }): Report {
  return diagnose(snapshotOfMessage(text, world));
}

/** A snapshot that holds one pasted message. */
export function snapshotOfMessage(text: string, world: { now: Date; from?: string }): Snapshot {
  const message: LooseMessage = { text, where: "the text given" };
  return snapshotOf([message], world.from ?? "the text given", world.now);
}

/** A snapshot that holds messages and nothing else. */
export function snapshotOf(messages: readonly LooseMessage[], from: string, at: Date): Snapshot {
  return {
    from,
    at,
    isLive: false,
    pods: [],
    earlier: [],
    events: [],
    secrets: [],
    serviceAccounts: [],
    nodes: [],
    workloads: [],
    messages,
    complete: [],
    unread: [],
    origin: new Map(),
    questions: 0,
    podsLookedAt: 0,
    workloadsLookedAt: 0,
  };
}

/** Messages that belong to no pod we know become pulls of their own, one for each distinct reason. */
function withLooseMessages(found: FoundPulls, snapshot: Snapshot): FoundPulls {
  const known = new Set(found.pulls.map((pull) => fullName(pull.image)));
  for (const { pull } of found.working) known.add(fullName(pull.image));
  const loose = new Map<string, Pull>();
  const isOnlyText = snapshot.pods.length === 0 && snapshot.events.length === 0;
  for (const message of snapshot.messages) {
    const context = {
      ...(message.waitingReason === undefined ? {} : { waitingReason: message.waitingReason }),
      ...(message.image === undefined ? {} : { image: message.image }),
    };
    const reading = explainMessage(message.text, context);
    if (reading.cause === "not-image-pull") continue;
    const image = message.image ?? reading.image ?? "";
    if (!isOnlyText && (known.has(fullName(image)) || reading.cause === "unknown" || image === "")) continue;
    const key = `${image} ${reading.cause} ${message.pod?.namespace}/${message.pod?.name}`;
    if (loose.has(key)) continue;
    loose.set(key, pullOfMessage(message, image, reading, snapshot));
  }
  // A line that says nothing adds nothing beside one about the same image that names a cause.
  const all = [...loose.values()];
  const told = new Set(all.filter((pull) => pull.reading.cause !== "unknown").map((pull) => pull.image));
  const kept = all.filter(
    (pull) => pull.reading.cause !== "unknown" || (told.size === 0 && !told.has(pull.image)),
  );
  return { pulls: [...found.pulls, ...withoutEchoes(kept)], working: found.working };
}

/**
 * A log says one thing several times: the runtime without the pod, the kubelet's limit without the
 * image. Such a line adds nothing beside a fuller one about the same image or the same pod.
 */
function withoutEchoes(pulls: readonly Pull[]): readonly Pull[] {
  const podOf = ({ pod }: Pull): string => `${pod.namespace}/${pod.name}`;
  const withPod = pulls.filter(({ pod }) => pod.name !== "");
  const podsWithImage = new Set(withPod.filter(({ image }) => image !== "").map(podOf));
  const reasonOf = (pull: Pull): string => `${fullName(pull.image)} ${pull.reading.cause}`;
  const reasonsWithPod = new Set(withPod.map(reasonOf));
  return pulls.filter((pull) => {
    if (pull.pod.name === "") return !reasonsWithPod.has(reasonOf(pull));
    return pull.image !== "" || !podsWithImage.has(podOf(pull));
  });
}

/** Pods write `acme/app:1`, runtimes answer `docker.io/acme/app:1`. */
function fullName(image: string): string {
  const parsed = tryParseReference(image);
  return parsed.ok ? parsed.reference.full : image;
}

function pullOfMessage(
  message: LooseMessage,
  image: string,
  reading: Pull["reading"],
  snapshot: Snapshot,
): Pull {
  const parsed = image === "" ? undefined : tryParseReference(image);
  return {
    pod: podKnownBy({ namespace: "", name: "", ...message.pod, uid: "" }, undefined, [
      "pullSecrets",
      "serviceAccount",
      "times",
    ]),
    containerName: "",
    containerKind: "container",
    image,
    ...(parsed === undefined
      ? {}
      : parsed.ok
        ? { reference: parsed.reference }
        : { referenceError: parsed.why }),
    state: "failing",
    reason: message.waitingReason ?? "",
    said: [
      {
        reading,
        evidence: {
          source: "message",
          where: message.where,
          shows: showsOf(reading, "the words say that a pull failed, and not why"),
          quote: message.text,
          from: snapshot.origin.get(message) ?? snapshot.from,
          ...(message.at ? { lastAt: message.at } : {}),
        },
      },
    ],
    reading,
    ...(message.at ? { since: message.at } : {}),
  };
}
