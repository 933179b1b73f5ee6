// CronJobs: a Job at each time that the schedule names. pkg/controller/cronjob.

import {
  copy,
  count,
  flag,
  items,
  type Json,
  type KubeObject,
  record,
  stringMap,
  text,
  timestamp,
} from "../api/json.js";
import {
  type Controller,
  type ControllerContext,
  controller,
  controllerOf,
  ownerReference,
} from "./controller.js";
import type { EventWriter } from "./event-writer.js";
import { isFinished } from "./job.js";
import { keyOf } from "./queue.js";
import { parseSchedule } from "./schedule.js";
import { writeStatus } from "./status.js";

const resource = "cronjobs.batch";
/** The middle of what a poll every ten seconds adds. */
const oldPollMs = 5000;

export function cronJobs(context: ControllerContext): Controller {
  return controller(context, {
    resource,
    component: "cronjob-controller",
    also: [
      {
        resource: "jobs.batch",
        on: (job, queue) => {
          const owner = controllerOf(job);
          if (owner?.kind === "CronJob") queue.add(`${job.metadata.namespace}/${owner.name}`);
        },
      },
    ],
    reconcile(cron, { events, queue }) {
      if (cron.metadata.deletionTimestamp !== undefined) return;
      const schedule = parseSchedule(text(cron, "spec", "schedule"));
      if (schedule === undefined) {
        events.write(
          cron,
          "Warning",
          "UnparseableSchedule",
          `unparseable schedule: ${JSON.stringify(text(cron, "spec", "schedule"))}`,
        );
        return;
      }
      const now = context.clock.now();
      const last = text(cron, "status", "lastScheduleTime") || cron.metadata.creationTimestamp;
      let lastRun = Date.parse(last);
      const due = schedule.next(lastRun);
      let active = jobsOf(context, cron).filter((job) => !isFinished(job));
      if (due !== undefined && due <= now && !flag(cron, "spec", "suspend")) {
        const ran = runNow(context, events, cron, active, lastDue(schedule, due, now));
        if (ran !== undefined) {
          lastRun = ran;
          active = jobsOf(context, cron).filter((job) => !isFinished(job));
        }
      }
      tidy(context, cron);
      report(context, cron, active, lastRun);
      const next = schedule.next(now);
      // Before 1.21 all CronJobs were looked at every ten seconds, and not in between.
      if (next !== undefined) queue.add(keyOf(cron), next - now + (context.minor < 21 ? oldPollMs : 20));
    },
  });
}

function lastDue(schedule: { next(ms: number): number | undefined }, first: number, now: number): number {
  let due = first;
  for (let n = 0; n < 100; n++) {
    const later = schedule.next(due);
    if (later === undefined || later > now) break;
    due = later;
  }
  return due;
}

function jobsOf({ store }: ControllerContext, cron: KubeObject): KubeObject[] {
  return store
    .list("jobs.batch", { namespace: cron.metadata.namespace ?? "" })
    .filter((job) => controllerOf(job)?.uid === cron.metadata.uid);
}

/** The time that counts as run; undefined: skipped. */
function runNow(
  context: ControllerContext,
  events: EventWriter,
  cron: KubeObject,
  active: readonly KubeObject[],
  due: number,
): number | undefined {
  const { store } = context;
  const policy = text(cron, "spec", "concurrencyPolicy");
  if (policy === "Forbid" && active.length > 0) {
    events.write(
      cron,
      "Normal",
      "JobAlreadyActive",
      "Not starting job because prior execution is running and concurrency policy is Forbid",
    );
    return undefined;
  }
  if (policy === "Replace") {
    for (const job of active) {
      store.delete("jobs.batch", job.metadata.namespace, job.metadata.name);
      events.write(cron, "Normal", "SuccessfulDelete", `Deleted job ${job.metadata.name}`);
    }
  }
  const template = record(cron, "spec", "jobTemplate");
  const name = `${cron.metadata.name}-${Math.floor(due / 60_000)}`;
  if (store.find("jobs.batch", cron.metadata.namespace, name) !== undefined) return due;
  store.create("jobs.batch", {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name,
      namespace: cron.metadata.namespace,
      labels: stringMap(template, "metadata", "labels"),
      annotations: {
        ...stringMap(template, "metadata", "annotations"),
        "batch.kubernetes.io/cronjob-scheduled-timestamp": timestamp(due),
      },
      ownerReferences: [ownerReference(cron)],
    },
    spec: copy(record(template, "spec")),
  });
  events.write(cron, "Normal", "SuccessfulCreate", `Created job ${name}`);
  return due;
}

function tidy(context: ControllerContext, cron: KubeObject): void {
  const ended = jobsOf(context, cron).filter(isFinished);
  const isGood = (job: KubeObject): boolean =>
    items(job, "status", "conditions").some((one) => one.type === "Complete");
  const limits: readonly (readonly [KubeObject[], number])[] = [
    [ended.filter(isGood), count(cron, "spec", "successfulJobsHistoryLimit") ?? 3],
    [ended.filter((job) => !isGood(job)), count(cron, "spec", "failedJobsHistoryLimit") ?? 1],
  ];
  for (const [list, keep] of limits) {
    const old = [...list].sort((a, b) =>
      a.metadata.creationTimestamp.localeCompare(b.metadata.creationTimestamp),
    );
    for (const job of old.slice(0, Math.max(0, old.length - keep))) {
      context.store.delete("jobs.batch", job.metadata.namespace, job.metadata.name);
    }
  }
}

function report(
  context: ControllerContext,
  cron: KubeObject,
  active: readonly KubeObject[],
  lastRun: number,
): void {
  const hasRun = lastRun > Date.parse(cron.metadata.creationTimestamp);
  const before = record(cron, "status");
  const status: Json = { ...before };
  delete status.active;
  if (active.length > 0) {
    status.active = active.map((job) => ({
      kind: "Job",
      namespace: job.metadata.namespace,
      name: job.metadata.name,
      uid: job.metadata.uid,
      apiVersion: "batch/v1",
      resourceVersion: job.metadata.resourceVersion,
    }));
  }
  if (hasRun) status.lastScheduleTime = timestamp(lastRun);
  writeStatus(context, resource, cron, status);
}
