// The `Warning` headers by which a registry speaks to whoever pulls: distribution specification, "Warnings".

import type { WireAnswer } from "./wire.js";

const most = 5;
const maxText = 500;

/** The texts of `299 - "..."` warnings, in order; other codes are about caches and are passed over. */
export function warningsOf(headers: WireAnswer["headers"]): readonly string[] {
  const values = headers.get("warning") ?? [];
  return values.slice(0, most).flatMap((value) => {
    const quoted = /^\s*299\s+\S+\s+"((?:[^"\\]|\\.){1,2000})"/.exec(value)?.[1];
    return quoted === undefined ? [] : [quoted.replaceAll(/\\(.)/g, "$1").slice(0, maxText)];
  });
}
