// Image lines of a chart's templates by their text, for machines without helm: plain references to values and the
// functions that leave them readable. Anything else is told to be beyond these rules.

import { posix } from "node:path";
import type { ImageChange } from "./change.js";
import { type Chart, type Instance, layersOf, lookUp } from "./chart.js";
import { isSameImage } from "./image-text.js";
import { textAt, topOf } from "./parts.js";
import { filesOf, isBelow, type Tree } from "./tree.js";

export interface TemplateLine {
  readonly place: string;
  readonly kind: string;
  /** The container's name; undefined when it is beyond the rules. */
  readonly container?: string;
  /** The image that it comes to; undefined when it is beyond the rules. */
  readonly image?: string;
  readonly source: string;
}

/** Every `image:` line of the chart's own templates, for one way to install it. */
export function templateLines(tree: Tree, instance: Instance, release: string): readonly TemplateLine[] {
  const { chart } = instance;
  const folder = posix.join(chart.folder, "templates");
  return filesOf(tree)
    .filter(({ path }) => isBelow(path, folder) && /\.ya?ml$/.test(path))
    .flatMap(({ path, text }) =>
      linesOf(path, text, (expression) => evaluate(expression, instance, release)),
    );
}

type Evaluate = (expression: string) => string | undefined;

function linesOf(path: string, text: string, value: Evaluate): readonly TemplateLine[] {
  const lines = text.split(/\r?\n/);
  return lines.flatMap((line, at) => {
    // No hand writes longer ones.
    if (line.length > 2000) return [];
    const [, indent = "", dash = "", source = ""] = /^(\s*)(- )?image:\s*(\S.*?)\s*$/.exec(line) ?? [];
    if (source === "") return [];
    const start = lines.slice(0, at).findLastIndex((one) => one.startsWith("---"));
    const kind =
      lines
        .slice(start + 1, at)
        .findLast((one) => /^kind:/.test(one))
        ?.slice(5)
        .trim() ?? "";
    const container = nameBeside(lines, at, indent.length + dash.length, value);
    const image = filled(unquoted(source.split(/\s#/, 1).join("").trimEnd()), value);
    return [
      {
        place: `${path}:${at + 1}`,
        kind,
        source,
        ...(container === undefined ? {} : { container }),
        ...(image === undefined ? {} : { image }),
      },
    ];
  });
}

/** The `name:` of the same mapping: keys of the same column, up to its dash and down to the next one. */
function nameBeside(
  lines: readonly string[],
  at: number,
  column: number,
  value: Evaluate,
): string | undefined {
  const nameAt = (line: string): string | undefined => {
    const [, lead = "", text = ""] = /^(\s*(?:- )?)name:(.*)$/.exec(line) ?? [];
    return lead.length === column && text.trim() !== "" ? text.trim() : undefined;
  };
  const isDash = (line: string): boolean => /^\s*- /.test(line) && line.search(/\S/) === column - 2;
  const first = isDash(lines[at] ?? "") ? at : lines.slice(0, at).findLastIndex(isDash);
  const rest = lines
    .slice(first + 1)
    .findIndex((line) => isDash(line) || (/^\s*[\w-]/.test(line) && line.search(/\S/) < column - 2));
  const own = lines.slice(first, rest === -1 ? lines.length : first + 1 + rest);
  const name = own.map(nameAt).find((text) => text !== undefined);
  return name === undefined ? undefined : filled(unquoted(name), value);
}

const unquoted = (text: string): string => /^"(.*)"$/.exec(text)?.[1] ?? /^'(.*)'$/.exec(text)?.[1] ?? text;

function filled(text: string, value: Evaluate): string | undefined {
  let isKnown = true;
  // Up to the next brace pair, so that a line of openings is read once.
  const result = text.replace(/\{\{((?:(?!\{\{|\}\}).)*)\}\}/g, (_whole, inside: string) => {
    const found = value(inside.replace(/^-/, "").replace(/-$/, "").trim());
    if (found === undefined) isKnown = false;
    return found ?? "";
  });
  return isKnown && !result.includes("{{") ? result : undefined;
}

/** `.Values.a.b | default .Chart.AppVersion | quote`; undefined for what is beyond these rules. */
function evaluate(expression: string, instance: Instance, release: string): string | undefined {
  const [head = "", ...filters] = expression.split("|").map((part) => part.trim());
  let current = term(head, instance, release);
  for (const filter of filters) {
    const fallback = /^default\s+(\S+)$/.exec(filter)?.[1];
    if (fallback !== undefined) {
      if (current === "") current = term(fallback, instance, release);
    } else if (!["quote", "squote", "trim", "toString"].includes(filter)) return undefined;
  }
  return current;
}

function term(text: string, instance: Instance, release: string): string | undefined {
  const { chart } = instance;
  const [, fallback, value] = /^default\s+(\S+)\s+(\S+)$/.exec(text) ?? [];
  if (fallback !== undefined && value !== undefined) {
    const own = term(value, instance, release);
    return own === "" ? term(fallback, instance, release) : own;
  }
  const quoted = /^"([^"\\]*)"$/.exec(text)?.[1];
  if (quoted !== undefined) return quoted;
  const path = /^\$?\.Values\.([\w.]+)$/.exec(text)?.[1]?.split(".");
  // A value that no layer has is empty, as it is to helm.
  if (path !== undefined) return lookUp(layersOf(instance), path)?.text ?? "";
  return builtIn(text.replace(/^\$/, ""), chart, release);
}

function builtIn(text: string, { part, name }: Chart, release: string): string | undefined {
  if (text === ".Chart.Name") return name;
  if (text === ".Chart.AppVersion") return textAt(part, topOf(part), "appVersion") ?? "";
  return text === ".Release.Name" ? release : undefined;
}

/** Lines that may be the container's, by kind and name as far as the rules can tell. */
export function linesFor(lines: readonly TemplateLine[], change: ImageChange): readonly TemplateLine[] {
  return lines.filter(
    ({ kind, container }) =>
      kind === change.kind && (container === undefined || container === change.container),
  );
}

/** Whether all of these lines come to the image: by the rules, and for certain. */
export const allAre = (lines: readonly TemplateLine[], image: string): boolean =>
  lines.length > 0 && lines.every((line) => line.image !== undefined && isSameImage(line.image, image));
