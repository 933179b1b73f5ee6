// `fix --manifests DIR`: the same change in the files that the object comes from. What is live is left to whoever applies
// them; committing and pushing are left to whoever may.

import type { Edit } from "../../fixes/edits.js";
import type { ManifestChange, ManifestPlan, NoManifestPlan } from "../../manifests/change.js";
import { joinPlans } from "../../manifests/finish.js";
import { planManifestChange } from "../../manifests/plan.js";
import { toolsOnPath } from "../../manifests/tools.js";
import type { Step } from "../../mend/draft.js";
import { shown } from "../../mend/planning.js";
import { hanging } from "../../report/detail.js";
import { inert, inertLines } from "../../report/inert.js";
import { counted } from "../../report/layout.js";
import { lookOf } from "../output.js";
import { writeFiles } from "./checkout-journal.js";
import type { Prepared } from "./prepare.js";
import type { RunWorld } from "./run.js";

/** 0: the files are changed, or were only to be shown; 1: nothing was changed. Throws ToolErrors of `src/manifests`. */
export async function mendCheckout(folder: string, prepared: Prepared, world: RunWorld): Promise<0 | 1> {
  const { flags, io, questions } = world;
  const wanted = changesOf(prepared);
  const tools = toolsOnPath(io.env);
  const plans: ManifestPlan[] = [];
  for (const change of wanted.changes) {
    const plan = await planManifestChange(folder, change, tools);
    if ("none" in plan) return tellNone(plan, change, world);
    plans.push(plan);
  }
  const [first, ...rest] = plans;
  const plan = first === undefined ? undefined : joinPlans([first, ...rest]);
  if (plan === undefined) return refuse(noPlan(wanted.left, first !== undefined), world);
  if (flags.text("output") !== undefined) {
    io.out(plan.diff.endsWith("\n") ? plan.diff : `${plan.diff}\n`);
    return 0;
  }
  show(plan, plans, wanted.left, world);
  const what = `Edits ${counted(plan.files.length, "file")} of ${folder}.`;
  if (flags.isOn("dry-run")) return close(`${what} This was a dry run. Nothing was changed.`, 0, world);
  if (!flags.isOn("yes")) {
    if (!io.isTerminal.in) return refuse(`${what} There is no terminal to ask on; --yes edits them.`, world);
    if ((await questions.ask(`${what}  Edit?`, false)) !== "yes") return refuse("", world);
  }
  const id = writeFiles(plan, prepared, world);
  const lines = [
    `  edited ${counted(plan.files.length, "file")}; it reaches the cluster once it is committed and applied`,
    "",
    "  undo",
    `    ${io.program} undo ${id} --yes`,
  ];
  io.out(`${lines.map(inert).join("\n")}\n`);
  return 0;
}

interface Wanted {
  readonly changes: readonly ManifestChange[];
  /** What the fix changes beside these, in words. */
  readonly left: readonly string[];
}

function changesOf({ draft, jobs }: Prepared): Wanted {
  const workloads = jobs.flatMap(({ asked }) => asked.finding.workloads);
  const changes: ManifestChange[] = [];
  const left: string[] = [];
  for (const step of draft.steps) {
    const { kind, namespace = "", name } = step.ref;
    const marks = workloads.find(
      (one) => one.kind === kind && one.namespace === namespace && one.name === name,
    );
    const object = { kind, namespace, name, ...(marks?.managedBy ? { managedBy: marks.managedBy } : {}) };
    const found = step.edits.flatMap((edit) => changeOf(edit, object));
    if (found.length === 0) left.push(leftOf(step));
    changes.push(...found);
  }
  return { changes, left };
}

type Subject = Pick<ManifestChange, "kind" | "namespace" | "name" | "managedBy">;

function changeOf({ path, before, after }: Edit, object: Subject): readonly ManifestChange[] {
  const [list, entry, field] = path.slice(-3);
  const isContainer = list === "containers" || list === "initContainers";
  if (isContainer && typeof entry === "object" && field === "image") {
    if (typeof before !== "string" || typeof after !== "string") return [];
    return [{ is: "image", ...object, container: entry.name, from: before, to: after }];
  }
  if (before !== undefined || !path.includes("imagePullSecrets")) return [];
  const last = path.at(-1);
  const names = typeof last === "object" ? [last.name] : namesIn(after);
  return names.map((secret) => ({ is: "pull-secret", ...object, secret }));
}

const namesIn = (value: unknown): readonly string[] =>
  Array.isArray(value)
    ? value.flatMap((one: unknown) => {
        const name: unknown = typeof one === "object" && one !== null ? Reflect.get(one, "name") : undefined;
        return typeof name === "string" ? [name] : [];
      })
    : [];

/** Secrets hold values that belong in no file, and pods come from their controllers. */
const leftOf = ({ is, ref }: Step): string =>
  is === "delete" ? `${shown(ref)} is made anew by its controller` : `${shown(ref)} is not for a file`;

const noPlan = (left: readonly string[], isClash: boolean): string =>
  isClash
    ? "Two of the changes want different things of the same place."
    : `Only images and pull secrets are edited in a checkout: ${left.join(", ") || "this fix changes neither"}.`;

function show(
  plan: ManifestPlan,
  plans: readonly ManifestPlan[],
  left: readonly string[],
  { flags, io }: RunWorld,
): void {
  const look = lookOf(flags, io);
  const paint = (line: string): string => {
    if (/^\+(?!\+\+ )/.test(line)) return look.paint.fine(line);
    return /^-(?!-- )/.test(line) ? look.paint.problem(line) : line;
  };
  const lines = [
    ...plans.flatMap(({ why }) => hanging("  ", inert(why), look.width)),
    "",
    ...inertLines(plan.diff).map((line) => `  ${paint(line)}`),
    "",
    ...[...plan.notes, ...left].flatMap((note) =>
      hanging(`  ${look.signs.warning} `, inert(note), look.width),
    ),
  ];
  io.out(`${lines.join("\n")}\n`);
}

function tellNone(plan: NoManifestPlan, change: ManifestChange, world: RunWorld): 1 {
  const { flags, io } = world;
  const look = lookOf(flags, io);
  const lines = [
    ...hanging(`  ${look.paint.unclear(look.signs.unclear)} `, inert(plan.none), look.width),
    ...plan.lookedAt.flatMap((line) => hanging("      ", inert(line), look.width)),
    ...plan.candidates.flatMap(({ why }) => hanging("    - ", inert(why), look.width)),
    "",
  ];
  io.out(`${lines.join("\n")}\n`);
  return refuse(`No file was edited for ${change.kind} ${change.namespace}/${change.name}.`, world);
}

const refuse = (text: string, world: RunWorld): 1 => close(`${text} Nothing was changed.`.trim(), 1, world);

function close<Code extends 0 | 1>(text: string, code: Code, { io }: RunWorld): Code {
  io.out(`  ${inert(text)}\n`);
  return code;
}
