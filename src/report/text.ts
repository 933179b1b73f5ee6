// A report on the screen: one or two findings in detail, more of them grouped by reason.

import type { Finding, Report } from "../model/report.js";
import { asTyped, detailLines, hanging, placedName, titleLine } from "./detail.js";
import { inertCopy } from "./inert.js";
import { shortName } from "./kinds.js";
import { counted, fill, indent, widthOf } from "./layout.js";
import type { Look } from "./signs.js";
import { duration, questionsOf, scopeOf, sorted } from "./wording.js";

const detailed = 2;
const nameLines = 3;
const unreadShown = 8;
const suggestionsShown = 2;

/** What else a screen needs to know about the request. */
export interface TextOptions {
  /** The command that asked, without its targets: a hint appends `deploy/x -n shop` to it. */
  readonly ask: string;
  /** True when single workloads were asked for: they are shown in detail, however many. */
  readonly isNarrow: boolean;
  /** The command that mends, without its target. Absent where no cluster was asked that it could change. */
  readonly mend?: string;
}

export function renderText(report: Report, look: Look, options: TextOptions): string {
  const shown = inertCopy(report);
  const isGrouped = shown.findings.length > detailed && !options.isNarrow;
  const body = isGrouped ? overview(shown, look) : details(shown, look, options.mend);
  const blocks = [body, unread(shown, look), closing(shown, look, options, isGrouped)];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

function details(report: Report, look: Look, mend: string | undefined): readonly string[] {
  if (report.findings.length === 0) return allWell(report, look);
  return report.findings.flatMap((finding, index) => {
    const lines = detailLines(finding, report.at, look, mend);
    return index === 0 ? lines : ["", "", ...lines];
  });
}

function allWell(report: Report, look: Look): readonly string[] {
  const { signs, paint } = look;
  if (!report.complete) {
    return [`${paint.unclear(signs.unclear)} no failing pull was seen, and not everything could be read`];
  }
  if (report.podsLookedAt === 0) return [`${paint.fine(signs.fine)} no pods were found there`];
  return [`${paint.fine(signs.fine)} no image pull fails`];
}

function overview(report: Report, look: Look): readonly string[] {
  return report.findings.flatMap((finding) => {
    const count = counted(finding.workloads.length, "workload");
    const right = finding.workloads.length === 0 ? finding.cause : `${finding.cause}  ${count.padEnd(12)}`;
    const reach = [duration(finding, report.at), scopeOf(finding.scope)].filter((part) => part !== "");
    return [
      titleLine(finding, right, look).trimEnd(),
      ...indent(workloadNames(finding, look), 4),
      ...indent(
        [imagesOf(finding)].filter((line) => line !== ""),
        4,
      ),
      ...(reach.length === 0 ? [] : hanging("    ", reach.join(` ${look.signs.dot} `), look.width)),
      ...suggestion(finding).flatMap((text) => hanging(`    ${look.signs.means} `, text, look.width)),
    ];
  });
}

/** The first thing that mends it, where there is a command for it; for several workloads what each would use. */
function suggestion(finding: Finding): readonly string[] {
  const [first, ...others] = finding.remedies.filter(({ commands }) => commands.length > 0);
  if (first === undefined || finding.endedAt !== undefined) return [];
  const alike = [first, ...others.filter(({ fix }) => fix === first.fix)];
  const told = [...new Set(alike.map(({ what }) => what.split(";")[0] ?? what))];
  const more = told.length - suggestionsShown;
  return [...told.slice(0, suggestionsShown), ...(more > 0 ? [`and ${more} more`] : [])];
}

/** Workload names on at most three lines; the ones without a running pod come first. */
function workloadNames(finding: Finding, look: Look): readonly string[] {
  const ordered = [...finding.workloads].sort(
    (a, b) => Number(b.isDown === true) - Number(a.isDown === true),
  );
  const names = ordered.map(placedName);
  const lines = fill(names, "  ", look.width - 4);
  if (lines.length <= nameLines) return lines;
  const kept = lines.slice(0, nameLines);
  const shown = kept.reduce((sum, line) => sum + line.split("  ").length, 0);
  return [...kept, `and ${names.length - shown} more`];
}

function imagesOf(finding: Finding): string {
  const images = new Set([finding.image, ...finding.images].filter((image) => image !== ""));
  const [only] = images;
  return images.size > 1 ? `${images.size} images` : (only ?? "");
}

function unread(report: Report, look: Look): readonly string[] {
  if (report.notRead.length === 0) return [];
  const lines = report.notRead
    .slice(0, unreadShown)
    .flatMap(({ what, why }) => hanging(`  ${look.signs.warning} `, `${what}: ${why}`, look.width));
  const more = report.notRead.length - unreadShown;
  // All was read, and something about it is worth knowing: two files that disagree.
  const heading = report.complete ? "about what was read" : "not read";
  return [heading, ...lines, ...(more > 0 ? [`  and ${more} more`] : [])];
}

function closing(report: Report, look: Look, options: TextOptions, isGrouped: boolean): readonly string[] {
  const dot = ` ${look.signs.dot} `;
  const hint = isGrouped ? detailHint(report, options, look) : explainHint(report, look);
  const summary = [summaryOf(report), questionsOf(report)].filter((part) => part !== "");
  const line = [...summary, hint].filter((part) => part !== "").join(dot);
  return isGrouped || widthOf(line) > look.width ? [summary.join(dot), hint] : [line];
}

/** What was found, in one clause: `1 cause, 3 pods`. */
function summaryOf(report: Report): string {
  const { wrong, unclear, ended } = sorted(report);
  const looked = counted(report.podsLookedAt, "pod");
  if (wrong.length === 0 && unclear.length === 0) {
    if (ended.length === 0) return `${looked} looked at`;
    return `${report.complete ? "nothing is wrong now" : "nothing wrong was seen"}, ${ended.length} over`;
  }
  const open = new Set(unclear.flatMap((finding) => finding.open.map(({ cause }) => cause)));
  if (wrong.length === 0) {
    return open.size === 0 ? "nothing confirmed" : `nothing confirmed, ${counted(open.size, "cause")} open`;
  }
  const current = [...wrong, ...unclear];
  if (current.length <= detailed) {
    const pods = current.flatMap(({ workloads }) => workloads).reduce((sum, one) => sum + one.pods, 0);
    const causes = counted(wrong.length, "cause");
    return pods === 0 ? causes : `${causes}, ${counted(pods, "pod")}`;
  }
  const stopped = new Set(
    current.flatMap((finding) =>
      finding.workloads.map(({ kind, namespace, name }) => `${kind}/${namespace}/${name}`),
    ),
  );
  const of = report.workloadsLookedAt >= stopped.size ? ` of ${report.workloadsLookedAt}` : "";
  return `${counted(current.length, "reason")} stop ${stopped.size}${of} workloads`;
}

function detailHint(report: Report, options: TextOptions, look: Look): string {
  const workload = report.findings[0]?.workloads[0];
  if (workload === undefined) return explainHint(report, look);
  const { kind, namespace, name } = workload;
  const where = namespace === "" ? "" : ` -n ${namespace}`;
  return `one in detail: ${options.ask} ${shortName(kind, name)}${where}`;
}

function explainHint(report: Report, look: Look): string {
  const known = report.findings.find(({ cause }) => cause !== "unknown");
  const cause = known?.cause ?? report.findings[0]?.open[0]?.cause;
  return cause === undefined ? "" : asTyped(`pulldoctor explain ${cause}`, look.program);
}
