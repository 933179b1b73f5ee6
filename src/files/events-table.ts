// The tables of `kubectl get events` and `kubectl events`: short, wide, of all namespaces, of old
// versions, and of custom columns.

import type { KubeEvent } from "../model/objects.js";
import { type Ages, ageMs, agePattern, readAges, timesOf } from "./ages.js";
import { cellsOf, columnsOf, unwrap } from "./columns.js";
import { fieldPathPrefix } from "./described-events.js";

export function isEventsHeader(line: string): boolean {
  if (line.length > 1000 || /[a-z]/.test(line) || !/^\s*[A-Z]/.test(line)) return false;
  const names = columnsOf(line).map(({ name }) => name);
  return (
    names.length >= 2 &&
    /\b(MESSAGE|MSG|NOTE)\b/.test(line) &&
    /\b(REASON|OBJECT|LAST ?SEEN|POD)\b/.test(line)
  );
}

type Cells = Readonly<Record<string, string>>;

const first = (cells: Cells, ...names: readonly string[]): string | undefined => {
  for (const name of names) if (cells[name] !== undefined && cells[name] !== "<none>") return cells[name];
  return undefined;
};

const startsRow = new RegExp(
  `^\\s*(?:\\S+\\s+)?(?:${agePattern}|<unknown>|<invalid>|<nil>|\\d{4}-\\d\\d-\\d\\dT\\S+)\\s+`,
);

/** Rows under a header. `namespace` is used where the table shows none; events may name no object. */
export function readEventsTable(
  header: string,
  lines: readonly string[],
  namespace: string,
): (present: Date) => readonly KubeEvent[] {
  const columns = columnsOf(header);
  // Custom columns may begin with anything: then nothing is put together.
  const hasRowStarts = lines.every((line, i) => i > 0 || startsRow.test(line));
  const rows = hasRowStarts ? unwrap(lines, (line) => startsRow.test(line)) : lines;
  const read = rows.map((row) => cellsOf(row, columns));
  return (present) => read.flatMap((cells) => readRow(cells, namespace, present) ?? []);
}

function readRow(cells: Cells, shownNamespace: string, present: Date): KubeEvent | undefined {
  const written = first(cells, "MESSAGE", "MSG", "NOTE");
  if (written === undefined) return undefined;
  const namespace = first(cells, "NAMESPACE", "NS") ?? shownNamespace;
  const { kind, name } = subjectOf(cells);
  const prefix = fieldPathPrefix.exec(written);
  const fieldPath = first(cells, "SUBOBJECT", "FIELDPATH") ?? prefix?.[1];
  const [reporter = "", node] = (first(cells, "SOURCE", "FROM", "REPORTER") ?? "").split(", ");
  return {
    kind: "Event",
    namespace,
    type: first(cells, "TYPE") ?? "",
    reason: first(cells, "REASON") ?? "",
    message: written.slice(prefix?.[0].length ?? 0),
    about: { kind, namespace, name, uid: "", ...(fieldPath ? { fieldPath } : {}) },
    count: countOf(cells),
    reporter,
    ...(node === undefined ? {} : { node }),
    ...whenOf(cells, present),
  };
}

/** `pod/web-1`, `Pod/web-1`; old tables have kind and event name apart, others a bare pod name. */
function subjectOf(cells: Cells): { kind: string; name: string } {
  const object = first(cells, ...subjects) ?? "";
  const slash = object.indexOf("/");
  const kind = slash === -1 ? (first(cells, "KIND", "OBJECT KIND") ?? "pod") : object.slice(0, slash);
  const name = object.slice(slash + 1).replace(/\.[0-9a-f]{14,17}$/, "");
  return { kind: kinds[kind.toLowerCase()] ?? kind, name };
}

/** What people call the column in `-o custom-columns`; `NAME` may be the event's own. */
const subjects = [
  "OBJECT",
  "INVOLVEDOBJECT",
  "OBJ",
  "OBJECT NAME",
  "POD",
  "PODNAME",
  "POD NAME",
  "WHO",
  "NAME",
];

const kinds: Readonly<Record<string, string>> = {
  pod: "Pod",
  node: "Node",
  deployment: "Deployment",
  replicaset: "ReplicaSet",
  statefulset: "StatefulSet",
  daemonset: "DaemonSet",
  job: "Job",
  cronjob: "CronJob",
};

const countOf = (cells: Cells): number => {
  const count = Number.parseInt(first(cells, "COUNT") ?? "", 10);
  return count > 0 ? count : readAges(first(cells, "LAST SEEN", "LASTSEEN", "AGE") ?? "").count;
};

function whenOf(cells: Cells, present: Date): { firstAt?: Date; lastAt?: Date } {
  const last = first(cells, ...times) ?? Object.values(cells).find((cell) => isoTime(cell)) ?? "";
  const firstSeen = first(cells, "FIRST SEEN", "FIRSTSEEN", "FIRST") ?? "";
  const absolute = isoTime(last);
  if (absolute !== undefined) return { lastAt: absolute, firstAt: isoTime(firstSeen) ?? absolute };
  const ages: Ages = readAges(last);
  const firstAge = ageMs(firstSeen);
  return timesOf(firstAge === undefined ? ages : { ...ages, firstAgeMs: firstAge }, present);
}

const times = ["LAST SEEN", "LASTSEEN", "LAST", "AGE", "TIME", "TIMESTAMP", "WHEN"];

function isoTime(text: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return undefined;
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
