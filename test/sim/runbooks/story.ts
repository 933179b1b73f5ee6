// The stories of the runbooks: who types what, in order, and what must be seen. One YAML file for each runbook.
//
//   quoted   the line as the runbook has it (a list: several lines of it that are one here)
//   typed    the line as it is typed; absent: the quoted one, its <placeholders> filled from `with`
//   after    seconds that pass in the world before the line
//   clock    `runs`: time passes while the line runs, for what waits for the world
//   until    a pattern: the line never ends by itself, and is stopped when its output matches
//   shows    stdout, then stderr; `...` is any number of lines, `<*>` any text within one
//   in       the folder below files/ in which it is typed
//   network  how a host takes connections from here on: `{ registry-1.docker.io: refused }`
//   exit     the exit code, when it is not 0
//   load     an image that is put onto the node without a pull, before the line
//   notRun   why the line cannot be run

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { ConnectBehaviour } from "../../../src/sim/registry/config.js";
import { root } from "../../tree.js";

export interface Step {
  readonly quoted?: string | readonly string[];
  readonly typed?: string;
  readonly after?: number;
  readonly clock?: "runs";
  readonly until?: string;
  readonly shows?: string;
  readonly exit?: number;
  readonly in?: string;
  readonly network?: Readonly<Record<string, ConnectBehaviour>>;
  readonly load?: string;
  readonly notRun?: string;
}

export interface Story {
  /** The file name of the runbook. */
  readonly runbook: string;
  readonly namespace: string;
  /** What stands for the runbook's placeholders: `{ region: ap-south-1 }`. */
  readonly with?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

export const runbooksFolder = join(root, "test/sim/runbooks");

const read = (path: string): unknown => parse(readFileSync(join(runbooksFolder, path), "utf8"));

/** Command lines by runbook, as they are quoted there. */
export const quotedLines = read("quoted.yaml") as Readonly<Record<string, readonly string[]>>;

export const stories = readdirSync(join(runbooksFolder, "stories"))
  .sort()
  .map((name) => read(join("stories", name)) as Story);

export function quotesOf({ quoted }: Step): readonly string[] {
  return typeof quoted === "string" ? [quoted] : (quoted ?? []);
}

/** The line with its placeholders filled. `<pod-name>` is for whoever knows the pods. */
export function typedLine(step: Step, story: Story): string {
  const line = step.typed ?? quotesOf(step).join(" && ");
  return line.replace(/<([A-Za-z_-]+)>/g, (whole, name: string) => story.with?.[name] ?? whole);
}
