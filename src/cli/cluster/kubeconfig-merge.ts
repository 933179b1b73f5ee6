// A simulated cluster's entries in a kubeconfig that may hold others. Nothing else in it changes, and
// nothing is overwritten silently.

import { existsSync, realpathSync, statSync } from "node:fs";
import { type Document, isMap, isSeq, parseDocument, type YAMLMap, YAMLSeq } from "yaml";
import { ToolError } from "../../model/errors.js";
import { readOr, writePrivately } from "./state-folder.js";

const lists = ["clusters", "users", "contexts"] as const;

export interface Merged {
  /** The context is the file's current one. */
  readonly isCurrent: boolean;
}

/**
 * Puts the entries of `ours` (a kubeconfig's text) under `name` into the file at `path`. Throws ToolError
 * `kubeconfig-unreadable` for a file that is none, `kubeconfig-context-taken` when another cluster has the name.
 */
export function mergeKubeconfig(path: string, ours: string, name: string): Merged {
  const addition = parseDocument(ours);
  if (!existsSync(path)) {
    writePrivately(path, ours);
    return { isCurrent: true };
  }
  const document = read(path);
  if (document.contents === null) {
    write(path, addition);
    return { isCurrent: true };
  }
  const server = serverOf(document, name);
  if (server !== undefined && !isOurs(server)) {
    throw new ToolError("kubeconfig-context-taken", {
      what: `${path} has a context ${name} already`,
      why: `it leads to ${server}, which is not a simulated cluster`,
      do: "rename that context, or pass another file with --kubeconfig",
    });
  }
  removeEntries(document, name);
  for (const list of lists) {
    const entry = entriesOf(addition, list)?.items[0];
    const target = entriesOf(document, list);
    if (target !== undefined) target.add(entry);
    else document.set(list, seqOf(entry));
  }
  const current = document.get("current-context");
  const isUnset = current === undefined || current === null || current === "";
  if (isUnset) document.set("current-context", name);
  write(path, document);
  return { isCurrent: isUnset || current === name };
}

/** Takes our entries out again; a file that has none, or that is gone, stays as it is. */
export function withdrawKubeconfig(path: string, name: string): void {
  if (!existsSync(path)) return;
  const document = read(path);
  if (document.contents === null || !isOurs(serverOf(document, name) ?? "")) return;
  removeEntries(document, name);
  if (document.get("current-context") === name) document.set("current-context", "");
  write(path, document);
}

function read(path: string): Document.Parsed {
  const text = readOr(path);
  const document = parseDocument(text ?? "");
  const isFine = document.contents === null || isMap(document.contents);
  if (text === undefined || document.errors.length > 0 || !isFine) {
    throw new ToolError("kubeconfig-unreadable", {
      what: `${path} is in the way`,
      why: text === undefined ? "it cannot be read" : "it is no kubeconfig, and is not overwritten",
      do: "pass another file with --kubeconfig",
    });
  }
  return document;
}

function write(path: string, document: Document): void {
  // A link stays a link; the file keeps its mode.
  const real = existsSync(path) ? realpathSync(path) : path;
  const mode = existsSync(real) ? statSync(real).mode & 0o777 : 0o600;
  writePrivately(real, document.toString({ lineWidth: 0 }), mode);
}

function entriesOf(document: Document, list: (typeof lists)[number]): YAMLSeq | undefined {
  const found = document.get(list);
  return isSeq(found) ? found : undefined;
}

function removeEntries(document: Document, name: string): void {
  for (const list of lists) {
    const entries = entriesOf(document, list);
    if (entries === undefined) continue;
    entries.items = entries.items.filter((item) => !(isMap(item) && item.get("name") === name));
  }
}

/** The address of the cluster that the context `name` leads to. */
function serverOf(document: Document, name: string): string | undefined {
  const named = (list: (typeof lists)[number], wanted: unknown): YAMLMap | undefined =>
    entriesOf(document, list)?.items.find(
      (item): item is YAMLMap => isMap(item) && item.get("name") === wanted,
    );
  const context = named("contexts", name) ?? named("clusters", name) ?? named("users", name);
  if (context === undefined) return undefined;
  const cluster = named("clusters", context.getIn(["context", "cluster"]) ?? name);
  return String(cluster?.getIn(["cluster", "server"]) ?? "nowhere");
}

function isOurs(server: string): boolean {
  return /^https:\/\/127\.0\.0\.1:\d+(\/|$)/.test(server);
}

function seqOf(item: unknown): YAMLSeq {
  const seq = new YAMLSeq();
  seq.add(item);
  return seq;
}
