// One JSON or YAML value, whatever it is: an API object, a list, a watch event, a log entry.

import { readObject } from "../cluster/objects.js";
import { date, isRecord, type Json, record, text } from "../cluster/objects-fields.js";
import type { KubeObject } from "../model/objects.js";
import type { Readable } from "../model/snapshot.js";
import type { Collector } from "./collect.js";
import { hearLine } from "./logs.js";
import { shownSecret } from "./redacted.js";
import { newestTime, rank, type Sight } from "./sight.js";

export interface ValueContext {
  readonly file: string;
  readonly line: number;
  readonly collector: Collector;
  /** The kind of the list that the value lies in: `PodList`. */
  readonly listKind?: string;
  /** The kind that the file's name promises, for objects that say nothing themselves. */
  readonly nameKind?: string;
}

interface Watched {
  readonly at?: Date;
  readonly isGone: boolean;
}

const watchTypes: ReadonlySet<string> = new Set(["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]);

/** True when the value is something that belongs in a dump, even if it does not matter here. */
export function readValue(value: unknown, context: ValueContext, watched?: Watched): boolean {
  if (Array.isArray(value)) return value.map((item) => readValue(item, context)).some(Boolean);
  if (!isRecord(value)) return false;
  if (isRecord(value.object) && typeof value.type === "string")
    return readWatchEvent(value, value.object, context);
  if (Array.isArray(value.items) && (value.kind === undefined || /List$/.test(String(value.kind)))) {
    return readItems(value, value.items, context);
  }
  if (value.kind === "Status" && value.status === "Failure") {
    const why = `holds an error of the API server: ${text(value.message) ?? text(value.reason) ?? "no message"}`;
    context.collector.trouble({ name: context.file, why: oneLine(why), isMinor: false });
    return true;
  }
  const typed = withKind(value, context);
  if (typed === undefined) return readLogEntry(value, context);
  const object = readObject(typed);
  // Config maps and the like: part of every dump, and of no interest.
  if (object === undefined) return text(value.apiVersion) !== undefined || context.listKind !== undefined;
  context.collector.see(sightOf(shownSecret(object, typed), typed, context, watched));
  return true;
}

function readWatchEvent(value: Json, object: Json, context: ValueContext): boolean {
  const type = String(value.type);
  if (type === "ERROR") return readValue(object, context);
  if (!watchTypes.has(type)) return false;
  const at = date(value.t) ?? date(value.time) ?? date(value.timestamp);
  context.collector.seeTime(at);
  if (type === "BOOKMARK") return true;
  return readValue(object, context, { isGone: type === "DELETED", ...(at ? { at } : {}) });
}

function readItems(list: Json, items: readonly unknown[], context: ValueContext): boolean {
  const kind = text(list.kind);
  const inner = kind === undefined || kind === "List" ? context : { ...context, listKind: kind };
  for (const item of items) readValue(item, inner);
  return kind !== undefined || items.length > 0;
}

/** The object with its kind: its own, its list's, or the one that its fields give away. */
function withKind(value: Json, { listKind, nameKind }: ValueContext): Json | undefined {
  if (typeof value.kind === "string") return value;
  if (listKind !== undefined && listKind !== "List") return { ...value, kind: listKind.slice(0, -4) };
  if (!isRecord(value.metadata)) return undefined;
  if (isRecord(value.involvedObject) || isRecord(value.regarding)) return { ...value, kind: "Event" };
  const [spec, status] = [record(value.spec), record(value.status)];
  if (Array.isArray(spec.containers) || Array.isArray(status.containerStatuses))
    return { ...value, kind: "Pod" };
  if (isRecord(status.nodeInfo)) return { ...value, kind: "Node" };
  return nameKind === undefined ? undefined : { ...value, kind: nameKind };
}

const kindsByName: Readonly<Record<string, string>> = {
  pods: "Pod",
  events: "Event",
  secrets: "Secret",
  serviceaccounts: "ServiceAccount",
  nodes: "Node",
  deployments: "Deployment",
  replicasets: "ReplicaSet",
  statefulsets: "StatefulSet",
  daemonsets: "DaemonSet",
  jobs: "Job",
  cronjobs: "CronJob",
};

/** `dump/shop/events.json` and `bundle/events/shop.json` promise events. */
export function kindOfName(base: string, folder: string): string | undefined {
  const plain = (name: string): string =>
    name
      .toLowerCase()
      .replace(/\.\w+$/, "")
      .replace(/[-_]/g, "");
  return kindsByName[plain(base)] ?? kindsByName[plain(folder.slice(folder.lastIndexOf("/") + 1))];
}

function sightOf(object: KubeObject, raw: Json, context: ValueContext, watched: Watched | undefined): Sight {
  const metadata = record(raw.metadata);
  const version = text(metadata.resourceVersion);
  const at = watched?.at ?? latest(newestTime(object), writtenAt(metadata));
  const isLive = text(metadata.uid) !== undefined || isRecord(raw.status) || object.kind === "Event";
  const eventName = text(metadata.uid) ?? text(metadata.name);
  return {
    object,
    file: context.file,
    rank: isLive ? rank.object : rank.manifest,
    ...(version !== undefined && /^\d{1,30}$/.test(version) ? { version: BigInt(version) } : {}),
    ...(at ? { at } : {}),
    ...(watched ? { isOfWatch: true } : {}),
    ...(watched?.isGone && object.kind !== "Event" ? { isGone: true } : {}),
    ...(object.kind === "Event" && eventName !== undefined ? { eventName } : {}),
  };
}

/** The time of the last write, which `managedFields` keep. */
function writtenAt(metadata: Json): Date | undefined {
  if (!Array.isArray(metadata.managedFields)) return undefined;
  return metadata.managedFields.reduce<Date | undefined>(
    (last, entry) => latest(last, date(record(entry).time)),
    undefined,
  );
}

const latest = (a: Date | undefined, b: Date | undefined): Date | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;

/** Which list kinds are worth knowing to be whole. */
const readables: Readonly<Record<string, Readable>> = {
  PodList: "pods",
  EventList: "events",
  SecretList: "secrets",
  ServiceAccountList: "serviceaccounts",
  NodeList: "nodes",
};

/**
 * What a list that was read to its end proves to be complete.
 *
 * Only a typed list (`SecretList`) counts: an API server wrote it as its answer to one question.
 * The `List` that `kubectl get -o json` prints may hold two secrets that were asked for by name.
 * One with `metadata.continue` is a first page. Items of one namespace prove that namespace only;
 * of several, the whole cluster; no items prove nothing, as the list does not say where it is from.
 */
export function completeness(
  list: Json,
  namespaces: ReadonlySet<string>,
): { what: Readable; namespace?: string } | undefined {
  const what = readables[text(list.kind) ?? ""];
  if (what === undefined || isFirstPage(list)) return undefined;
  if (what === "nodes") return { what };
  const [namespace, ...more] = namespaces;
  if (namespace === undefined) return undefined;
  return more.length > 0 ? { what } : { what, namespace };
}

export const isFirstPage = (list: Json): boolean => text(record(list.metadata).continue) !== undefined;

/** Entries of `journalctl -o json` and of logs in JSON. */
function readLogEntry(value: Json, context: ValueContext): boolean {
  const journal = text(value.MESSAGE);
  if (journal !== undefined) {
    const micros = Number(value.__REALTIME_TIMESTAMP);
    const at = Number.isFinite(micros) && micros > 0 ? new Date(micros / 1000) : undefined;
    hearLine(journal, context, at);
    return true;
  }
  const said = text(value.msg) ?? text(value.message);
  const error = text(value.err) ?? text(value.error);
  if (said !== undefined && (error !== undefined || text(value.level) !== undefined || "ts" in value)) {
    const pod = record(value.pod);
    const podName = text(value.pod) ?? (text(pod.name) ? `${pod.namespace}/${pod.name}` : undefined);
    const line = `level=error msg=${JSON.stringify(said)}${podName ? ` pod=${JSON.stringify(podName)}` : ""}${error ? ` error=${JSON.stringify(error)}` : ""}`;
    const ts =
      typeof value.ts === "number" ? new Date(value.ts < 1e11 ? value.ts * 1000 : value.ts) : date(value.ts);
    hearLine(line, context, ts ?? date(value.time));
    return true;
  }
  if (Array.isArray(value.errors) && value.errors.length > 0) {
    context.collector.hear(
      { text: JSON.stringify({ errors: value.errors }), where: place(context) },
      context.file,
    );
    return true;
  }
  // A line of our own recordings that tells an action, or a time.
  context.collector.seeTime(date(value.t));
  return date(value.t) !== undefined;
}

export const place = ({ file, line }: { file: string; line: number }): string => `${file}, line ${line}`;

const oneLine = (words: string): string => words.replace(/\s+/g, " ").slice(0, 300);
