// What every controller is: a part that watches, keeps its own queue, and can be stopped.

import type { KubeObject, OwnerReference } from "../api/json.js";
import type { Store } from "../api/store.js";
import type { Clock } from "../clock.js";
import { EventWriter } from "./event-writer.js";
import type { OwnedPods } from "./owned-pods.js";
import { keyOf, Queue, splitKey } from "./queue.js";

export interface ControllerContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly random: () => number;
  readonly minor: number;
  readonly pods: OwnedPods;
}

export interface Controller {
  stop(): void;
}

/**
 * Calls `reconcile` with the newest form of an object of `resource` after each change of it, of a pod of
 * its own, and of what `queue.add` names.
 */
export function controller(
  context: ControllerContext,
  options: {
    readonly resource: string;
    readonly component: string;
    /** Told of each change of these, and may put keys into the queue. */
    readonly also?: readonly {
      readonly resource: string;
      readonly on: (object: KubeObject, queue: Queue) => void;
    }[];
    reconcile(object: KubeObject, tools: { readonly events: EventWriter; readonly queue: Queue }): void;
  },
): Controller {
  const { store, clock, pods } = context;
  const events = new EventWriter(store, options.component, context.random);
  const queue: Queue = new Queue(clock, (key) => {
    const [namespace, name] = splitKey(key);
    const object = store.find(options.resource, namespace, name);
    if (object !== undefined) options.reconcile(object, { events, queue });
  });
  const stops = [
    store.watch(options.resource, {}, ({ type, object }) => {
      if (type !== "DELETED") queue.add(keyOf(object));
    }),
    ...(options.also ?? []).map(({ resource, on }) =>
      store.watch(resource, {}, ({ object }) => on(object, queue)),
    ),
    pods.onChange((owner, namespace) => {
      if (resourceOfOwner(owner) === options.resource) queue.add(`${namespace}/${owner.name}`);
    }),
  ];
  return {
    stop() {
      queue.stop();
      for (const stop of stops) stop();
    },
  };
}

const resources: Readonly<Record<string, string>> = {
  ReplicaSet: "replicasets.apps",
  StatefulSet: "statefulsets.apps",
  DaemonSet: "daemonsets.apps",
  Deployment: "deployments.apps",
  Job: "jobs.batch",
  CronJob: "cronjobs.batch",
};

const resourceOfOwner = (owner: OwnerReference): string => resources[owner.kind] ?? "";

export const controllerOf = (object: KubeObject): OwnerReference | undefined =>
  object.metadata.ownerReferences?.find((owner) => owner.controller === true);

export const ownerReference = (owner: KubeObject): OwnerReference => ({
  apiVersion: owner.apiVersion,
  kind: owner.kind,
  name: owner.metadata.name,
  uid: owner.metadata.uid,
  controller: true,
  blockOwnerDeletion: true,
});
