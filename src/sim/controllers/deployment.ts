// Deployments: a ReplicaSet for each template, old ones replaced step by step. pkg/controller/deployment.

import { isDeepStrictEqual } from "node:util";
import { copy, count, flag, type Json, type KubeObject, record, stringMap, text } from "../api/json.js";
import {
  type Controller,
  type ControllerContext,
  controller,
  controllerOf,
  ownerReference,
} from "./controller.js";
import { reportDeployment } from "./deployment-status.js";
import type { EventWriter } from "./event-writer.js";
import { resolved, templateHash } from "./hash.js";
import { keyOf } from "./queue.js";

const sets = "replicasets.apps";
const revisionKey = "deployment.kubernetes.io/revision";
const goneAgainMs = 500;
const hashLabel = "pod-template-hash";

export function deployments(context: ControllerContext): Controller {
  return controller(context, {
    resource: "deployments.apps",
    component: "deployment-controller",
    also: [
      {
        resource: sets,
        on: (set, queue) => {
          const owner = controllerOf(set);
          if (owner?.kind === "Deployment") queue.add(`${set.metadata.namespace}/${owner.name}`);
        },
      },
    ],
    reconcile(deployment, { events, queue }) {
      if (deployment.metadata.deletionTimestamp !== undefined) return;
      const owned = setsOf(context, deployment);
      const isPaused = flag(deployment, "spec", "paused");
      const current = owned.find((set) => sameTemplate(deployment, set));
      const made = current ?? (isPaused ? undefined : createSet(context, events, deployment, owned));
      const state: Rollout = {
        context,
        events,
        deployment,
        current: made,
        old: owned.filter((set) => set.metadata.uid !== made?.metadata.uid),
      };
      if (made !== undefined) keepRevision(state);
      if (!isPaused) {
        if (isRolling(deployment)) roll(state);
        else if (!recreate(state)) queue.add(keyOf(deployment), goneAgainMs);
        cleanUp(state);
      }
      const after = reportDeployment(context, deployment, setsOf(context, deployment), made);
      if (after !== undefined) queue.add(keyOf(deployment), after);
    },
  });
}

export interface Rollout {
  readonly context: ControllerContext;
  readonly events: EventWriter;
  readonly deployment: KubeObject;
  readonly current: KubeObject | undefined;
  readonly old: readonly KubeObject[];
}

function setsOf({ store }: ControllerContext, deployment: KubeObject): KubeObject[] {
  return store
    .list(sets, { namespace: deployment.metadata.namespace ?? "" })
    .filter((set) => controllerOf(set)?.uid === deployment.metadata.uid);
}

const wanted = (set: KubeObject | undefined): number => count(set, "spec", "replicas") ?? 0;

function sameTemplate(deployment: KubeObject, set: KubeObject): boolean {
  const template = copy(record(set, "spec", "template"));
  const labels = record(template, "metadata", "labels");
  delete labels[hashLabel];
  return isDeepStrictEqual(template, record(deployment, "spec", "template"));
}

const revisionOf = (set: KubeObject): number => Number(set.metadata.annotations?.[revisionKey] ?? 0);

function createSet(
  context: ControllerContext,
  events: EventWriter,
  deployment: KubeObject,
  owned: readonly KubeObject[],
): KubeObject {
  const template = copy(record(deployment, "spec", "template"));
  const hash = templateHash(template);
  const labels = { ...stringMap(template, "metadata", "labels"), [hashLabel]: hash };
  const selector = copy(record(deployment, "spec", "selector"));
  const replicas = isRolling(deployment) ? firstStep(deployment, owned) : 0;
  const set = context.store.create(sets, {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: {
      name: `${deployment.metadata.name}-${hash}`,
      namespace: deployment.metadata.namespace,
      labels,
      annotations: annotationsFor(deployment, Math.max(0, ...owned.map(revisionOf)) + 1),
      ownerReferences: [ownerReference(deployment)],
    },
    spec: {
      replicas,
      ...(deployment.spec !== undefined && count(deployment, "spec", "minReadySeconds") !== undefined
        ? { minReadySeconds: count(deployment, "spec", "minReadySeconds") }
        : {}),
      selector: { ...selector, matchLabels: { ...stringMap(selector, "matchLabels"), [hashLabel]: hash } },
      template: { ...template, metadata: { ...record(template, "metadata"), labels } },
    },
  });
  if (replicas > 0) sayScaled(context, events, deployment, set, 0, replicas, true);
  return set;
}

const isRolling = (deployment: KubeObject): boolean =>
  text(deployment, "spec", "strategy", "type") !== "Recreate";

