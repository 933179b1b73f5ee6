// Gathers what the readers find in all files, and settles at the end what it amounts to.

import type { KubeEvent, KubeObject, Pod } from "../model/objects.js";
import type { LooseMessage, Readable, Snapshot, Unread } from "../model/snapshot.js";
import { settlePods } from "./settle-pods.js";
import { compareAge, rank, type Sight } from "./sight.js";

/** A file that could not be used, wholly or in part. `isMinor` as in Unread. */
export interface Trouble {
  readonly name: string;
  readonly why: string;
  readonly isMinor: boolean;
}

/** Evidence that tells only ages: made once the present moment is known. */
export interface Later {
  /** Its own present moment, where the text gives one away. */
  readonly anchor?: Date;
  /** The earliest that it can have been made. */
  readonly notBefore?: Date;
  /** When its file was written. */
  readonly writtenAt?: Date;
  readonly make: (present: Date) => readonly Sight[];
}

interface Told extends LooseMessage {
  readonly file: string;
}

/** Beyond this many different messages only the first are kept: they repeat each other. */
const maxMessages = 20_000;
/** Beyond this many files with the same reason they are counted together. */
const maxAlike = 3;

export class Collector {
  readonly files: string[] = [];
  /** Files that something was understood of. */
  understood = 0;
  readonly #pods: Sight<Pod>[] = [];
  readonly #others = new Map<string, Sight>();
  readonly #later: Later[] = [];
  readonly #messages = new Map<string, Told>();
  #lostMessages = 0;
  readonly #complete = new Map<string, { what: Readable; namespace?: string }>();
  readonly #troubles: Trouble[] = [];
  #newest: Date | undefined;

  see(sight: Sight): void {
    this.seeTime(sight.at);
    const { object } = sight;
    if (object.kind === "Namespace") return;
    if (object.kind === "Pod") {
      this.#pods.push({ ...sight, object });
      return;
    }
    const key = keyOf(sight);
    const known = this.#others.get(key);
    if (known === undefined || isBetter(sight, known)) this.#others.set(key, mergeManifest(sight, known));
    else this.#others.set(key, mergeManifest(known, sight));
  }

  seeLater(later: Later): void {
    this.#later.push(later);
  }

  /** The same words about the same pod are kept once, with their last time. */
  hear(message: LooseMessage, file: string): void {
    this.seeTime(message.at);
    const key = JSON.stringify([message.text, message.pod]);
    const known = this.#messages.get(key);
    if (known === undefined && this.#messages.size >= maxMessages) {
      this.#lostMessages++;
      return;
    }
    const isNewer = known?.at === undefined || (message.at !== undefined && message.at > known.at);
    if (known === undefined || isNewer) this.#messages.set(key, { ...message, file });
  }

