// `fix --all`: every finding whose fix restarts nothing, each a change of its own in the journal.

import { inParallel } from "../../cluster/paging.js";
import { ToolError } from "../../model/errors.js";
import type { Effect, Finding } from "../../model/report.js";
import { inert } from "../../report/inert.js";
import { counted } from "../../report/layout.js";
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

const nameOf = ({ id, title, workloads: [first] }: Finding): string =>
  `${id}  ${inert(title)}  ${inert(first === undefined ? "" : `${first.namespace}/${first.name}`)}`;

/** 0 when everything that was found is mended by it. */
export async function fixAll(findings: readonly Finding[], world: RunWorld): Promise<number> {
  const { flags, io, progress } = world;
  const left: string[] = [];
  const failed: string[] = [];
  let changed = 0;
  let begun = 0;
  const mendOne = async (finding: Finding): Promise<void> => {
    begun += 1;
    progress.show(`${begun} of ${findings.length}: ${finding.title}`);
    const name = nameOf(finding);
    try {
      const found = candidates(finding, [], flags);
      const [first] = found;
      const chosen = found.find(({ fix }) => mayBeSafe.has(fix.id));
      if (first === undefined) left.push(`${name}: somebody else has to change it`);
      else if (chosen === undefined) left.push(`${name}: to ${first.fix.title} makes pods anew`);
      else {
        const ran = await runSafely(chosen, safe, world);
        if (ran.is === "changed") changed += 1;
        else (ran.is === "left" ? left : failed).push(`${name}: ${inert(ran.why)}`);
      }
    } catch (error) {
      if (!(error instanceof ToolError) || /^(login|interrupted|journal)/.test(error.code)) throw error;
      left.push(`${name}: ${inert(error.what)}, ${inert(error.why)}`);
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
  const lines = [
    ...failed.map((line) => `x ${line}`),
    ...left.map((line) => `- ${line}`),
    `${counted(changed, "finding")} ${isTrial ? "can be mended" : "mended"}, ${failed.length} refused, ${left.length} left as they are`,
    ...(isTrial ? ["Nothing was changed; --yes changes them."] : []),
  ];
  io.out(`${lines.join("\n")}\n`);
  return failed.length + left.length === 0 && !isTrial ? 0 : 1;
}
