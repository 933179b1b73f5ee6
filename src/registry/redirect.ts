// Where a redirect may lead. Registries send blobs, and some send everything, to storage under other names; a hostile one
// would send us to somebody's metadata service.

import type { HostRules, Ruling } from "./trust.js";
import { hostMayBeAsked } from "./trust.js";

const maxRedirects = 5;

export type NextStep =
  | { readonly ok: true; readonly url: URL }
  | { readonly ok: false; readonly why: string };

const follows: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export const isRedirect = (status: number): boolean => follows.has(status);

/** The address that a Location header leads to, or why it is not followed. Addresses are judged again when dialled. */
export function nextStep(from: URL, location: string | undefined, taken: number, rules: HostRules): NextStep {
  const refuse = (why: string): NextStep => ({ ok: false, why });
  if (location === undefined || location === "") return refuse("the redirect names no place");
  if (taken >= maxRedirects) return refuse(`more than ${maxRedirects} redirects`);
  if (location.length > 8_192 || !URL.canParse(location, from.href))
    return refuse("the redirect leads to no URL");
  const url = new URL(location, from);
  if (url.protocol !== "https:" && url.protocol !== "http:")
    return refuse(`the redirect leads to ${url.protocol}`);
  if (from.protocol === "https:" && url.protocol === "http:")
    return refuse("the redirect leads from https to http");
  if (url.username !== "" || url.password !== "") return refuse("the redirect carries a login");
  const ruling: Ruling = hostMayBeAsked(url.hostname, rules);
  return ruling.ok ? { ok: true, url } : refuse(ruling.why);
}
