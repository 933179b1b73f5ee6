// Which signs and colours the reader's terminal can show. Colour only repeats what a sign or a
// word already says.

import picocolors from "picocolors";

export interface Signs {
  readonly problem: string;
  readonly warning: string;
  readonly fine: string;
  readonly unclear: string;
  readonly quote: string;
  readonly means: string;
  readonly dot: string;
  readonly cut: string;
}

const drawn: Signs = {
  problem: "✗",
  warning: "!",
  fine: "✓",
  unclear: "?",
  quote: "│",
  means: "→",
  dot: "·",
  cut: "…",
};

const plain: Signs = {
  problem: "x",
  warning: "!",
  fine: "ok",
  unclear: "?",
  quote: "|",
  means: "=>",
  dot: "-",
  cut: "...",
};

type Shade = (text: string) => string;

export interface Paint {
  readonly problem: Shade;
  readonly warning: Shade;
  readonly fine: Shade;
  readonly unclear: Shade;
  readonly dim: Shade;
  readonly bold: Shade;
}

/** How a screen is drawn. `program` is what the reader types: `pulldoctor`, `kubectl pulldoctor`. */
export interface Look {
  readonly signs: Signs;
  readonly paint: Paint;
  /** Columns to fill: 40 to 100. */
  readonly width: number;
  readonly program: string;
}

export const colourChoices = ["auto", "always", "never"] as const;
export type ColourChoice = (typeof colourChoices)[number];

export interface Place {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isTerminal: boolean;
  /** Absent when stdout is no terminal. */
  readonly columns?: number;
}

/** The look for this place. Without a terminal the width is 80; on one it is at most 100. */
export function lookFor(place: Place, colour: ColourChoice, program: string): Look {
  const wide = place.isTerminal && place.columns !== undefined && place.columns > 0 ? place.columns : 80;
  return {
    signs: isUtf8(place.env) ? drawn : plain,
    paint: paintFor(hasColour(place, colour)),
    width: Math.min(100, Math.max(40, wide)),
    program,
  };
}

function isUtf8(env: Place["env"]): boolean {
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== "");
  if (locale === undefined) return env.WT_SESSION !== undefined || env.OS === "Windows_NT";
  return /utf-?8/i.test(locale);
}

function hasColour(place: Place, colour: ColourChoice): boolean {
  if (colour !== "auto") return colour === "always";
  if (place.env.NO_COLOR !== undefined && place.env.NO_COLOR !== "") return false;
  return place.isTerminal && place.env.TERM !== "dumb";
}

function paintFor(isColoured: boolean): Paint {
  const { red, yellow, green, cyan, dim, bold } = picocolors.createColors(isColoured);
  return { problem: red, warning: yellow, fine: green, unclear: cyan, dim, bold };
}
