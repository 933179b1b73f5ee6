// The report as YAML: the same document as JSON, for people who pipe into yq or a ticket.

import { Document, Scalar, visit } from "yaml";
import type { Report } from "../model/report.js";
import { escapeInDocument, isUnsafe } from "./inert.js";

export const renderYaml = (report: Report): string => yamlOf(report);

/** Any plain data as a YAML document that cannot act on a terminal. */
export function yamlOf(value: unknown): string {
  const document = new Document(JSON.parse(JSON.stringify(value)));
  visit(document, {
    Scalar(_key, node) {
      // Only double quotes can spell a character as an escape.
      if (typeof node.value === "string" && isUnsafe(node.value)) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return escapeInDocument(document.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: 1e9 }));
}
