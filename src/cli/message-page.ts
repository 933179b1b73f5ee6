// A pasted message on the screen: its layers, peeled; what the innermost words mean; what else
// they may mean, and what would settle it.

import type { Cause } from "../causes/define.js";
import type { Reading } from "../model/reading.js";
import type { Finding, Report } from "../model/report.js";
import { asTyped, hanging, titleLine } from "../report/detail.js";
import { inert, inertCopy } from "../report/inert.js";
import { ends, fold, indent, pad, wrap } from "../report/layout.js";
import type { Look } from "../report/signs.js";
import { effectOf } from "../report/wording.js";

const layersShown = 12;

export interface Explained {
  readonly reading: Reading;
  readonly report: Report;
  readonly causes: readonly Cause[];
}

export function messagePage({ reading, report, causes }: Explained, look: Look): string {
  const shown = inertCopy(reading);
  const finding = inertCopy(report).findings[0];
  const blocks = [
    layers(shown, look),
    verdict(shown, finding, look),
    facts(shown),
    asked(finding, look),
    rest(shown, finding, causes, look),
    [closing(shown, finding, look)],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

/** Each layer one step further in, behind the quotation sign, with the program that speaks. */
function layers(reading: Reading, look: Look): readonly string[] {
  const { signs, paint, width } = look;
  const shown = reading.layers.slice(0, layersShown);
  const widest = Math.max(0, ...shown.map(({ by }) => by.length)) + 2;
  const lines = shown.flatMap(({ by, text }, depth) => {
    const lead = `  ${pad(by, widest)}${" ".repeat(Math.min(depth, 8))}`;
    const room = Math.max(20, width - lead.length - signs.quote.length - 1);
    return fold(inert(text), room, 4, signs.cut).map(
      (line, index) =>
        `${index === 0 ? lead : " ".repeat(lead.length)}${paint.dim(`${signs.quote} ${line}`)}`,
    );
  });
  const more = reading.layers.length - shown.length;
  return [
    ...lines,
    ...(more > 0 ? [`  and ${more} more layers`] : []),
    ...(reading.cutChars === undefined ? [] : [`  ${reading.cutChars} characters at the end were not read`]),
    ...(reading.isTruncated === true ? ["  the message was cut by whoever wrote it"] : []),
  ];
}

function verdict(reading: Reading, finding: Finding | undefined, look: Look): readonly string[] {
  const { signs, paint, width } = look;
  if (reading.cause === "not-image-pull") {
    return [`${paint.unclear(signs.unclear)} this message is not about pulling an image`];
  }
  if (finding === undefined)
    return [`${paint.unclear(signs.unclear)} the message does not say why the pull failed`];
  return [titleLine(finding, finding.cause, look), ...indent(wrap(finding.summary, width - 2), 2)];
}

function facts(reading: Reading): readonly string[] {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["image", reading.image],
    ["registry", reading.registry],
    ["host", reading.host === reading.registry ? undefined : reading.host],
    ["url", reading.url],
    ["status", reading.status?.toString()],
    ["stage", reading.stage],
    ["runtime", reading.runtime],
    ["credentials", reading.credentials === undefined ? undefined : credentialWords[reading.credentials]],
  ];
  return rows.flatMap(([label, value]) =>
    value === undefined || value === "" ? [] : [`  ${pad(label, 13)}${value}`],
  );
}

/** What the registry answered, when it was asked. */
function asked(finding: Finding | undefined, look: Look): readonly string[] {
  const answers = (finding?.evidence ?? []).filter(({ source }) => source === "registry");
  return answers.flatMap(({ where, shows, from, status }) => [
    ends(`  ${pad("registry", 13)}${where}`, status === undefined ? "" : String(status), look.width),
    ...hanging(`    ${look.signs.means} `, `${shows} (from ${from})`, look.width),
  ]);
}

const credentialWords = { none: "none were sent", sent: "some were sent" } as const;

function rest(
  reading: Reading,
  finding: Finding | undefined,
  causes: readonly Cause[],
  look: Look,
): readonly string[] {
  const open = finding?.open ?? [];
  const known = new Set([...open, ...(finding?.ruledOut ?? [])].map(({ cause }) => cause));
  const also = [
    ...open.map(({ cause, why }) => [cause, why] as const),
    ...reading.also
      .filter((id) => !known.has(id))
      .map((id) => [id, causes.find((cause) => cause.id === id)?.title ?? ""] as const),
  ];
  const widest = Math.max(0, ...also.map(([id]) => id.length)) + 2;
  const blocks = [
    also.length === 0
      ? []
      : [
          "  also possible",
          ...also.flatMap(([id, why]) => hanging(`    ${pad(id, widest)}`, why, look.width)),
        ],
    (finding?.settle ?? []).length === 0 ? [] : ["  to settle it", ...lines(finding?.settle ?? [], look)],
    ...(finding?.remedies ?? []).map((remedy) => {
      const effect = effectOf(remedy.effect);
      const what = effect === "" ? remedy.what : `${remedy.what} ${look.signs.dot} ${effect}`;
      return [...hanging(`  ${pad("fix", 13)}`, what, look.width), ...lines(remedy.commands, look)];
    }),
  ];
  return blocks
    .filter((block) => block.length > 0)
    .flatMap((block, at) => (at === 0 ? block : ["", ...block]));
}

const lines = (commands: readonly string[], look: Look): readonly string[] =>
  commands.map((command) => `    ${asTyped(command, look.program)}`);

function closing(reading: Reading, finding: Finding | undefined, look: Look): string {
  const dot = look.signs.dot;
  if (finding?.evidence.some(({ source }) => source === "registry") === true) {
    const sure = finding.verdict === "unknown" ? "nothing confirmed" : finding.verdict;
    return `${sure} from the text and the registry's answer ${dot} ${look.program} explain ${finding.cause}`;
  }
  if (reading.cause === "not-image-pull" || reading.cause === "unknown") {
    return `nothing confirmed from the text alone ${dot} ${look.program} diagnose -A asks the cluster`;
  }
  const isOpen = finding?.verdict === "unknown";
  const sure = isOpen ? "nothing confirmed" : reading.verdict === "confirmed" ? "confirmed" : "likely";
  return `${sure} from the text alone ${dot} ${look.program} explain ${reading.cause}`;
}
