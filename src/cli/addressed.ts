// Commands that are printed name the context and the kubeconfig where they are not the current
// ones: a line that is copied must reach the cluster that the report is about.

import type { Finding, Report } from "../model/report.js";
import type { Flags } from "./command.js";
import { quoted } from "./shell.js";

const startsKubectl = /(^|\| |&& |; |\$\()kubectl (?!pulldoctor )/g;

/** The report with `--context` and `--kubeconfig` of this call in all of its commands. */
export function addressed(report: Report, flags: Flags): Report {
  const all = (commands: readonly string[]): readonly string[] => addressedLines(commands, flags);
  return {
    ...report,
    findings: report.findings.map(
      (finding): Finding => ({
        ...finding,
        settle: all(finding.settle),
        verify: all(finding.verify),
        remedies: finding.remedies.map((remedy) => ({ ...remedy, commands: all(remedy.commands) })),
        ...(finding.retry === undefined
          ? {}
          : { retry: { ...finding.retry, commands: all(finding.retry.commands) } }),
      }),
    ),
  };
}

/** The same for single lines. */
export function addressedLines(commands: readonly string[], flags: Flags): readonly string[] {
  const words = ["kubeconfig", "context"].flatMap((name) => {
    const value = flags.text(name);
    return value === undefined ? [] : [`--${name} ${quoted(value)}`];
  });
  return words.length === 0 ? commands : commands.map((command) => address(command, words.join(" ")));
}

function address(command: string, more: string): string {
  if (/^pulldoctor (diagnose|check) /.test(command) && !/ (-f|--filename) /.test(command)) {
    return `${command} ${more}`;
  }
  return command.replace(startsKubectl, `$1kubectl ${more.replaceAll("$", "$$$$")} `);
}
