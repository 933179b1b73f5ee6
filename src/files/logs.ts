// Lines of the kubelet's and the runtime's logs, as files or out of the journal. Only those that
// can be about a pull are heard, with the words of the error alone and the pod they name.

import type { LooseMessage } from "../model/snapshot.js";
import type { Collector } from "./collect.js";

export interface LineContext {
  readonly file: string;
  readonly line: number;
  readonly collector: Collector;
}

/** `Nov 21 19:53:36 node-1 kubelet[1234]: ` and the same with an ISO time. */
const journal =
  /^(?:([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)|(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?)) [\w.-]+ ([\w.@-]+)(?:\[\d+\])?: /;
/** `E1121 19:53:36.000754   15859 remote_image.go:113] ` */
const klog = /^([IWEF])(\d\d)(\d\d) (\d\d:\d\d:\d\d)\.(\d{3})\d*\s+\d+ [\w./-]+\.go:\d+\] /;
/** `time="2026-11-21T19:53:36.000396172Z" level=error msg="..."` */
const logfmt = /^(?:time="?([^"\s]+)"?\s+)?level=(\w+)\s+msg=/;
/** `2026-11-21T19:53:36.123456789Z stderr F ` of a container's log file, or of `--timestamps`. */
const containerLog =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)) (?:std(?:out|err) [FP] )?/;

const isAboutPulls = /pull|image|sandbox|registr|ErrImage|manifest/i;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** True when the line is one of a node's log, whether or not it matters. */
export function hearLine(written: string, context: LineContext, knownAt?: Date): boolean {
  let line = written.trimEnd();
  let at = knownAt;
  const framed = journal.exec(line) ?? containerLog.exec(line);
  const fromJournal = framed !== null && framed.length > 2;
  if (framed !== null) {
    line = line.slice(framed[0].length);
    const words = fromJournal ? (framed[2] ?? framed[1]) : framed[1];
    at ??= timeOf(words ?? "", context.collector.near);
  }
  const entry = readKlog(line, context) ?? readLogfmt(line);
  if (entry === undefined) return fromJournal && hearPlain(line, context, at);
  at ??= entry.at;
  if (entry.isQuiet || !isAboutPulls.test(entry.text)) {
    context.collector.seeTime(at);
    return true;
  }
  hear(entry.text, entry, context, at);
  return true;
}

interface Entry {
  readonly text: string;
  readonly isQuiet: boolean;
  readonly at?: Date;
  readonly fields?: Readonly<Record<string, string>>;
}

/** The journal of a node has other programs too; dockerd and crio write without levels at times. */
function hearPlain(line: string, context: LineContext, at: Date | undefined): boolean {
  if (/\b(fail|err|denied|unauthorized|not found)/i.test(line) && /pull|image|manifest/i.test(line)) {
    hear(line, { text: line, isQuiet: false }, context, at);
  }
  return true;
}

function readKlog(line: string, context: LineContext): Entry | undefined {
  const found = klog.exec(line);
  if (found === null) return undefined;
  const [whole, level, month, day, clock, ms] = found;
  const said = line.slice(whole.length);
  const at = nearest(Number(month) - 1, Number(day), `${clock}.${ms}`, context.collector.near);
  const structured = said.startsWith('"') ? readFields(said) : undefined;
  return {
    text: structured?.err ?? said,
    isQuiet: level === "I",
    ...(at ? { at } : {}),
    ...(structured ? { fields: { ...structured, said } } : {}),
  };
}

function readLogfmt(line: string): Entry | undefined {
  const found = logfmt.exec(line);
  if (found === null) return undefined;
  const fields = readFields(line.slice(line.indexOf("msg=")));
  const at = found[1] === undefined ? undefined : new Date(found[1]);
  return {
    text: fields.error ?? fields.err ?? fields.msg ?? "",
    isQuiet: !/^(err|warn|fatal)/i.test(found[2] ?? ""),
    fields,
    ...(at && !Number.isNaN(at.getTime()) ? { at } : {}),
  };
}

/** `"what happened" key="value" key=value`: the first is `msg`. Values lose their escapes. */
export function readFields(text: string): Record<string, string> {
  const fields: Record<string, string> = {};
  const word = /(?:([A-Za-z_][\w.-]*)=)?(?:"((?:[^"\\]|\\.)*)(?:"|$)|(\S+))\s*/y;
  for (let found = word.exec(text); found !== null; found = word.exec(text)) {
    const [, key, quoted, bare] = found;
    const name = key ?? (word.lastIndex === found[0].length ? "msg" : undefined);
    if (name !== undefined) fields[name] ??= quoted === undefined ? (bare ?? "") : unescaped(quoted);
    if (word.lastIndex >= text.length) break;
  }
  return fields;
}

