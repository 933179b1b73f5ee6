// The exit code of a report: 1 beats 3 beats 0. What has ended is told and is not wrong any more.

import type { Report } from "../model/report.js";

export function exitCodeOf(report: Report): 0 | 1 | 3 {
  const now = report.findings.filter(({ endedAt }) => endedAt === undefined);
  if (now.some(({ verdict }) => verdict === "confirmed" || verdict === "likely")) return 1;
  return now.length > 0 || !report.complete ? 3 : 0;
}
