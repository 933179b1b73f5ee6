// An Event of either API group: core/v1 and events.k8s.io/v1 are two views of the same store
// with other names for the same fields.

import type { KubeEvent } from "../model/objects.js";
import { date, type Json, number, present, record, text } from "./objects-fields.js";

export function readEvent(object: Json): KubeEvent {
  const metadata = record(object.metadata);
  const about = record(object.involvedObject ?? object.regarding);
  const source = record(object.source ?? object.deprecatedSource);
  const series = record(object.series);
  const namespace = text(metadata.namespace) ?? text(about.namespace) ?? "default";
  const reporter =
    text(source.component) ?? text(object.reportingComponent) ?? text(object.reportingController) ?? "";
  const instance = reporter === "kubelet" ? text(object.reportingInstance) : undefined;
  const eventTime = date(object.eventTime);
  const firstAt =
    date(object.firstTimestamp) ??
    date(object.deprecatedFirstTimestamp) ??
    eventTime ??
    date(metadata.creationTimestamp);
  const lastAt =
    date(series.lastObservedTime) ??
    date(object.lastTimestamp) ??
    date(object.deprecatedLastTimestamp) ??
    eventTime ??
    firstAt;
  return {
    kind: "Event",
    namespace,
    type: text(object.type) ?? "",
    reason: text(object.reason) ?? "",
    message: text(object.message) ?? text(object.note) ?? "",
    about: {
      kind: text(about.kind) ?? "",
      namespace: text(about.namespace) ?? namespace,
      name: text(about.name) ?? "",
      uid: text(about.uid) ?? "",
      ...present({ fieldPath: text(about.fieldPath) }),
    },
    count: positive(series.count) ?? positive(object.count) ?? positive(object.deprecatedCount) ?? 1,
    reporter,
    ...present({ firstAt, lastAt, node: text(source.host) ?? instance }),
  };
}

function positive(value: unknown): number | undefined {
  const count = number(value);
  return count !== undefined && count > 0 ? count : undefined;
}
