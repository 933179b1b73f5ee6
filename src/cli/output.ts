// Flags that every reporting command shares, and the drawing of a report by them.

import type { Report } from "../model/report.js";
import { type Format, formatNames, formats } from "../report/index.js";
import { type ColourChoice, colourChoices, type Look, lookFor } from "../report/signs.js";
import type { TextOptions } from "../report/text.js";
import type { Flag, Flags } from "./command.js";
import { type Io, placeOf } from "./io.js";

export const outputFlag: Flag = {
  flags: "-o, --output <format>",
  text: "how to print it",
  choices: formatNames,
};

export const colourFlag: Flag = {
  flags: "--color <when>",
  text: "colour the screen",
  choices: colourChoices,
};

export function formatOf(flags: Flags): Format {
  return formatNames.find((name) => name === flags.text("output")) ?? "text";
}

export function lookOf(flags: Flags, io: Io): Look {
  const asked: ColourChoice = colourChoices.find((choice) => choice === flags.text("color")) ?? "auto";
  return lookFor(placeOf(io), asked, io.program);
}

/** Prints the report in the format asked for: one document, and nothing else, on stdout. */
export async function printReport(report: Report, flags: Flags, io: Io, options: TextOptions): Promise<void> {
  const render = await formats[formatOf(flags)]();
  io.out(render(report, lookOf(flags, io), options));
}
