// Namespaces: each gets its default ServiceAccount and the cluster's CA; one that goes is emptied first.

import type { KubeObject } from "../api/json.js";
import { nameOf, RESOURCES } from "../api/resources.js";
import { type Controller, type ControllerContext, controller } from "./controller.js";

const namespaced = RESOURCES.filter((resource) => resource.isNamespaced && !resource.isReview).map(nameOf);
const emptyAgainMs = 1000;

export function namespaces(context: ControllerContext): Controller {
  const { store } = context;
  // A pod that is created right after its namespace finds the account there.
  const stopFill = store.watch("namespaces", {}, ({ type, object }) => {
    if (type !== "DELETED" && object.metadata.deletionTimestamp === undefined) fill(context, object);
  });
  const inner = controller(context, {
    resource: "namespaces",
    component: "namespace-controller",
    also: [
      {
        resource: "serviceaccounts",
        on: (account, queue) => queue.add(`/${account.metadata.namespace ?? ""}`),
      },
    ],
    reconcile(namespace, { queue }) {
      if (namespace.metadata.deletionTimestamp === undefined) {
        fill(context, namespace);
        return;
      }
      if (empty(context, namespace)) {
        store.patch("namespaces", undefined, namespace.metadata.name, (draft) => {
          draft.spec = { ...(draft.spec as object), finalizers: [] };
        });
      } else queue.add(`/${namespace.metadata.name}`, emptyAgainMs);
    },
  });
  return {
    stop() {
      stopFill();
      inner.stop();
    },
  };
}

function fill({ store }: ControllerContext, namespace: KubeObject): void {
  const { name } = namespace.metadata;
  const now = store.find("namespaces", undefined, name);
  if (now === undefined || now.metadata.deletionTimestamp !== undefined) return;
  if (store.find("serviceaccounts", name, "default") === undefined) {
    store.create("serviceaccounts", {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: { name: "default", namespace: name },
    });
  }
  if (store.find("configmaps", name, "kube-root-ca.crt") === undefined) {
    store.create("configmaps", {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        name: "kube-root-ca.crt",
        namespace: name,
        annotations: {
          "kubernetes.io/description":
            "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
        },
      },
      data: { "ca.crt": "" },
    });
  }
}

/** True when nothing is left in it. */
function empty({ store }: ControllerContext, namespace: KubeObject): boolean {
  let left = 0;
  for (const resource of namespaced) {
    for (const object of store.list(resource, { namespace: namespace.metadata.name })) {
      if (object.metadata.deletionTimestamp === undefined) {
        store.delete(resource, namespace.metadata.name, object.metadata.name);
      }
      if (store.find(resource, namespace.metadata.name, object.metadata.name) !== undefined) left += 1;
    }
  }
  return left === 0;
}
