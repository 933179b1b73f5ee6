// What `pulldoctor check` found, on the screen and as JSON.

import type { ClusterCheck, ReadCheck, Sight } from "../cluster/check.js";
import { roleNames } from "../cluster/rights.js";
import { bindCommand } from "../cluster/role-manifest.js";
import { version } from "../model/version.js";
import { inert } from "../report/inert.js";
import { counted, fold, indent, pad, wrap } from "../report/layout.js";
import type { Look } from "../report/signs.js";
import { quoted } from "./shell.js";

const column = 46;
const shownNamespaces = 6;
const shownRegistries = 20;

type Grade = "fine" | "warning" | "problem" | "unclear";

/** How much it matters that something cannot be read. */
export function gradeOf({ right, sight }: ReadCheck): Grade {
  if (sight.is === "everywhere") return "fine";
  if (sight.is === "unknown") return "unclear";
  return sight.is === "refused" && right.isNeeded ? "problem" : "warning";
}

/** 1: what diagnose needs is refused; 3: it cannot be told; 0: diagnose can work. */
export function exitCodeOfCheck({ reads }: ClusterCheck): 0 | 1 | 3 {
  const grades = reads.map(gradeOf);
  if (grades.includes("problem")) return 1;
  return grades.includes("unclear") ? 3 : 0;
}

export function checkJson(check: ClusterCheck): string {
  const reads = check.reads.map(({ right, sight }) => ({
    what: right.what,
    can: sight.is,
    ...(sight.is === "some" ? { namespaces: sight.namespaces } : {}),
    ...("why" in sight ? { why: sight.why } : {}),
    ...(sight.is === "everywhere" ? {} : { lost: right.lost, role: right.role }),
  }));
  return `${JSON.stringify({ version, ...check, reads }, undefined, 2)}\n`;
}

/** `asked`: the flags that choose the cluster, such as `--context prod-eu`, for the commands shown. */
export function checkPage(check: ClusterCheck, asked: readonly string[], look: Look): string {
  const blocks = [
    clusterLines(check, look),
    grantLines(check, asked, look),
    registryLines(check, look),
    [lastLine(check, look)],
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

function registryLines({ registries }: ClusterCheck, look: Look): readonly string[] {
  if (registries.length === 0) return [];
  const more = registries.length - shownRegistries;
  return [
    "registries in use",
    ...registries.slice(0, shownRegistries).map(({ registry, pods, images }) => {
      const name = registry === "" ? "names that cannot be parsed" : inert(registry);
      return `  ${pad(name, column - 2)}${counted(pods, "pod")}, ${counted(images, "image")}`;
    }),
    ...(more > 0 ? [`  and ${more} more`] : []),
    look.paint.dim("  how they answer was not checked"),
  ];
}

function row(grade: Grade, what: string, right: string, { signs, paint }: Look): string {
  return `${paint[grade](signs[grade])} ${pad(what, column - 1 - signs[grade].length)}${inert(right)}`.trimEnd();
}

function lastLine({ reads, podsLookedAt }: ClusterCheck, { signs }: Look): string {
  const grades = reads.map(gradeOf);
  const count = (grade: Grade): number => grades.filter((one) => one === grade).length;
  const parts = [
    count("problem") === 0 ? "" : counted(count("problem"), "problem"),
    count("warning") === 0 ? "" : counted(count("warning"), "warning"),
    count("unclear") === 0 ? "" : `${count("unclear")} unknown`,
  ].filter((part) => part !== "");
  const sum = parts.length === 0 ? "everything that diagnose reads can be read" : parts.join(", ");
  return [sum, `${counted(podsLookedAt, "pod")} looked at`, "nothing was changed"].join(` ${signs.dot} `);
}