  seeTime(at: Date | undefined): void {
    if (at !== undefined && (this.#newest === undefined || at > this.#newest)) this.#newest = at;
  }

  /** When the file at hand was written, or now: for logs that leave the year out. */
  hint: Date | undefined;

  /** A time close to that of the evidence. */
  get near(): Date | undefined {
    return this.#newest ?? this.hint;
  }

  complete(what: Readable, namespace?: string): void {
    this.#complete.set(`${what} ${namespace}`, { what, ...(namespace === undefined ? {} : { namespace }) });
  }

  trouble(trouble: Trouble): void {
    this.#troubles.push(trouble);
  }

  get troubles(): readonly Trouble[] {
    return this.#troubles;
  }

  get hasEvidence(): boolean {
    return this.#pods.length + this.#others.size + this.#later.length + this.#messages.size > 0;
  }

  /** Objects that nobody has tried to run, or that make no pulls. */
  #tellsNothing(from: string, pods: readonly Pod[]): void {
    if (pods.length === 0 && this.#others.size === 0) return;
    const why =
      pods.length > 0
        ? "holds manifests alone: nothing in it tells how a pull went"
        : "holds no pod, no event and no message about a pull";
    this.trouble({ name: from, why, isMinor: false });
  }

  /** Everything together. `now` is used where the evidence holds no time at all. */
  settle(from: string, now: Date): Snapshot {
    const absolute = this.#newest;
    for (const later of this.#later) {
      const present = later.anchor ?? latest(later.notBefore, absolute ?? writtenAt(later, now));
      this.seeTime(present);
      for (const sight of later.make(present)) this.see(sight);
    }
    const at = this.#newest ?? now;
    const settled = settlePods(this.#pods, at);
    for (const { file, why } of settled.disagreements) this.trouble({ name: file, why, isMinor: true });
    if (this.#lostMessages > 0) {
      const why = `${this.#lostMessages} of its messages were left out, after ${maxMessages} different ones`;
      this.trouble({ name: "log", why, isMinor: true });
    }
    const origin = new Map<object, string>();
    const isOneFile = this.files.length === 1;
    const place = <T extends object>(object: T, file: string): T => {
      if (!isOneFile) origin.set(object, `file ${file}`);
      return object;
    };
    const others = [...this.#others.values()].filter((sight) => sight.isGone !== true);
    const of = <K extends KubeObject["kind"]>(...kinds: K[]): Extract<KubeObject, { kind: K }>[] =>
      others.flatMap(({ object, file }) =>
        (kinds as string[]).includes(object.kind)
          ? [place(object as Extract<KubeObject, { kind: K }>, file)]
          : [],
      );
    const pods = settled.pods.map(({ object, file }) => place(object, file));
    const isTold = this.#messages.size + settled.earlier.length > 0 || others.some(isEvent);
    if (!isTold && settled.pods.every((pod) => pod.rank === rank.manifest)) this.#tellsNothing(from, pods);
    const workloads = of(
      "Deployment",
      "ReplicaSet",
      "StatefulSet",
      "DaemonSet",
      "Job",
      "CronJob",
      "ReplicationController",
      "ControllerRevision",
    );
    return {
      from,
      at,
      isLive: false,
      pods,
      earlier: settled.earlier.map(({ file, ...seen }) => {
        place(seen.pod, file);
        return seen;
      }),
      events: withoutRetold(others.filter(isEvent), pods).map(({ object, file }) => place(object, file)),
      secrets: of("Secret"),
      serviceAccounts: of("ServiceAccount"),
      nodes: of("Node"),
      workloads,
      messages: [...this.#messages.values()].map(({ file, ...message }) => place(message, file)),
      complete: [...this.#complete.values()],
      unread: grouped(this.#troubles),
      origin,
      questions: 0,
      podsLookedAt: pods.length,
      workloadsLookedAt: workloads.filter(
        ({ owners, kind }) => owners.length === 0 && kind !== "ControllerRevision",
      ).length,
    };
  }
}

const latest = (a: Date | undefined, b: Date): Date => (a !== undefined && a > b ? a : b);

/** A file from the future has a wrong clock. */
const writtenAt = (later: Later, now: Date): Date =>
  later.writtenAt !== undefined && later.writtenAt < now ? later.writtenAt : now;

const isEvent = (sight: Sight): sight is Sight<KubeEvent> => sight.object.kind === "Event";

/** Events by uid, which their name stands for; those of tables by what they say. */
function keyOf({ object, rank: form, eventName }: Sight): string {
  if (object.kind === "Node") return `Node/${object.name}`;
  if (object.kind === "Namespace") return `Namespace/${object.name}`;
  if (object.kind !== "Event") return `${object.kind}/${object.namespace}/${object.name}`;
  if (form === rank.object && eventName !== undefined) return `Event/${object.namespace}/${eventName}`;
  const { about, reason, message, reporter } = object;
  return JSON.stringify([about, reason, message, reporter]);
}

function isBetter(a: Sight, b: Sight): boolean {
  return a.rank !== b.rank ? a.rank > b.rank : compareAge(a, b) >= 0;
}

/** What only a manifest can show, since the API drops it, stays with the live object. */
function mergeManifest(best: Sight, other: Sight | undefined): Sight {
  if (other?.rank !== rank.manifest || best.rank === rank.manifest) return best;
  const { object } = other;
  if (!("misplacedPullSecrets" in object) || object.misplacedPullSecrets === undefined) return best;
  return {
    ...best,
    object: { ...best.object, misplacedPullSecrets: object.misplacedPullSecrets } as KubeObject,
  };
}

/** Without the events of tables and descriptions that the API's own events tell as well. */
function withoutRetold(
  events: readonly Sight<KubeEvent>[],
  pods: readonly Pod[],
): readonly Sight<KubeEvent>[] {
  const namespaces = new Map<string, string | undefined>();
  for (const { name, namespace } of pods) namespaces.set(name, namespaces.has(name) ? undefined : namespace);
  const inPlace = events.map((sight) => {
    const { about } = sight.object;
    if (about.namespace !== "") return sight;
    const namespace = namespaces.get(about.name) ?? "";
    return { ...sight, object: { ...sight.object, namespace, about: { ...about, namespace } } };
  });
  const told = new Set(inPlace.filter((sight) => sight.rank === rank.object).map(contentOf));
  return inPlace.filter((sight) => sight.rank === rank.object || !told.has(contentOf(sight)));
}

const contentOf = ({ object: { about, reason, message } }: Sight<KubeEvent>): string =>
  JSON.stringify([about.namespace, about.name, reason, message]);

/** Many files with the same reason become one line. */
function grouped(troubles: readonly Trouble[]): Unread[] {
  const alike = new Map<string, Trouble[]>();
  for (const trouble of troubles) {
    const key = `${trouble.isMinor} ${trouble.why}`;
    alike.set(key, [...(alike.get(key) ?? []), trouble]);
  }
  return [...alike.values()].flatMap((all) => {
    const shown = all.length > maxAlike ? all.slice(0, 1) : all;
    return shown.map(({ name, why, isMinor }) => ({
      what: "file" as const,
      name: all.length > maxAlike ? `${name} and ${all.length - 1} more files` : name,
      why,
      isMinor,
    }));
  });
}
