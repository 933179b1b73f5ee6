// The report as one JSON document; `docs/schema/v1.json` describes it. Times are ISO 8601 in UTC.

import type { Report } from "../model/report.js";
import { escapeInDocument } from "./inert.js";

/** Ends with a line end. Quotes of other programs are exact; what could act on a terminal is escaped. */
export function renderJson(report: Report): string {
  return `${escapeInDocument(JSON.stringify(report, null, 2))}\n`;
}
