// One row of `pulldoctor check`: a sign, what is meant, and how it is.

import { inert } from "../report/inert.js";
import { pad, widthOf } from "../report/layout.js";
import type { Look } from "../report/signs.js";

/** Where the right side begins; further left where the terminal is narrow. */
export const columnOf = ({ width }: Pick<Look, "width">): number => Math.max(24, Math.min(46, width - 34));

export type Grade = "fine" | "warning" | "problem" | "unclear";

/** What stands at the right moves to a line of its own where a long name leaves no room. */
export function row(grade: Grade, what: string, right: string, look: Look): string {
  const { signs, paint, width } = look;
  const sign = signs[grade];
  const told = inert(right);
  const left = pad(inert(what), columnOf(look) - 1 - sign.length);
  const isTooLong = 1 + sign.length + widthOf(left) + widthOf(told) > width;
  const rest = isTooLong
    ? `${left.trimEnd()}\n${" ".repeat(Math.max(4, width - widthOf(told)))}${told}`
    : left + told;
  return `${paint[grade](sign)} ${rest}`.trimEnd();
}
