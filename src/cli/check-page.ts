// What `pulldoctor check` found, on the screen and as JSON.

import type { ClusterCheck, ReadCheck, Sight } from "../cluster/check.js";
import { roleNames } from "../cluster/rights.js";
import { bindCommand } from "../cluster/role-manifest.js";
import type { WayProbe } from "../model/probe.js";
import { version } from "../model/version.js";
import { escapeInDocument, inert } from "../report/inert.js";
import { counted, fill, fold, indent, pad, wrap } from "../report/layout.js";
import type { Look } from "../report/signs.js";
import { columnOf, type Grade, row } from "./check-row.js";
import { wayGrade, wayLines } from "./check-ways.js";
import { type Greetings, greetingJson, greetingText, isCutOff } from "./greetings.js";
import { quoted } from "./shell.js";

const schema = "https://pulldoctor.dev/schema/check-v1.json";
const shownNamespaces = 6;
const shownRegistries = 20;

/** How much it matters that something cannot be read. */
export function gradeOf({ right, sight }: ReadCheck): Grade {
  if (sight.is === "everywhere") return "fine";
  if (sight.is === "unknown") return "unclear";
  return sight.is === "refused" && right.isNeeded ? "problem" : "warning";
}

/** What was found out: what the cluster lets be read, and how registries answered; `greetings` absent: they were not asked. */
export interface Checked {
  readonly check: ClusterCheck;
  readonly greetings?: Greetings;
  /** From inside the cluster; absent: that was not asked for. */
  readonly ways?: readonly WayProbe[];
  readonly now: Date;
}

/**
 * 1: what diagnose needs is refused, or a registry gives no good answer; 3: what can be read cannot be told; 0: diagnose can
 * work. A registry that was not asked changes nothing.
 */
export function exitCodeOfCheck(checked: Checked): 0 | 1 | 3 {
  const grades = checked.check.reads.map(gradeOf);
  if ([...grades, ...registryGrades(checked)].includes("problem")) return 1;
  return grades.includes("unclear") ? 3 : 0;
}

export function checkJson({ check, greetings, ways }: Checked): string {
  const reads = check.reads.map(({ right, sight }) => ({
    what: right.what,
    can: sight.is,
    ...(sight.is === "some" ? { namespaces: sight.namespaces } : {}),
    ...("why" in sight ? { why: sight.why } : {}),
    ...(sight.is === "everywhere" ? {} : { lost: right.lost, role: right.role }),
  }));
  const registries = check.registries.map(({ samples: _, ...inUse }) => {
    const greeting = greetings?.get(inUse.registry);
    return { ...inUse, ...(greeting === undefined ? {} : { asked: greetingJson(greeting) }) };
  });
  return `${escapeInDocument(JSON.stringify({ schema, version, ...check, reads, registries, ways }, undefined, 2))}\n`;
}

