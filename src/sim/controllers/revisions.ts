// ControllerRevisions: the templates that StatefulSets and DaemonSets have had. pkg/controller/history.

import { isDeepStrictEqual } from "node:util";
import { copy, count, type Json, type KubeObject, record, stringMap } from "../api/json.js";
import { type ControllerContext, controllerOf, ownerReference } from "./controller.js";
import { templateHash } from "./hash.js";

const resource = "controllerrevisions.apps";

export interface Revision {
  readonly name: string;
  /** The hash alone: what pods carry in their label. */
  readonly hash: string;
  readonly number: number;
  readonly template: Json;
}

/** All revisions of an owner, oldest first; the last one is that of its template now. */
export function keepRevisions(context: ControllerContext, owner: KubeObject): readonly Revision[] {
  const { store } = context;
  const template = copy(record(owner, "spec", "template"));
  const all = store
    .list(resource, { namespace: owner.metadata.namespace ?? "" })
    .filter((one) => controllerOf(one)?.uid === owner.metadata.uid)
    .sort((a, b) => numberOf(a) - numberOf(b));
  const last = all.at(-1);
  const same = all.find((one) =>
    isDeepStrictEqual(record(one, "data", "spec", "template"), withPatch(template)),
  );
  if (same === undefined) {
    const hash = templateHash(template);
    store.create(resource, {
      apiVersion: "apps/v1",
      kind: "ControllerRevision",
      metadata: {
        name: `${owner.metadata.name}-${hash}`,
        namespace: owner.metadata.namespace,
        labels: { ...stringMap(template, "metadata", "labels"), "controller-revision-hash": hash },
        ownerReferences: [ownerReference(owner)],
      },
      data: { spec: { template: withPatch(template) } },
      revision: last === undefined ? 1 : numberOf(last) + 1,
    });
  } else if (same !== last && last !== undefined) {
    // Back to an older template: it becomes the newest revision.
    const number = numberOf(last) + 1;
    store.patch(resource, same.metadata.namespace, same.metadata.name, (draft) => {
      draft.revision = number;
    });
  }
  const limit = count(owner, "spec", "revisionHistoryLimit") ?? 10;
  const now = store
    .list(resource, { namespace: owner.metadata.namespace ?? "" })
    .filter((one) => controllerOf(one)?.uid === owner.metadata.uid)
    .sort((a, b) => numberOf(a) - numberOf(b));
  const used = new Set(
    context.pods.of(owner).map((pod) => pod.metadata.labels?.["controller-revision-hash"]),
  );
  const spare = now.slice(0, -1).filter((one) => !used.has(hashOf(one)) && !used.has(one.metadata.name));
  for (const old of spare.slice(0, Math.max(0, spare.length - limit))) {
    store.delete(resource, old.metadata.namespace, old.metadata.name);
  }
  return now.map((one) => ({
    name: one.metadata.name,
    hash: hashOf(one),
    number: numberOf(one),
    template: withoutPatch(record(one, "data", "spec", "template")),
  }));
}

const numberOf = (revision: KubeObject): number => count(revision, "revision") ?? 0;

const hashOf = (revision: KubeObject): string => revision.metadata.labels?.["controller-revision-hash"] ?? "";

/** As the real ones are kept: a strategic merge patch that replaces the template. */
function withPatch(template: Json): Json {
  return { ...template, $patch: "replace" };
}

function withoutPatch(template: Json): Json {
  const { $patch: _, ...rest } = template;
  return copy(rest);
}
