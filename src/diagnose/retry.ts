// When will the kubelet try again? The back-off arithmetic of its image manager: 10 s doubled
// after each failure up to 300 s, picked up by a sync every 10 to 15 s. Semantics reference 1.3, 1.4.

import type { Pull } from "../model/pull.js";
import type { Retry } from "../model/report.js";

const firstSeconds = 10;
const ceilingSeconds = 300;
/** A sync after an error comes 10 to 15 s later, plus up to 2 s for the kubelet's own tickers. */
const syncSeconds = 15;

/** Length of the back-off window after the n-th failure in a row, in seconds. */
function backoffSeconds(failures: number): number {
  if (failures < 1) return 0;
  return Math.min(firstSeconds * 2 ** Math.min(failures - 1, 10), ceilingSeconds);
}

/** Reasons that have no back-off: they repeat at every sync. */
const withoutBackoff: ReadonlySet<string> = new Set([
  "ErrImageNeverPull",
  "InvalidImageName",
  "ImageInspectError",
]);

/**
 * The next try of a failing pull. `nextAt` is the latest moment at which the window closes and a
 * sync has passed; absent when events do not show the last attempt. `everySeconds` is absent while
 * the wait still grows.
 */
export function nextTry(pull: Pull, now: Date): Retry | undefined {
  if (pull.state !== "failing") return undefined;
  if (withoutBackoff.has(pull.reason)) {
    return {
      everySeconds: syncSeconds,
      why: "the kubelet looks again by itself; nothing is asked of a registry",
      // A new pod would be looked at no sooner.
      commands: [],
    };
  }
  const commands = tryNow(pull);
  const { attempts, lastFailureAt, since } = pull;
  if (attempts === undefined || lastFailureAt === undefined || since === undefined) {
    return {
      everySeconds: ceilingSeconds,
      why: "no event shows when it last tried; at the latest every 5 minutes",
      commands,
    };
  }
  const nextAfter = (failures: number): Date =>
    new Date(lastFailureAt.getTime() + (backoffSeconds(failures) + syncSeconds) * 1000);
  // Past 25 events the kubelet sends one update in 5 minutes: a count that is too old for its own
  // back-off is a lower bound, and the time that has passed is another.
  const isFresh = nextAfter(attempts) >= now;
  const elapsed = (now.getTime() - since.getTime()) / 1000;
  const failures = isFresh ? attempts : Math.max(attempts, failuresAfter(elapsed));
  const window = backoffSeconds(failures);
  if (nextAfter(failures) < now) {
    return {
      everySeconds: ceilingSeconds,
      why: `the last attempt that the events show is older than its back-off of ${window} s; the kubelet has stopped reporting each one`,
      commands,
    };
  }
  const isLongest = window === ceilingSeconds;
  const wait = `back-off of ${window} s after ${failures} ${failures === 1 ? "failure" : "failures"}`;
  return {
    nextAt: nextAfter(failures),
    ...(isLongest ? { everySeconds: ceilingSeconds } : {}),
    why: isLongest ? wait : `${wait}, twice as long after the next, up to 5 minutes`,
    commands,
  };
}

/** How many instant failures fit into a time: a pull that fails at once after each window. */
function failuresAfter(seconds: number): number {
  let spent = 0;
  let failures = 1;
  while (failures < 64) {
    spent += backoffSeconds(failures);
    if (spent > seconds) return failures;
    failures++;
  }
  return failures;
}

/** A new pod has no back-off. Only its controller makes a new one; a bare pod would be lost. */
function tryNow(pull: Pull): readonly string[] {
  const { pod } = pull;
  if (pod.name === "") return [];
  if (pod.owners.length === 0) return [];
  return [`kubectl -n ${pod.namespace} delete pod ${pod.name}`];
}