/** `asked`: the flags that choose the cluster, such as `--context prod-eu`, for the commands shown. */
export function checkPage(checked: Checked, asked: readonly string[], look: Look): string {
  const { check } = checked;
  const blocks = [
    clusterLines(check, look),
    grantLines(check, asked, look),
    registryLines(checked, look),
    checked.ways === undefined ? [] : wayLines(checked.ways, look),
    [lastLine(checked, look)],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

function clusterLines(check: ClusterCheck, look: Look): readonly string[] {
  const facts = [check.cluster, check.serverVersion ?? "version unknown", `${check.latencyMs} ms`];
  const signedIn = check.user === undefined ? [] : [row("fine", "the login is accepted", check.user, look)];
  return [
    "cluster",
    row("fine", "the API server answers", facts.join(", "), look),
    ...signedIn,
    ...check.reads.flatMap((read) => readLines(read, check, look)),
  ];
}

function readLines(read: ReadCheck, check: ClusterCheck, look: Look): readonly string[] {
  const { right, sight } = read;
  const can =
    sight.is === "refused" ? "cannot be read" : sight.is === "unknown" ? "may be readable" : "can be read";
  const line = row(gradeOf(read), `${right.what} ${can}`, whereOf(read, check), look);
  if (sight.is === "everywhere") return [line];
  const where = sight.is === "some" ? " elsewhere" : "";
  return [
    line,
    ...indent(quoteOf(sight, look), 4),
    ...indent(wrap(`without them: ${right.lost}${where}`, look.width - 4), 4),
  ];
}

/** How whoever may grant rights grants those that are missing. */
function grantLines(
  { reads, namespace, user }: ClusterCheck,
  asked: readonly string[],
  look: Look,
): readonly string[] {
  const missing = reads.filter(({ sight }) => sight.is === "refused" || sight.is === "some");
  if (missing.length === 0) return [];
  const words = asked.map(quoted);
  const kubectl = ["kubectl", ...words].join(" ");
  const lines = roleNames.flatMap((role) => {
    const rights = missing.filter(({ right }) => right.role === role).map(({ right }) => right);
    if (rights.length === 0) return [];
    // A Role grants nothing that belongs to no namespace.
    const isNarrow = namespace !== undefined && rights.some(({ isClusterWide }) => isClusterWide !== true);
    const scope = isNarrow ? namespace : undefined;
    const flags = scope === undefined ? [] : ["-n", quoted(scope)];
    const print = [look.program, "check", "--print-rbac", role, ...flags].join(" ");
    const bind = bindCommand(role, scope, user === undefined ? undefined : quoted(user));
    return [`${print} | ${kubectl} apply -f -`, bind.replace(/^kubectl/, () => kubectl)];
  });
  return ["to grant what is missing, as somebody who may", ...indent(lines, 4)];
}

function quoteOf(sight: Sight, look: Look): readonly string[] {
  if (!("why" in sight)) return [];
  const { quote, cut } = look.signs;
  return fold(inert(sight.why), look.width - 6, 4, cut).map((line) => look.paint.dim(`${quote} ${line}`));
}

function whereOf({ right, sight }: ReadCheck, { namespace }: ClusterCheck): string {
  if (sight.is === "some") {
    const { namespaces } = sight;
    const more = namespaces.length - shownNamespaces;
    return `only in ${namespaces.slice(0, shownNamespaces).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  }
  if (sight.is !== "everywhere" || right.isClusterWide === true) return "";
  return namespace === undefined ? "all namespaces" : `in ${namespace}`;
}

function registryGrades({ greetings = new Map(), ways = [], now }: Checked): readonly Grade[] {
  const cutOff = isCutOff(greetings);
  return [
    ...[...greetings.values()].map((greeting) => greetingText(greeting, now, cutOff).grade),
    ...ways.map(wayGrade),
  ];
}

function registryLines({ check, greetings, now }: Checked, look: Look): readonly string[] {
  const { registries } = check;
  if (registries.length === 0) return [];
  const more = registries.length - shownRegistries;
  const cutOff = greetings !== undefined && isCutOff(greetings);
  return [
    "registries in use",
    ...registries.slice(0, shownRegistries).flatMap(({ registry, pods, images }) => {
      const greeting = greetings?.get(registry);
      const name = registry === "" ? "names that cannot be parsed" : registry;
      const use = `${counted(pods, "pod")}, ${counted(images, "image")}`;
      if (greeting === undefined) return [`  ${pad(inert(name), columnOf(look) - 2)}${use}`];
      const { grade, right, below } = greetingText(greeting, now, cutOff);
      const told = below.flatMap((line) => indent(wrap(inert(line), look.width - 4), 4));
      return [row(grade, name, right, look), ...told];
    }),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(greetings === undefined ? [look.paint.dim("  how they answer was not asked: --probe=off")] : []),
    ...(cutOff
      ? indent(
          wrap(
            "no name was resolved: that may be this machine, and says nothing of the nodes",
            look.width - 2,
          ),
          2,
        )
      : []),
  ];
}

function lastLine(checked: Checked, { signs, width }: Look): string {
  const { reads, podsLookedAt } = checked.check;
  const grades = [...reads.map(gradeOf), ...registryGrades(checked)];
  const count = (grade: Grade): number => grades.filter((one) => one === grade).length;
  const parts = [
    count("problem") === 0 ? "" : counted(count("problem"), "problem"),
    count("warning") === 0 ? "" : counted(count("warning"), "warning"),
    count("unclear") === 0 ? "" : `${count("unclear")} unknown`,
  ].filter((part) => part !== "");
  const sum = parts.length === 0 ? "all that diagnose reads can be read" : parts.join(", ");
  // A pod was made to ask from.
  const changed = checked.ways === undefined ? "nothing was changed" : "nothing else was changed";
  const told = [sum, `${counted(podsLookedAt, "pod")} looked at`, changed];
  return fill(told, ` ${signs.dot} `, width).join("\n");
}
