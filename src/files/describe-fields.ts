// The lines of a description as fields: `Key:  value` with their indentation, sections, pairs.

import type { Condition, OwnerRef } from "../model/objects.js";

export interface Field {
  /** Spaces before the key, counted from the block's own indentation. */
  readonly indent: number;
  readonly key: string;
  readonly value: string;
}

export const indentOf = (line: string): number => line.length - line.trimStart().length;

/** `Key: value` lines with their indentation below the block's own. */
export function readFields(lines: readonly string[], base: number): Field[] {
  return lines.flatMap((line) => {
    const found = /^(\s*)([A-Za-z0-9][^:]*):(?:\s+(.*))?$/.exec(line.trimEnd());
    if (found === null) return [];
    const [, space = "", key = "", value = ""] = found;
    return { indent: Math.max(0, space.length - base), key, value: value.trim() };
  });
}

/** The lines under `Key:` that are indented further, without the line itself. */
export function sectionOf(lines: readonly string[], key: string): readonly string[] {
  const at = lines.findIndex((line) => line.trimEnd().endsWith(`${key}:`) && line.trim() === `${key}:`);
  if (at === -1) return [];
  const indent = indentOf(lines[at] ?? "");
  const below = lines.slice(at + 1);
  const end = below.findIndex((line) => line.trim() === "" || indentOf(line) <= indent);
  return below.slice(0, end === -1 ? undefined : end);
}

export function readOwners(text: string | undefined): OwnerRef[] {
  const [kind, name] = text?.split("/") ?? [];
  return kind && name ? [{ kind, name, uid: "" }] : [];
}

/** A pod shows type and status, a workload the reason too, a node times, reason and message. */
export function readConditions(lines: readonly string[]): Condition[] {
  return sectionOf(lines, "Conditions").flatMap((line) => {
    const found = /^\s+(\S+)\s+(True|False|Unknown)(?:\s+(.*))?$/.exec(line);
    if (!found?.[1] || !found[2]) return [];
    const cells = (found[3] ?? "").trim().split(/\s{2,}/);
    const told = cells.filter((cell) => cell !== "" && !/^[A-Z][a-z]{2}, \d\d /.test(cell));
    const [reason, message] = told;
    return {
      type: found[1],
      status: found[2],
      ...(reason ? { reason } : {}),
      ...(message ? { message } : {}),
    };
  });
}

/** `Labels:  app=web` and the lines under it, which repeat no key. */
export function readPairs(lines: readonly string[], key: string): Readonly<Record<string, string>> {
  const at = lines.findIndex((line) => line.trimStart().startsWith(`${key}:`));
  if (at === -1) return {};
  const pairs: Record<string, string> = {};
  const first = (lines[at] ?? "").trimStart().slice(key.length + 1);
  for (const text of [first, ...lines.slice(at + 1)]) {
    const found = /^\s*([\w./-]+)=(\S*)\s*$/.exec(text);
    if (found?.[1] === undefined) break;
    pairs[found[1]] = found[2] ?? "";
  }
  return pairs;
}

/** `Image pull secrets:  a` and the lines under it, each perhaps with ` (not found)`. */
export function readNames(lines: readonly string[], key: string): readonly string[] {
  const at = lines.findIndex((line) => line.trimStart().startsWith(`${key}:`));
  if (at === -1) return [];
  const first = (lines[at] ?? "").trimStart().slice(key.length + 1);
  const names: string[] = [];
  for (const text of [first, ...lines.slice(at + 1)]) {
    const found = /^\s*([a-z0-9][a-z0-9.-]*)(?:\s+\(not found\))?\s*$/.exec(text);
    if (found?.[1] === undefined) break;
    names.push(found[1]);
  }
  return names;
}
