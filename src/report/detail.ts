// One finding on the screen, from the workload it stops to the command that mends it.

import type { Evidence } from "../model/evidence.js";
import type { Finding, Remedy } from "../model/report.js";
import { shortName } from "./kinds.js";
import { ends, fold, indent, pad, shorten, widthOf, wrap } from "./layout.js";
import type { Look } from "./signs.js";
import { duration, effectOf, managers, nextTry, scopeOf, sightings, stoppedPods } from "./wording.js";

const workloadsShown = 6;
const quoteLines = 6;
const imagesShown = 6;
const labelWidth = 13;

/**
 * Lines of one finding; `at` is the present of the evidence. Its strings are inert already.
 * `mend`: the command that mends a finding, to which its target is appended; absent where nothing live was read.
 */
export function detailLines(finding: Finding, at: Date, look: Look, mend?: string): readonly string[] {
  const blocks = [
    headline(finding, at, look),
    title(finding, look),
    finding.verdict === "unknown" ? opened(finding, look) : [],
    evidenceBlock(finding, at, look),
    facts(finding, at, look),
    // What is over is told and not mended.
    ...(finding.endedAt === undefined ? doing(finding, look, mend) : []),
  ];
  return blocks
    .filter((block) => block.length > 0)
    .flatMap((block, at) => (at === 0 ? block : ["", ...block]));
}

/** What the reader can do: mend it, settle what is open, see that it is mended. */
function doing(finding: Finding, look: Look, mend: string | undefined): readonly (readonly string[])[] {
  const mended = finding.remedies.find(isMendedHere);
  return [
    ...finding.remedies.map((remedy) => {
      const effect = effectOf(remedy.effect);
      const what = effect === "" ? remedy.what : `${remedy.what} ${look.signs.dot} ${effect}`;
      const own = mend === undefined || remedy !== mended ? [] : [`${mend} ${targetOf(finding)}`];
      return [...labelled("fix", what, look), ...commands([...own, ...remedy.commands], look)];
    }),
    commandBlock("to settle it", finding.settle, look),
    commandBlock("verify", finding.verify, look),
  ];
}

/** By `fix`, and without a value that only the reader knows. */
const isMendedHere = ({ fix, with: values }: Remedy): boolean =>
  fix !== "tell" && !Object.values(values).some((value) => /^<.*>$/.test(value));

/** `deploy/checkout -n shop`; the finding's id where it stops several workloads. */
function targetOf({ id, workloads: [first, ...others] }: Finding): string {
  if (first === undefined) return id;
  const where = others.some(({ namespace }) => namespace !== first.namespace)
    ? "-A"
    : `-n ${first.namespace}`;
  return `${others.length === 0 ? shortName(first.kind, first.name) : id} ${where}`;
}

