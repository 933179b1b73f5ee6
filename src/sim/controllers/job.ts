// Jobs: pods until enough have succeeded or too many failed. pkg/controller/job.

import { count, flag, items, type Json, type KubeObject, record, text, timestamp } from "../api/json.js";
import { type Controller, type ControllerContext, controller } from "./controller.js";
import type { EventWriter } from "./event-writer.js";
import { isActive, isReady } from "./owned-pods.js";
import { createPod, deletePod } from "./pod-writing.js";
import { keyOf } from "./queue.js";
import { writeStatus } from "./status.js";

const resource = "jobs.batch";
const firstRetryMs = 10_000;
const longestRetryMs = 360_000;

export function jobs(context: ControllerContext): Controller {
  return controller(context, {
    resource,
    component: "job-controller",
    reconcile(job, { events, queue }) {
      if (job.metadata.deletionTimestamp !== undefined || isFinished(job)) return;
      const after = step(context, events, job);
      if (after !== undefined) queue.add(keyOf(job), after);
    },
  });
}

export const isFinished = (job: KubeObject): boolean =>
  items(job, "status", "conditions").some(
    (one) => (one.type === "Complete" || one.type === "Failed") && one.status === "True",
  );

/** Returns in how many ms to look again. */
function step(context: ControllerContext, events: EventWriter, job: KubeObject): number | undefined {
  const now = context.clock.now();
  const pods = context.pods.of(job);
  const active = pods.filter(isActive);
  const phase = (name: string): KubeObject[] => pods.filter((pod) => text(pod, "status", "phase") === name);
  const succeeded = phase("Succeeded").length;
  const failed = phase("Failed").length + restarts(active);
  const started = text(job, "status", "startTime") || timestamp(now);
  const completions = count(job, "spec", "completions");
  const parallelism = count(job, "spec", "parallelism") ?? 1;
  const end = verdict(job, { failed, succeeded, now, started, active: active.length });
  if (end !== undefined) {
    for (const pod of active) deletePod(context, events, job, pod);
    const type = end.isGood ? "Normal" : "Warning";
    events.write(job, type, end.isGood ? "Completed" : end.reason, end.message);
    report(
      context,
      job,
      { active: [], succeeded, failed: phase("Failed").length + active.length * 0, started },
      end,
    );
    return undefined;
  }
  if (flag(job, "spec", "suspend")) {
    for (const pod of active) deletePod(context, events, job, pod);
    report(context, job, { active: [], succeeded, failed, started });
    return undefined;
  }
  const left = completions === undefined ? parallelism : Math.max(0, completions - succeeded);
  const missing = Math.min(parallelism, left) - active.length;
  const wait = missing > 0 ? retryWait(phase("Failed"), now) : 0;
  if (missing > 0 && wait <= 0) {
    for (let n = 0; n < missing; n++) {
      const pod = createPod(context, events, job, { template: record(job, "spec", "template") });
      if (pod !== undefined) active.push(pod);
    }
  }
  report(context, job, { active, succeeded, failed: phase("Failed").length, started });
  const deadline = count(job, "spec", "activeDeadlineSeconds");
  const untilDeadline = deadline === undefined ? undefined : Date.parse(started) + deadline * 1000 - now + 1;
  return wait > 0 ? wait : untilDeadline;
}

/** Containers that the kubelet restarts count as failures too. */
function restarts(pods: readonly KubeObject[]): number {
  return pods
    .filter((pod) => text(pod, "spec", "restartPolicy") === "OnFailure")
    .flatMap((pod) => items(pod, "status", "containerStatuses"))
    .reduce((sum, status) => sum + (count(status, "restartCount") ?? 0), 0);
}

function retryWait(failed: readonly KubeObject[], now: number): number {
  if (failed.length === 0) return 0;
  const last = Math.max(
    ...failed.flatMap((pod) =>
      items(pod, "status", "containerStatuses").map(
        (status) => Date.parse(text(status, "state", "terminated", "finishedAt")) || 0,
      ),
    ),
    0,
  );
  return last + Math.min(firstRetryMs * 2 ** (failed.length - 1), longestRetryMs) - now;
}

interface End {
  readonly isGood: boolean;
  readonly reason: string;
  readonly message: string;
}

function verdict(
  job: KubeObject,
  seen: { failed: number; succeeded: number; now: number; started: string; active: number },
): End | undefined {
  const completions = count(job, "spec", "completions");
  const enough =
    completions === undefined ? seen.succeeded > 0 && seen.active === 0 : seen.succeeded >= completions;
  if (enough) return { isGood: true, reason: "", message: "Job completed" };
  if (seen.failed > (count(job, "spec", "backoffLimit") ?? 6)) {
    const message = "Job has reached the specified backoff limit";
    return { isGood: false, reason: "BackoffLimitExceeded", message };
  }
  const deadline = count(job, "spec", "activeDeadlineSeconds");
  if (deadline !== undefined && seen.now - Date.parse(seen.started) >= deadline * 1000) {
    const message = "Job was active longer than specified deadline";
    return { isGood: false, reason: "DeadlineExceeded", message };
  }
  return undefined;
}

function report(
  context: ControllerContext,
  job: KubeObject,
  seen: { active: readonly KubeObject[]; succeeded: number; failed: number; started: string },
  end?: End,
): void {
  const now = timestamp(context.clock.now());
  const ready = seen.active.filter(isReady).length;
  const condition: Json | undefined =
    end === undefined
      ? undefined
      : {
          type: end.isGood ? "Complete" : "Failed",
          status: "True",
          lastProbeTime: now,
          lastTransitionTime: now,
          ...(end.isGood ? {} : { reason: end.reason, message: end.message }),
        };
  const conditions = [...items(job, "status", "conditions"), ...(condition === undefined ? [] : [condition])];
  writeStatus(context, resource, job, {
    startTime: seen.started,
    ...(seen.active.length === 0 ? {} : { active: seen.active.length }),
    ...(seen.succeeded === 0 ? {} : { succeeded: seen.succeeded }),
    ...(seen.failed === 0 ? {} : { failed: seen.failed }),
    ...(context.minor >= 24 ? { ready } : {}),
    ...(conditions.length === 0 ? {} : { conditions }),
    ...(end?.isGood === true ? { completionTime: now } : {}),
  });
}
