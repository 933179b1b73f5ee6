// A pod of which little more than the name is known: an event, a table or a message speaks of it.

import type { Pod } from "./objects.js";

/** `notShown` says that nothing follows from what is empty here. */
export function podKnownBy(
  named: Pick<Pod, "namespace" | "name" | "uid">,
  node?: string,
  notShown: Pod["notShown"] = ["pullSecrets", "serviceAccount", "waitingMessage", "times"],
): Pod {
  return {
    kind: "Pod",
    namespace: named.namespace,
    name: named.name,
    uid: named.uid,
    serviceAccount: "default",
    pullSecrets: [],
    containers: [],
    imageVolumes: [],
    phase: "Unknown",
    conditions: [],
    owners: [],
    labels: {},
    nodeSelector: {},
    managedBy: [],
    ...(notShown === undefined ? {} : { notShown }),
    ...(node === undefined ? {} : { node }),
  };
}
