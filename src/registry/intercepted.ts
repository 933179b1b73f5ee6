// Something between us and the registry answered: a portal, a filter, a login page. A registry speaks JSON.

import type { WireAnswer } from "./wire.js";

/** What shows that no registry answered; undefined when one may have. Errors of proxies in front of registries are often HTML. */
export function interceptedBy(answer: WireAnswer): string | undefined {
  const type = answer.headers.get("content-type")?.[0]?.toLowerCase() ?? "";
  const isPage =
    type.startsWith("text/html") ||
    /^\s*<(!doctype|html)/i.test(answer.body.subarray(0, 64).toString("latin1"));
  if (!isPage) return undefined;
  return answer.status === 200 || answer.status === 511
    ? `a web page answered with ${answer.status}, not a registry`
    : undefined;
}
