// What of pods and events did not come, in one line each.

import type { Pod } from "../model/objects.js";
import type { UnreadList } from "./gather-list.js";
import type { SeenScopes } from "./gather-scopes.js";
import { needsEvents } from "./gather-suspects.js";

/** What of pods and warnings did not come. */
export function tellUnread(
  { scopes, narrowed }: SeenScopes,
  asked: string | undefined,
  pods: readonly Pod[],
  unread: UnreadList,
): void {
  if (narrowed !== undefined) unread.add("pods", narrowed, { namespace: asked, isMinor: false });
  for (const { namespace, pods: list, warnings, sieve } of scopes) {
    if (!list.ok) {
      const why = sieve.count === 0 ? list.why : `the list broke off after ${sieve.count}: ${list.why}`;
      unread.add("pods", why, { namespace, isMinor: false });
    }
    if (warnings.refusal === undefined) continue;
    const isMinor = list.ok && !pods.some(needsEvents);
    unread.add("events", warnings.refusal.why, { namespace, isMinor });
  }
}

/** Older kubelets give the reason in events alone, and those are kept for an hour by default. */
export function tellSilent(silent: readonly Pod[], { scopes }: SeenScopes, unread: UnreadList): void {
  if (scopes.some(({ warnings }) => warnings.refusal !== undefined)) return;
  for (const namespace of new Set(silent.map((pod) => pod.namespace))) {
    const here = silent.filter((pod) => pod.namespace === namespace);
    const others = here.length - 1;
    const more = others === 0 ? "" : ` and ${others} other ${others === 1 ? "pod" : "pods"}`;
    const why = `those about pod/${here[0]?.name}${more} have expired, and the status gives no reason`;
    unread.add("events", why, { namespace, isMinor: true });
  }
}
