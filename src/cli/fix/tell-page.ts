// What only another person or team can do, with the facts to hand over.

import { causeById } from "../../causes/index.js";
import { fixById } from "../../fixes/index.js";
import type { Finding } from "../../model/report.js";
import { inert } from "../../report/inert.js";
import { shortName } from "../../report/kinds.js";
import { indent, wrap } from "../../report/layout.js";
import type { Look } from "../../report/signs.js";
import { quoted } from "../shell.js";
import { findingLines } from "./page.js";

/** `call`: `pulldoctor fix` with the flags that choose the cluster. */
export function tellLines(finding: Finding, look: Look, call: string): readonly string[] {
  const { remedies, evidence, pods, settle, open } = finding;
  const nodes = [...new Set(pods.flatMap(({ node }) => node ?? []))];
  const facts = [
    ...(finding.host === undefined ? [] : [`registry host: ${finding.host}`]),
    ...(nodes.length === 0
      ? []
      : [
          `nodes: ${nodes.slice(0, 8).join(", ")}${nodes.length > 8 ? `, and ${nodes.length - 8} more` : ""}`,
        ]),
    ...(finding.since === undefined ? [] : [`since: ${finding.since.toISOString().replace(/\.\d+Z$/, "Z")}`]),
    ...evidence.slice(0, 2).map(({ where, quote, shows }) => `${where}: ${quote ?? shows}`),
  ];
  const words = remedies.map(({ what }) => what);
  const commands = [...remedies.flatMap((one) => one.commands), ...settle];
  return [
    ...findingLines(finding, look),
    ...indent(wrap(inert(finding.summary), look.width - 2), 2),
    "",
    "  pulldoctor cannot change this here",
    ...(words.length === 0
      ? indent(
          wrap(
            open.length === 0
              ? "no fix is known for it"
              : `what it is has to be settled first: ${open.map(({ cause }) => cause).join(", ")}`,
            look.width - 4,
          ),
          4,
        )
      : words.flatMap((word) => indent(wrap(inert(word), look.width - 4), 4))),
    "",
    "  to hand over",
    ...facts.flatMap((fact) => indent(wrap(inert(fact), look.width - 4), 4)),
    ...(commands.length === 0 ? [] : ["", "  commands", ...indent(commands.map(inert), 4)]),
    ...indent(offered(finding, call), 2),
    "",
    "  Nothing was changed.",
  ];
}

/** Fixes of the cause for which only a value is missing, that the reader may have. */
function offered({ cause, workloads }: Finding, call: string): readonly string[] {
  const [first] = workloads;
  if (first === undefined) return [];
  const target = `${quoted(shortName(first.kind, first.name))} -n ${quoted(first.namespace)}`;
  const lines = (causeById.get(cause)?.fixes ?? []).flatMap((id) => {
    const fix = fixById.get(id);
    // Revisions are found, or there is none.
    if (fix === undefined || id === "tell" || id === "roll-back") return [];
    const values = Object.keys(fix.needs).map((name) => ` --with ${name}=${name.toUpperCase()}`);
    return [`${fix.title}:`, `  ${call} ${target} --by ${id}${values.join("")}`];
  });
  return lines.length === 0 ? [] : ["", "or, where it fits", ...indent(lines, 2)];
}