function headline(finding: Finding, at: Date, look: Look): readonly string[] {
  const dot = ` ${look.signs.dot} `;
  const age = duration(finding, at);
  const lines = finding.workloads.slice(0, workloadsShown).flatMap((workload) => {
    const name = placedName(workload);
    const parts = [
      stoppedPods(finding, workload),
      workload.isDown === true && workload.kind !== "Pod" ? "no pod of it runs" : "",
      age,
    ];
    const said = parts.filter((part) => part !== "").join(dot);
    return hanging(`${look.paint.bold(name)}${dot}`, said, look.width);
  });
  const more = finding.workloads.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more`] : lines;
}

/** `shop/checkout`; a table of one namespace does not say which. */
export const placedName = ({
  namespace,
  name,
}: {
  readonly namespace: string;
  readonly name: string;
}): string => (namespace === "" ? name : `${namespace}/${name}`);

/** The sign, the title and the id: how sure it is stands in words before the title. */
export function titleLine(finding: Finding, right: string, look: Look): string {
  const { signs, paint } = look;
  if (finding.endedAt !== undefined) {
    return ends(`${paint.fine(signs.fine)} over: ${finding.title}`, paint.dim(right), look.width);
  }
  if (finding.verdict === "unknown") {
    return ends(`${paint.unclear(signs.unclear)} ${finding.title}`, paint.dim(right), look.width);
  }
  const said = finding.verdict === "likely" ? `likely: ${finding.title}` : finding.title;
  return ends(`${paint.problem(signs.problem)} ${said}`, paint.dim(right), look.width);
}

function title(finding: Finding, look: Look): readonly string[] {
  const refines =
    finding.parent === undefined || finding.parent === finding.cause ? "" : `${finding.parent} > `;
  const images = [finding.image, ...finding.images.filter((image) => image !== finding.image)];
  const shown = images.filter((image) => image !== "").slice(0, imagesShown);
  const more = images.length - shown.length;
  const summary = wrap(finding.summary, look.width - 2);
  return [
    titleLine(finding, refines + finding.cause, look),
    ...indent(shown, 2),
    ...(more > 0 && shown.length > 0 ? [`  and ${more} more images`] : []),
    ...(summary.length > 0 ? ["", ...indent(summary, 2)] : []),
  ];
}

function opened(finding: Finding, look: Look): readonly string[] {
  const widest = Math.max(0, ...finding.open.map(({ cause }) => cause.length)) + 2;
  return finding.open.flatMap(({ cause, why }) => hanging(pad(`    ${cause}`, widest + 4), why, look.width));
}

function evidenceBlock(finding: Finding, at: Date, look: Look): readonly string[] {
  const { evidence } = finding;
  const [first] = evidence;
  if (first === undefined) return [];
  const isOneVantage = evidence.every(({ from }) => from === first.from);
  const heading =
    isOneVantage && first.from !== "" ? `  ${pad("evidence", labelWidth)}from ${first.from}` : "  evidence";
  const widest = Math.max(...evidence.map(({ source }) => source.length)) + 2;
  return [
    heading,
    ...evidence.flatMap((one, index) => {
      const label = `  ${pad(`${index + 1}`, 2)}${pad(one.source, Math.max(11, widest))}`;
      return evidenceLines(one, label, isOneVantage, at, look);
    }),
  ];
}

function evidenceLines(
  one: Evidence,
  label: string,
  isOneVantage: boolean,
  at: Date,
  look: Look,
): readonly string[] {
  const { signs, paint, width } = look;
  const seen = sightings(one, at);
  const room = width - label.length - (seen === "" ? 0 : seen.length + 2);
  const where = shorten(one.where, Math.max(24, room), signs.cut);
  const quote = (one.quote ?? "").split("\n").filter((line) => line !== "");
  const quoteWidth = width - 5 - signs.quote.length;
  const quoted = quote
    .flatMap((line) => fold(line, quoteWidth, quoteLines, signs.cut))
    .slice(0, quoteLines * 2);
  // `kubelet.log, line 21` needs no "from file kubelet.log" behind it.
  const isFromHere = one.from === "" || one.where.startsWith(one.from.replace(/^file /, ""));
  const meaning = isOneVantage || isFromHere ? one.shows : `${one.shows} (from ${one.from})`;
  return [
    ends(label + where, seen, width),
    ...quoted.map((line) => paint.dim(`    ${signs.quote} ${line}`)),
    ...hanging(`    ${signs.means} `, meaning, width),
  ];
}

function facts(finding: Finding, at: Date, look: Look): readonly string[] {
  const dot = ` ${look.signs.dot} `;
  const good = finding.workloads.find(({ lastGoodImage }) => lastGoodImage !== undefined);
  const revision = good?.lastGoodRevision === undefined ? "" : `, revision ${good.lastGoodRevision}`;
  const owners = [...new Set(finding.workloads.flatMap(managers))];
  return [
    ...labelled("scope", scopeOf(finding.scope), look),
    ...labelled("last good", good === undefined ? "" : `${good.lastGoodImage}${revision}`, look),
    ...labelled("managed by", owners.slice(0, 3).join(dot), look),
    ...notExcluded(finding, look),
    ...labelled("ruled out", finding.ruledOut.map(({ cause, why }) => `${cause}: ${why}`).join(dot), look),
    ...(finding.endedAt === undefined ? labelled("not checked", finding.notChecked.join(dot), look) : []),
    ...(finding.retry === undefined
      ? []
      : [
          ...labelled("next try", nextTry(finding.retry, at), look),
          ...(finding.retry.commands.length === 0 ? [] : labelled("at once", "by making the pod anew", look)),
          ...commands(finding.retry.commands, look),
        ]),
  ];
}

/** The neighbours of a likely cause. Those of an unknown one are the finding itself, and stand above. */
function notExcluded(finding: Finding, look: Look): readonly string[] {
  if (finding.verdict === "unknown") return [];
  const neighbours = finding.open.map(({ cause, why }) => `${cause}: ${why}`);
  return labelled("not excluded", neighbours.join(` ${look.signs.dot} `), look);
}

function commandBlock(label: string, lines: readonly string[], look: Look): readonly string[] {
  return lines.length === 0 ? [] : [`  ${label}`, ...commands(lines, look)];
}

/** Whole and unwrapped, with the name by which the reader started us. */
function commands(lines: readonly string[], look: Look): readonly string[] {
  return lines.map((line) => `    ${asTyped(line, look.program)}`);
}

export function asTyped(command: string, program: string): string {
  return command.replace(/^pulldoctor(?= |$)/, program);
}

function labelled(label: string, text: string, look: Look): readonly string[] {
  return text === "" ? [] : hanging(`  ${pad(label, labelWidth)}`, text, look.width);
}

/** The text after its lead, further lines under the text's beginning. */
export function hanging(lead: string, text: string, columns: number): readonly string[] {
  const width = widthOf(lead);
  const [first = "", ...rest] = wrap(text, Math.max(20, columns - width));
  return [lead + first, ...indent(rest, width)];
}
