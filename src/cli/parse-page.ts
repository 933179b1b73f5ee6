// Image names on the screen: their parts, what was filled in, and what to write instead.

import { hanging } from "../report/detail.js";
import { inert, inertCopy } from "../report/inert.js";
import { pad } from "../report/layout.js";
import type { Look } from "../report/signs.js";
import { type ImageAnswer, isLatest } from "./parse-answer.js";

const labelWidth = 13;

export function parsePage(answers: readonly ImageAnswer[], look: Look): string {
  const blocks = answers.map((answer) => imageLines(shown(answer), look).join("\n"));
  return `${[...blocks, closing(answers, look)].join("\n\n")}\n`;
}

/** The text of an image is quoted where a space or line end in it would not be seen. */
function shown(answer: ImageAnswer): ImageAnswer {
  const name = inert(answer.image);
  return { ...inertCopy(answer), image: /^\S+$/.test(answer.image) ? name : `"${name}"` };
}

function imageLines(answer: ImageAnswer, look: Look): readonly string[] {
  const { signs, paint } = look;
  if (answer.ok) {
    return [
      `${paint.fine(signs.fine)} ${paint.bold(answer.image)}`,
      ...parts(answer, look),
      ...hints(answer.doubts, look),
    ];
  }
  return [
    `${paint.problem(signs.problem)} ${paint.bold(answer.image)}`,
    ...hanging(`  ${paint.dim(signs.quote)} `, answer.why, look.width),
    ...(answer.slips.length === 0
      ? hanging(`  ${signs.means} `, "the name follows no form that is known here", look.width)
      : answer.slips.flatMap(({ text }) => hanging(`  ${signs.means} `, text, look.width))),
    ...written(answer.slips.at(-1)?.write),
  ];
}

function parts(answer: ImageAnswer & { ok: true }, look: Look): readonly string[] {
  const { reference, defaultPullPolicy, familiar, image } = answer;
  const { registry, repository, tag, digest, full } = reference;
  const named: readonly (readonly [part: string, value: string])[] = [
    ["registry", registry],
    ["repository", repository],
    ["tag", tag ?? (digest === undefined ? "latest" : "")],
    ["digest", digest ?? ""],
  ];
  const rows = named.flatMap(([part, value]) =>
    value === "" ? [] : [{ part, value, note: noteOn(part, answer) }],
  );
  const widest = Math.max(
    0,
    ...rows.flatMap(({ value, note }) => (note === undefined ? [] : [value.length])),
  );
  const because = isLatest(reference) ? " (the tag is latest)" : "";
  return [
    ...rows.flatMap(({ part, value, note }) => {
      const left = `  ${pad(part, labelWidth)}`;
      return note === undefined
        ? [`${left}${value}`]
        : hanging(`${left}${pad(value, widest + 2)}`, note, look.width);
    }),
    ...[["in full", full] as const, ["in short", familiar] as const].flatMap(([label, text]) =>
      text === image ? [] : [`  ${pad(label, labelWidth)}${text}`],
    ),
    ...hanging(
      `  ${pad("pull policy", labelWidth)}`,
      `${defaultPullPolicy}${because}, unless the container says otherwise`,
      look.width,
    ),
  ];
}

/** What a reader may not know of a part: that it is not written, or not what it looks like. */
function noteOn(part: string, { reference, filledIn }: ImageAnswer & { ok: true }): string | undefined {
  const filled = filledIn.find((one) => one.part === part);
  if (filled !== undefined) return `filled in: ${filled.why}`;
  const { registry, repository, digest } = reference;
  const isUser =
    registry === "docker.io" && /^[^/]+\/[^/]+$/.test(repository) && !repository.startsWith("library/");
  if (part === "repository" && isUser) return `${repository.split("/")[0]} is a user of Docker Hub`;
  return part === "tag" && digest !== undefined ? "not asked for: the digest decides" : undefined;
}

const hints = (doubts: (ImageAnswer & { ok: true })["doubts"], look: Look): readonly string[] =>
  doubts.flatMap(({ text, write }) => [
    ...hanging(`  ${look.paint.warning(look.signs.warning)} `, text, look.width),
    ...written(write),
  ]);

const written = (write: string | undefined): readonly string[] =>
  write === undefined ? [] : [`  ${pad("write", labelWidth)}${write}`];

function closing(answers: readonly ImageAnswer[], look: Look): string {
  const wrong = answers.filter(({ ok }) => !ok).length;
  const count = `${answers.length} ${answers.length === 1 ? "name" : "names"}`;
  const dot = ` ${look.signs.dot} `;
  if (wrong > 0)
    return [count, `${wrong} cannot be parsed`, `${look.program} explain invalid-reference`].join(dot);
  return [count, "nothing was asked of any registry"].join(dot);
}
