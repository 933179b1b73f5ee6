// Which fix for which finding: the first remedy that can be applied, or what the reader asked for.

import { causeById } from "../../causes/index.js";
import type { Asked, Fix, Stopped } from "../../fixes/define.js";
import { fixById, fixes } from "../../fixes/index.js";
import { ToolError } from "../../model/errors.js";
import type { Finding, Remedy } from "../../model/report.js";
import type { Flags } from "../command.js";
import { nearestWord } from "../near.js";
import type { Target } from "../targets.js";
import { valuesOf } from "./flags.js";

export type Chosen =
  | { readonly is: "fix"; readonly fix: Fix; readonly asked: Asked; readonly remedy?: Remedy }
  /** Nothing that can be applied: what somebody else has to do. */
  | { readonly is: "tell"; readonly finding: Finding; readonly remedies: readonly Remedy[] };

/** The first that can be applied. Throws ToolError `fix-unknown` and `fix-needs-value`. */
export function choose(finding: Finding, targets: readonly Target[], flags: Flags): Chosen {
  const [first] = candidates(finding, targets, flags);
  return first ?? { is: "tell", finding, remedies: finding.remedies };
}

type Candidate = Extract<Chosen, { readonly is: "fix" }>;

/** Every fix that can be applied, the best first; [] where none can. Throws what `choose` throws. */
export function candidates(finding: Finding, targets: readonly Target[], flags: Flags): readonly Candidate[] {
  const given = {
    ...heeded(valuesOf(flags.list("with")), flags.text("by")),
    ...valueOfFlag(flags, "image"),
    ...valueOfFlag(flags, "tag"),
  };
  const named =
    flags.text("by") ??
    (flags.firstGiven(["image", "tag"]) === undefined ? meantBy(finding, given) : "set-image");
  if (named !== undefined && !fixById.has(named)) {
    throw new ToolError("fix-unknown", {
      what: `${named} is no fix`,
      why: `the fixes are ${fixes.map(({ id }) => id).join(", ")}`,
      do: "name one of them with --by",
    });
  }
  const remedies = finding.remedies.filter((remedy) => named === undefined || remedy.fix === named);
  const found = remedies.flatMap((remedy): readonly Candidate[] => {
    const fix = fixById.get(remedy.fix);
    const values = { ...withoutPlaces(remedy.with), ...given };
    return fix === undefined || fix.id === "tell" || missingOf(fix, values).length > 0
      ? []
      : [{ is: "fix", fix, remedy, asked: askedOf(finding, remedy, targets, values) }];
  });
  if (found.length > 0) return found;
  const fix = named === undefined ? undefined : fixById.get(named);
  if (fix === undefined || fix.id === "tell") return [];
  const [missing] = missingOf(fix, given);
  if (missing !== undefined) {
    throw new ToolError("fix-needs-value", {
      what: `${fix.id} needs to know ${fix.needs[missing]}`,
      why: `the diagnosis suggests no ${missing} here`,
      do: `pass --with ${missing}=VALUE`,
    });
  }
  return [{ is: "fix", fix, asked: askedOf(finding, undefined, targets, given) }];
}

/** Throws ToolError `with-unknown`: a value that no fix heeds, or not the one that is named. */
function heeded(
  values: Readonly<Record<string, string>>,
  named: string | undefined,
): Readonly<Record<string, string>> {
  const able = fixes.filter(({ id }) => id === named || named === undefined || !fixById.has(named));
  const known = [...new Set(able.flatMap(({ needs, takes = {} }) => Object.keys({ ...needs, ...takes })))];
  const odd = Object.keys(values).find((name) => !known.includes(name));
  if (odd === undefined) return values;
  const near = nearestWord(odd, known);
  throw new ToolError("with-unknown", {
    what: `${named ?? "no fix"} takes ${named === undefined ? "a" : "no"} value ${odd}`,
    why: known.length === 0 ? "it takes none" : `what can be given: ${known.join(", ")}`,
    do: near === undefined ? `leave --with ${odd}=... out` : `did you mean --with ${near}=...?`,
  });
}

/** The fix that these values are for: `--with mirror=...` says enough. */
function meantBy({ cause, remedies }: Finding, given: Readonly<Record<string, string>>): string | undefined {
  const suggested = remedies.map(({ fix, with: values }) => ({ id: fix, values: withoutPlaces(values) }));
  const known = (causeById.get(cause)?.fixes ?? []).map((id) => ({ id, values: {} }));
  return [...suggested, ...known].find(({ id, values }) => {
    const needs = Object.keys(fixById.get(id)?.needs ?? {});
    return needs.some((name) => name in given) && needs.every((name) => name in { ...values, ...given });
  })?.id;
}

const valueOfFlag = (flags: Flags, name: string): Readonly<Record<string, string>> => {
  const value = flags.text(name);
  return value === undefined ? {} : { [name]: value };
};

/** `<...>` is what only the reader can fill in. */
const withoutPlaces = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => !/^<.*>$/.test(value)));

const missingOf = (fix: Fix, values: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(fix.needs).filter(
    (name) => values[name] === undefined && !(name === "image" && values.tag !== undefined),
  );

function askedOf(
  finding: Finding,
  remedy: Remedy | undefined,
  targets: readonly Target[],
  values: Readonly<Record<string, string>>,
): Asked {
  const stopped = stoppedBy(finding, targets, remedy);
  // The container's name is that of one workload.
  const { container, ...rest } = values;
  return {
    finding,
    stopped,
    values: stopped.length === 1 && container !== undefined && container !== "" ? values : rest,
  };
}

/** Of what the finding stops that which was asked for: never more. */
function stoppedBy(
  finding: Finding,
  targets: readonly Target[],
  remedy: Remedy | undefined,
): readonly Stopped[] {
  const all = finding.workloads.map(({ kind, namespace, name }) => ({ kind, namespace, name }));
  const asked = all.filter(({ kind, name }) =>
    targets.some((target) => target.kind === kind && target.name === name),
  );
  const chosen = asked.length > 0 ? asked : all;
  if (targets.length > 0 && asked.length === 0 && all.length > 1) {
    throw new ToolError("target-in-group", {
      what: `${targets.map(({ kind, name }) => `${kind} ${name}`).join(", ")} shares its reason with others`,
      why: `it stops ${all.length} workloads, and which of them the pod belongs to is not told apart here`,
      do: `name the workload: ${all
        .slice(0, 3)
        .map(({ kind, name }) => `${kind.toLowerCase()}/${name}`)
        .join(", ")}`,
    });
  }
  // A controller above the last one that was read: the change belongs there.
  const { kind, name, namespace } = remedy?.with ?? {};
  const [only] = chosen;
  const isAbove = only !== undefined && kind !== undefined && kind !== only.kind && kind !== "ServiceAccount";
  if (chosen.length === 1 && isAbove && name !== undefined && namespace !== undefined)
    return [{ kind, namespace, name }];
  return chosen;
}
