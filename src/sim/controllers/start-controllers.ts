// Starts everything that reconciles: the scheduler and the controllers of the controller manager.

import type { Store } from "../api/store.js";
import type { Clock } from "../clock.js";
import { startScheduler } from "../scheduler/scheduler.js";
import type { ControllerContext } from "./controller.js";
import { cronJobs } from "./cronjob.js";
import { daemonSets } from "./daemonset.js";
import { deployments } from "./deployment.js";
import { jobs } from "./job.js";
import { namespaces } from "./namespaces.js";
import { OwnedPods } from "./owned-pods.js";
import { replicaSets } from "./replicaset.js";
import { statefulSets } from "./statefulset.js";

export interface ControllerParts {
  readonly store: Store;
  readonly clock: Clock;
  /** 0 <= random() < 1. Default Math.random. */
  readonly random?: () => number;
  /** Minor version of the control plane, such as 32; decides words. Default 32. */
  readonly minor?: number;
}

export interface Controllers {
  stop(): void;
}

export function startControllers(parts: ControllerParts): Controllers {
  const { store, clock, random = Math.random, minor = 32 } = parts;
  const pods = new OwnedPods(store);
  const context: ControllerContext = { store, clock, random, minor, pods };
  const all = [namespaces, deployments, replicaSets, statefulSets, daemonSets, jobs, cronJobs].map((start) =>
    start(context),
  );
  const stopScheduler = startScheduler({ store, clock, random, minor });
  return {
    stop() {
      stopScheduler();
      for (const one of all) one.stop();
      pods.stop();
    },
  };
}
