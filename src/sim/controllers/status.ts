// Writing a status with its conditions, only when something is different.

import { items, type Json, type KubeObject, timestamp } from "../api/json.js";
import type { ControllerContext } from "./controller.js";

export function writeStatus(
  context: ControllerContext,
  resource: string,
  object: KubeObject,
  status: Json,
): void {
  const { namespace, name } = object.metadata;
  if (context.store.find(resource, namespace, name)?.metadata.uid !== object.metadata.uid) return;
  const change = (draft: Json): void => {
    draft.status = status;
  };
  context.store.patch(resource, namespace, name, change, { part: "status" });
}

export interface Condition {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
}

/** Conditions with one set; times move as the real controllers move them. */
export function withCondition(old: readonly Json[], next: Condition, now: number): Json[] {
  const known = old.find((one) => one.type === next.type);
  if (known?.status === next.status && known.reason === next.reason && known.message === next.message) {
    return [...old];
  }
  const at = timestamp(now);
  const made: Json = {
    type: next.type,
    status: next.status,
    lastUpdateTime: at,
    lastTransitionTime: known?.status === next.status ? known.lastTransitionTime : at,
    reason: next.reason,
    message: next.message,
  };
  return [...old.filter((one) => one.type !== next.type), made];
}

export const conditionOf = (object: KubeObject, type: string): Json | undefined =>
  items(object, "status", "conditions").find((one) => one.type === type);
