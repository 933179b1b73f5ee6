// `fix --all`: every finding whose fix restarts nothing, each a change of its own in the journal.

import { inParallel } from "../../cluster/paging.js";
import { ToolError } from "../../model/errors.js";
import type { Effect, Finding } from "../../model/report.js";
import { hanging } from "../../report/detail.js";
import { inert } from "../../report/inert.js";
import { counted, ends } from "../../report/layout.js";
import type { Look } from "../../report/signs.js";
import { lookOf } from "../output.js";
import { candidates } from "./choose.js";
import type { RunWorld } from "./run.js";
import { runSafely } from "./run-safely.js";

const safe: readonly Effect[] = ["none", "writes-secret"];

/** Fixes that may have a plan which restarts nothing; whether it does is told by its plan. */
const mayBeSafe: ReadonlySet<string> = new Set([
  "create-pull-secret",
  "renew-pull-secret",
  "repair-pull-secret",
]);

/** A finding that was not mended, and why. */
interface NotMended {
  readonly finding: Finding;
  readonly isRefused: boolean;
  readonly why: string;
}

function notMendedLines({ finding, isRefused, why }: NotMended, look: Look): readonly string[] {
  const { id, title, workloads } = finding;
  const [first, ...others] = workloads;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  const who = first === undefined ? "" : `${first.namespace}/${first.name}${more}: `;
  const mark = isRefused ? look.paint.problem(look.signs.problem) : "-";
  return [
    ends(`${mark} ${inert(title)}`, look.paint.dim(id), look.width),
    ...hanging("    ", inert(`${who}${why}`), look.width),
  ];
}

/** 0 when everything that was found is mended by it. */
export async function fixAll(findings: readonly Finding[], world: RunWorld): Promise<number> {
  const { flags, io, progress } = world;
  const notMended: NotMended[] = [];
  let changed = 0;
  let begun = 0;
  const mendOne = async (finding: Finding): Promise<void> => {
    begun += 1;
    progress.show(`${begun} of ${findings.length}: ${finding.title}`);
    const leave = (why: string, isRefused = false): void => {
      notMended.push({ finding, isRefused, why });
    };
    try {
      const found = candidates(finding, [], flags);
      const [first] = found;
      const chosen = found.find(({ fix }) => mayBeSafe.has(fix.id));
      if (first === undefined) leave("somebody else has to change it");
      else if (chosen === undefined) leave(`to ${first.fix.title} makes pods anew`);
      else {
        const ran = await runSafely(chosen, safe, world);
        if (ran.is === "changed") changed += 1;
        else leave(ran.why, ran.is !== "left");
      }
    } catch (error) {
      if (!(error instanceof ToolError) || /^(login|interrupted|journal)/.test(error.code)) throw error;
      leave(`${error.what}, ${error.why}`);
    }
  };
  // Findings of one namespace may be about one object: those go one after the other.
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const namespace = finding.workloads[0]?.namespace ?? "";
    groups.set(namespace, [...(groups.get(namespace) ?? []), finding]);
  }
  await inParallel([...groups.values()], async (group) => {
    for (const finding of group) await mendOne(finding);
  });
  progress.clear();
  const isTrial = flags.isOn("dry-run") || !flags.isOn("yes");
  const look = lookOf(flags, io);
  const inOrder = notMended.toSorted((a, b) => findings.indexOf(a.finding) - findings.indexOf(b.finding));
  const refused = notMended.filter(({ isRefused }) => isRefused).length;
  const lines = [
    ...inOrder.flatMap((one) => notMendedLines(one, look)),
    ...(notMended.length === 0 ? [] : [""]),
    `${counted(changed, "finding")} ${isTrial ? "can be mended" : "mended"}, ${refused} refused, ${notMended.length - refused} left as they are`,
    ...(isTrial ? [`Nothing was changed${changed === 0 ? "." : "; --yes changes them."}`] : []),
  ];
  io.out(`${lines.join("\n")}\n`);
  return notMended.length === 0 && !isTrial ? 0 : 1;
}
