// What a fix may read while it plans: each object once, from the API server, and logins from this machine.

import type { WritingApi } from "../cluster/api.js";
import { type Json, records } from "../cluster/objects-fields.js";
import { orRefusal, readOne } from "../cluster/paging.js";
import { collectionPath, type ObjectRef, objectPath } from "../cluster/resources.js";
import type { PlanWorld } from "../fixes/define.js";
import { ToolError } from "../model/errors.js";

/** A world for one computation; what was read stays as it was, so that all changes come from one state. */
export function planWorld(
  { api }: WritingApi,
  choice: { readonly now: Date; readonly credential: PlanWorld["credential"] },
): PlanWorld {
  const objects = new Map<string, Promise<Json | undefined>>();
  const once = (path: string, read: () => Promise<Json | undefined>): Promise<Json | undefined> => {
    const known = objects.get(path) ?? read();
    objects.set(path, known);
    return known;
  };
  return {
    ...choice,
    read: (ref) => once(objectPath(ref), () => readObject(ref)),
    async list(kind, namespace) {
      const answer = await orRefusal(readOne(api, collectionPath(kind, namespace)));
      if (!answer.ok) throw cannotRead(`the ${kind}s of ${namespace}`, answer.why);
      return records((answer.value as Json).items);
    },
  };

  async function readObject(ref: ObjectRef): Promise<Json | undefined> {
    const answer = await orRefusal(readOne(api, objectPath(ref)));
    if (answer.ok) return answer.value as Json;
    if (answer.status === 404) return undefined;
    throw cannotRead(shown(ref), answer.why);
  }
}

/** `Deployment shop/checkout`. */
export const shown = ({ kind, namespace, name }: ObjectRef): string =>
  `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;

const cannotRead = (what: string, why: string): ToolError =>
  new ToolError("fix-cannot-read", {
    what: `${what} cannot be read`,
    why,
    do: "get the rights: pulldoctor check --print-rbac fix | kubectl apply -f -",
  });