function limits(deployment: KubeObject): { replicas: number; surge: number; unavailable: number } {
  const replicas = count(deployment, "spec", "replicas") ?? 1;
  const rolling = record(deployment, "spec", "strategy", "rollingUpdate");
  const surge = resolved(rolling.maxSurge ?? "25%", replicas, true);
  const unavailable = resolved(rolling.maxUnavailable ?? "25%", replicas, false);
  return { replicas, surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

/** How many pods a new set may have now. */
function firstStep(deployment: KubeObject, others: readonly KubeObject[], own = 0): number {
  const { replicas, surge } = limits(deployment);
  const total = own + others.reduce((sum, set) => sum + wanted(set), 0);
  const room = replicas + surge - total;
  return room <= 0 ? own : Math.min(replicas, own + room);
}

function annotationsFor(deployment: KubeObject, revision: number): Record<string, string> {
  const { replicas, surge } = limits(deployment);
  const kept = { ...deployment.metadata.annotations };
  delete kept["kubectl.kubernetes.io/last-applied-configuration"];
  return {
    ...kept,
    "deployment.kubernetes.io/desired-replicas": String(replicas),
    "deployment.kubernetes.io/max-replicas": String(replicas + surge),
    [revisionKey]: String(revision),
  };
}

/** The newest template has the highest revision, also when it was there before (a rollback). */
function keepRevision({ context, deployment, current, old }: Rollout): void {
  if (current === undefined) return;
  const highest = Math.max(0, ...old.map(revisionOf));
  const own = revisionOf(current);
  const revision = own > highest ? own : highest + 1;
  const { store } = context;
  store.patch(sets, current.metadata.namespace, current.metadata.name, (draft) => {
    draft.metadata.annotations = { ...draft.metadata.annotations, ...annotationsFor(deployment, revision) };
  });
  if (deployment.metadata.annotations?.[revisionKey] === String(revision)) return;
  store.patch("deployments.apps", deployment.metadata.namespace, deployment.metadata.name, (draft) => {
    draft.metadata.annotations = { ...draft.metadata.annotations, [revisionKey]: String(revision) };
  });
}

function roll(state: Rollout): void {
  const { context, deployment, current, old } = state;
  const { replicas, unavailable } = limits(deployment);
  const own = wanted(current);
  if (current !== undefined && own !== replicas) {
    const next = own > replicas ? replicas : firstStep(deployment, old, own);
    if (next !== own) {
      scale(state, current, next);
      return;
    }
  }
  const total = own + old.reduce((sum, set) => sum + wanted(set), 0);
  const isCurrentAvailable = count(current, "status", "availableReplicas") ?? 0;
  let room = total - (replicas - unavailable) - (own - isCurrentAvailable);
  if (room <= 0) return;
  // First those that do not run anyway.
  for (const set of old) {
    const broken = Math.min(room, wanted(set) - (count(set, "status", "availableReplicas") ?? 0));
    if (broken <= 0) continue;
    room -= broken;
    scale(state, set, wanted(set) - broken);
  }
  const available = [...old, ...(current === undefined ? [] : [current])].reduce(
    (sum, set) => sum + (count(set, "status", "availableReplicas") ?? 0),
    0,
  );
  let spare = available - (replicas - unavailable);
  for (const set of old) {
    if (spare <= 0) return;
    const now = wanted(context.store.find(sets, set.metadata.namespace, set.metadata.name));
    const less = Math.min(spare, now);
    if (less <= 0) continue;
    spare -= less;
    scale(state, set, now - less);
  }
}

/** False while old pods are still going. */
function recreate(state: Rollout): boolean {
  const { context, deployment, current, old } = state;
  for (const set of old) if (wanted(set) > 0) scale(state, set, 0);
  const isOver = old.every((set) => wanted(set) === 0 && context.pods.of(set).length === 0);
  const replicas = count(deployment, "spec", "replicas") ?? 1;
  if (isOver && current !== undefined && wanted(current) !== replicas) scale(state, current, replicas);
  return isOver;
}

function scale({ context, events, deployment }: Rollout, set: KubeObject, to: number): void {
  const from = wanted(context.store.find(sets, set.metadata.namespace, set.metadata.name));
  if (from === to) return;
  const change = (draft: Json): void => {
    record(draft, "spec").replicas = to;
  };
  context.store.patch(sets, set.metadata.namespace, set.metadata.name, change);
  sayScaled(context, events, deployment, set, from, to, false);
}

function sayScaled(
  context: ControllerContext,
  events: EventWriter,
  deployment: KubeObject,
  set: KubeObject,
  from: number,
  to: number,
  isNew: boolean,
): void {
  const way = to > from ? "up" : "down";
  const head = `Scaled ${way} replica set ${set.metadata.name}`;
  const plain = `${head} to ${to}`;
  const message =
    context.minor >= 32
      ? `${head} from ${from} to ${to}`
      : context.minor >= 25 && !isNew
        ? `${plain} from ${from}`
        : plain;
  events.write(deployment, "Normal", "ScalingReplicaSet", message);
}

function cleanUp({ context, deployment, old }: Rollout): void {
  const keep = count(deployment, "spec", "revisionHistoryLimit") ?? 10;
  const empty = old
    .filter((set) => wanted(set) === 0 && (count(set, "status", "replicas") ?? 0) === 0)
    .sort((a, b) => revisionOf(a) - revisionOf(b));
  for (const set of empty.slice(0, Math.max(0, empty.length - keep))) {
    context.store.delete(sets, set.metadata.namespace, set.metadata.name);
  }
}
