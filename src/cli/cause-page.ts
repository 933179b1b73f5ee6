// A cause on the screen: the page that `explain <cause>` prints, and the list without arguments.

import { type Area, areas, type Cause } from "../causes/define.js";
import { hanging } from "../report/detail.js";
import { ends, indent, pad, shorten, wrap, wrapAroundCommands } from "../report/layout.js";
import type { Look } from "../report/signs.js";

/** The page of one cause; `all` gives the titles of the ones it is told apart from. */
export function causePage(cause: Cause, all: readonly Cause[], look: Look): string {
  const refinements = all.filter(({ parent }) => parent === cause.id).map(({ id }) => id);
  const blocks = [
    [ends(look.paint.bold(cause.title), look.paint.dim(cause.id), look.width)],
    indent(wrap(cause.summary, look.width - 2), 2),
    looksLike(cause, look),
    rows(
      "told apart from",
      cause.toldApart.map(({ from, how }) => [from, how] as const),
      look,
    ),
    bullets("mend it", cause.mend, look),
    bullets("keep it from coming back", cause.prevent, look),
    relations(cause, refinements, look),
    bullets("read on", cause.read, look),
    [`a message of your own: ${look.program} explain "<message>"`],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

function looksLike(cause: Cause, look: Look): readonly string[] {
  if (cause.looksLike.length === 0) return [];
  const widest = Math.max(...cause.looksLike.map(({ by }) => by.length)) + 2;
  const room = look.width - 4 - widest;
  return [
    "  looks like",
    ...cause.looksLike.map(
      ({ by, text }) => `    ${pad(by, widest)}${shorten(text, Math.max(40, room), look.signs.cut)}`,
    ),
  ];
}

function rows(label: string, items: readonly (readonly [string, string])[], look: Look): readonly string[] {
  if (items.length === 0) return [];
  const widest = Math.max(...items.map(([left]) => left.length)) + 2;
  return [
    `  ${label}`,
    ...items.flatMap(([left, right]) => hanging(`    ${pad(left, widest)}`, right, look.width)),
  ];
}

function bullets(label: string, items: readonly string[], look: Look): readonly string[] {
  if (items.length === 0) return [];
  return [
    `  ${label}`,
    ...items.flatMap((item) =>
      wrapAroundCommands(item, look.width - 6).map((line, at) =>
        at === 0 ? `    ${line}` : `      ${line}`,
      ),
    ),
  ];
}

function relations(cause: Cause, refinements: readonly string[], look: Look): readonly string[] {
  const ours = cause.fixes.filter((id) => id !== "tell");
  return [
    ...(ours.length === 0
      ? []
      : hanging("  mended by      ", `${look.program} fix: ${ours.join(", ")}`, look.width)),
    ...(cause.parent === undefined ? [] : [`  refines        ${parentOf(cause)}`]),
    ...(refinements.length === 0 ? [] : hanging("  refined by     ", refinements.join(", "), look.width)),
  ];
}

/** The broader cause by name, where it is always the same one. */
export function parentOf({ parent }: Cause): string {
  if (parent === undefined) return "";
  return typeof parent === "string" ? parent : "the cause that the message names";
}

/** Every cause with its title, by area. */
export function causeList(causes: readonly Cause[], look: Look): string {
  const widest = Math.max(...causes.map(({ id }) => id.length)) + 2;
  const names = Object.keys(areas).filter((name): name is Area => name in areas);
  const blocks = names.flatMap((area) => {
    const members = causes.filter((cause) => cause.area === area);
    return members.length === 0
      ? []
      : [
          [
            look.paint.bold(areas[area]),
            ...members.flatMap(({ id, title }) => hanging(`  ${pad(id, widest)}`, title, look.width)),
          ].join("\n"),
        ];
  });
  return `${[...blocks, `${causes.length} causes · ${look.program} explain tag-not-found`.replace("·", look.signs.dot)].join("\n\n")}\n`;
}
