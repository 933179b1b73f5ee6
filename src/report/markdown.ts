// The report for a ticket or a chat: every finding in full, whatever their number.

import type { Finding, Report } from "../model/report.js";
import { asTyped } from "./detail.js";
import { inertCopy } from "./inert.js";
import { counted } from "./layout.js";
import { duration, effectOf, nextTry, scopeOf, sightings, stoppedPods } from "./wording.js";

export function renderMarkdown(report: Report, program: string): string {
  const shown = inertCopy(report);
  const where = shown.cluster === undefined ? prose(shown.from) : prose(shown.cluster);
  const heading = [
    `# Image pulls: ${where}`,
    `${shown.at.toISOString()}, ${counted(shown.podsLookedAt, "pod")} looked at.`,
  ];
  const body = shown.findings.map((finding) => section(finding, shown.at, program));
  const unread = shown.notRead.map(({ what, why }) => `- ${prose(what)}: ${prose(why)}`);
  const blocks = [
    heading.join("\n\n"),
    ...(body.length === 0 ? ["No failing pull was seen."] : body),
    ...(unread.length === 0
      ? []
      : [[shown.complete ? "## About what was read" : "## Not read", "", ...unread].join("\n")]),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function section(finding: Finding, at: Date, program: string): string {
  const { open } = finding;
  const sure = finding.endedAt === undefined ? finding.verdict : "over";
  const stopped = finding.workloads.map((workload) => {
    const parts = [stoppedPods(finding, workload), duration(finding, at)].filter((part) => part !== "");
    return `- ${code(`${workload.namespace}/${workload.name}`)} (${workload.kind}): ${parts.join(", ")}`;
  });
  const images = [finding.image, ...finding.images.filter((image) => image !== finding.image)].filter(
    (image) => image !== "",
  );
  const blocks = [
    `## ${prose(finding.title)} (${code(finding.cause)}, ${sure})`,
    images.map(code).join(", "),
    stopped.join("\n"),
    prose(finding.summary),
    finding.verdict === "unknown"
      ? open.map(({ cause, why }) => `- ${code(cause)}: ${prose(why)}`).join("\n")
      : "",
    evidence(finding, at),
    line("Scope", scopeOf(finding.scope)),
    line(
      "Not excluded",
      finding.verdict === "unknown" ? "" : open.map(({ cause, why }) => `${cause}: ${why}`).join("; "),
    ),
    line("Ruled out", finding.ruledOut.map(({ cause, why }) => `${cause}: ${why}`).join("; ")),
    // What is over is told and not mended.
    ...(finding.endedAt === undefined ? doing(finding, at, program) : []),
  ];
  return blocks.filter((block) => block !== "").join("\n\n");
}

/** What is open, and what the reader can do about it. */
function doing(finding: Finding, at: Date, program: string): readonly string[] {
  return [
    line("Not checked", finding.notChecked.join("; ")),
    finding.retry === undefined ? "" : line("Next try", nextTry(finding.retry, at)),
    finding.retry === undefined ? "" : fence(typed(finding.retry.commands, program)),
    ...finding.remedies.flatMap((remedy) => {
      const effect = effectOf(remedy.effect);
      return [
        line("Fix", effect === "" ? remedy.what : `${remedy.what} (${effect})`),
        fence(typed(remedy.commands, program)),
      ];
    }),
    finding.settle.length === 0 ? "" : `**To settle it**\n\n${fence(typed(finding.settle, program))}`,
    finding.verify.length === 0 ? "" : `**Verify**\n\n${fence(typed(finding.verify, program))}`,
  ];
}

function evidence(finding: Finding, at: Date): string {
  const items = finding.evidence.map((one, index) => {
    const seen = sightings(one, at);
    const head = `${index + 1}. ${one.source} ${code(one.where)}${seen === "" ? "" : `, ${seen}`}`;
    const quote = one.quote === undefined ? [] : fence(one.quote.split("\n")).split("\n");
    const from = one.from === "" ? "" : ` (from ${prose(one.from)})`;
    return [head, ...quote.map((text) => `   ${text}`), `   ${prose(one.shows)}${from}`].join("\n");
  });
  return items.length === 0 ? "" : `**Evidence**\n\n${items.join("\n")}`;
}

const typed = (commands: readonly string[], program: string): readonly string[] =>
  commands.map((command) => asTyped(command, program));

const line = (label: string, text: string): string => (text === "" ? "" : `**${label}**: ${prose(text)}`);

/** Our words with foreign values among them: nothing in them may become markup. */
function prose(text: string): string {
  return text.replace(/[\\*_[\]<>|#~]/g, (character) => `\\${character}`);
}

/** Inline code; the fence is longer than any run of backticks inside. */
function code(text: string): string {
  const ticks = "`".repeat(longestRun(text) + 1);
  const edge = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${ticks}${edge}${text}${edge}${ticks}`;
}

function fence(lines: readonly string[]): string {
  if (lines.length === 0) return "";
  const ticks = "`".repeat(Math.max(3, longestRun(lines.join("\n")) + 1));
  return [ticks, ...lines, ticks].join("\n");
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