export const unescaped = (text: string): string =>
  text.replace(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)/g, (_, code: string) => {
    if (code.length > 1) return String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return { n: "\n", t: "\t", r: "\r" }[code] ?? code;
  });

/** `failed to "StartContainer" for "web" with ErrImagePull: "rpc error: ..."`, the end perhaps cut. */
const startContainer =
  /failed to \\?"StartContainer\\?" for \\?"([^"\\]+)\\?" with (\w+): "((?:[^"\\]|\\.)*)/;
const startFailed = /start failed in pod \S+: (ErrImagePull|ImagePullBackOff|\w+): (.*)$/s;
const servicePull = /^(?:PullImage|Pull image) "([^"]+)" (?:from image service )?failed: (.*)$/s;
/** `name_namespace(uid)`, and `pod="namespace/name"`, and `for namespace/name due to`. */
const podWords = [
  /(?:^|[\s"\\(])(?<name>[a-z0-9][a-z0-9.-]*)_(?<namespace>[a-z0-9][a-z0-9-]*)\([0-9a-f-]{32,36}\)/,
  /\bpod="(?<namespace>[a-z0-9][a-z0-9-]*)\/(?<name>[a-z0-9][a-z0-9.-]*)"/,
  / for (?<namespace>[a-z0-9][a-z0-9-]*)\/(?<name>[a-z0-9][a-z0-9.-]*) due to /,
];

function hear(said: string, entry: Entry, context: LineContext, at: Date | undefined): void {
  const whole = entry.fields?.said ?? said;
  const pod = podOf(whole, entry.fields?.pod) ?? podOf(said, undefined);
  const start = startContainer.exec(said);
  const failed = startFailed.exec(said);
  const service = servicePull.exec(said);
  const text = (start ? unescaped(start[3] ?? "") : (failed?.[2] ?? service?.[2] ?? said)).trim();
  const image =
    service?.[1] ?? entry.fields?.image ?? /^PullImage "([^"]+)" failed/.exec(entry.fields?.msg ?? "")?.[1];
  const waitingReason = start?.[2] ?? failed?.[1];
  const message: LooseMessage = {
    text,
    where: `${context.file}, line ${context.line}`,
    ...(image === undefined ? {} : { image }),
    ...(waitingReason === undefined ? {} : { waitingReason }),
    ...(at === undefined ? {} : { at }),
    ...(pod === undefined ? {} : { pod }),
  };
  context.collector.hear(message, context.file);
}

function podOf(text: string, field: string | undefined): LooseMessage["pod"] {
  const named = field === undefined ? null : /^([a-z0-9-]+)\/([a-z0-9.-]+)$/.exec(field);
  if (named?.[1] && named[2]) return { namespace: named[1], name: named[2] };
  for (const words of podWords) {
    const { namespace, name } = words.exec(text)?.groups ?? {};
    if (namespace && name) return { namespace, name };
  }
  return undefined;
}

function timeOf(words: string, near: Date | undefined): Date | undefined {
  const short = /^([A-Z][a-z]{2}) ([ \d]\d) (.*)$/.exec(words);
  if (short) return nearest(months.indexOf(short[1] ?? ""), Number(short[2]), short[3] ?? "", near);
  const time = new Date(
    words
      .replace(" ", "T")
      .replace(",", ".")
      .replace(/([+-]\d\d)(\d\d)$/, "$1:$2"),
  );
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/**
 * Logs leave the year out: it is the one that brings the line closest to what else was seen.
 * Without anything else there is no year, and no time. Nodes are taken to keep UTC.
 */
function nearest(month: number, day: number, clock: string, near: Date | undefined): Date | undefined {
  if (near === undefined || month < 0) return undefined;
  const two = (value: number): string => String(value).padStart(2, "0");
  const year = near.getUTCFullYear();
  const times = [year - 1, year, year + 1]
    .map((y) => new Date(`${y}-${two(month + 1)}-${two(day)}T${clock}Z`))
    .filter((time) => !Number.isNaN(time.getTime()))
    .sort((a, b) => Math.abs(a.getTime() - near.getTime()) - Math.abs(b.getTime() - near.getTime()));
  return times[0];
}
