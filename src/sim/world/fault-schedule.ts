// Faults below HTTP come and go with the world's clock.

import type { Clock } from "../clock.js";
import type { Network } from "../network/network.js";
import { healthyHost } from "../network/start.js";
import type { NetworkFault } from "./config.js";

/** Those that begin at once have begun when this resolves. Returns the way to stop the others. */
export async function scheduleFaults(
  faults: readonly NetworkFault[],
  network: Network,
  clock: Clock,
): Promise<() => void> {
  const cancels: (() => void)[] = [];
  // One after another: a host must not be closed and opened at the same time.
  let last: Promise<void> = Promise.resolve();
  const change = (host: string, to: NetworkFault["change"]): Promise<void> => {
    const done = clock.hold?.();
    last = last.then(() => network.change(host, to)).finally(done);
    return last;
  };
  for (const { host, change: to, fromSeconds, untilSeconds } of faults) {
    if (fromSeconds === 0) await change(host, to);
    else cancels.push(clock.after(fromSeconds * 1000, () => void change(host, to)));
    if (untilSeconds !== undefined) {
      cancels.push(clock.after(untilSeconds * 1000, () => void change(host, healthyPart(to))));
    }
  }
  return () => {
    for (const cancel of cancels) cancel();
  };
}

/** The healthy value of each field that a fault changes. */
function healthyPart(change: NetworkFault["change"]): NetworkFault["change"] {
  return {
    ...(change.dns === undefined ? {} : { dns: healthyHost.dns }),
    ...(change.connect === undefined ? {} : { connect: healthyHost.connect }),
    ...(change.certificate === undefined ? {} : { certificate: healthyHost.certificate }),
  };
}
