// What the parts of gathering share: a list read into objects, and the record of what was refused.

import type { KubeObject } from "../model/objects.js";
import type { Unread } from "../model/snapshot.js";
import type { Api } from "./api.js";
import { readObject } from "./objects.js";
import { record } from "./objects-fields.js";
import { type ListAnswer, type ListRequest, orRefusal, type Refusal, readOne, readPages } from "./paging.js";
import { parseItem } from "./scan.js";

/** `/api/v1` or `/apis/apps/v1`, for one namespace or for all. */
export function placeOf(group: string, resource: string, namespace: string | undefined): string {
  return namespace === undefined ? `${group}/${resource}` : `${group}/namespaces/${namespace}/${resource}`;
}

type Kind = KubeObject["kind"];
type ObjectOf<K extends Kind> = Extract<KubeObject, { kind: K }>;

/** The objects of a list; with a refusal those that came before it. Items name no kind themselves. */
export async function readKind<K extends Kind>(
  api: Api,
  kind: K,
  request: Omit<ListRequest, "item" | "restart"> & { readonly filter?: (bytes: Buffer) => boolean },
): Promise<{ readonly objects: readonly ObjectOf<K>[]; readonly answer: ListAnswer }> {
  const objects: ObjectOf<K>[] = [];
  const { filter, ...list } = request;
  const answer = await orRefusal(
    readPages(api, {
      ...list,
      restart: () => void objects.splice(0),
      item: (bytes) => {
        if (filter?.(bytes) === false) return;
        const object = ofKind(kind, parseItem(bytes));
        if (object !== undefined) objects.push(object);
      },
    }),
  );
  return { objects, answer };
}

/** One object by its path. */
export async function readNamed<K extends Kind>(
  api: Api,
  kind: K,
  path: string,
): Promise<{ readonly ok: true; readonly object: ObjectOf<K> } | Refusal> {
  const answer = await orRefusal(readOne(api, path));
  if (!answer.ok) return answer;
  const object = ofKind(kind, answer.value);
  return object === undefined
    ? { ok: false, status: 0, why: `${path} holds no ${kind}` }
    : { ok: true, object };
}

function ofKind<K extends Kind>(kind: K, value: unknown): ObjectOf<K> | undefined {
  const { apiVersion: _, ...rest } = record(value);
  const object = readObject({ ...rest, kind });
  return object !== undefined && isKind(object, kind) ? object : undefined;
}

const isKind = <K extends Kind>(object: KubeObject, kind: K): object is ObjectOf<K> => object.kind === kind;

/** Told one by one up to here, then as a number. */
const toldNamespaces = 3;

/** Collects refusals; refusals of one kind in many namespaces become one line. */
export class UnreadList {
  readonly #entries: Unread[] = [];

  add(
    what: Unread["what"],
    why: string,
    at: { readonly namespace?: string | undefined; readonly isMinor: boolean },
  ): void {
    const { namespace, isMinor } = at;
    this.#entries.push({ what, why, isMinor, ...(namespace === undefined ? {} : { namespace }) });
  }

  get entries(): readonly Unread[] {
    const told = new Map<string, Unread[]>();
    for (const entry of this.#entries) {
      const kind = `${entry.what} ${entry.isMinor}`;
      const known = told.get(kind) ?? [];
      const isKnown = known.some(({ namespace, why }) => namespace === entry.namespace && why === entry.why);
      told.set(kind, isKnown ? known : [...known, entry]);
    }
    return [...told.values()].flatMap(shortened);
  }
}

function shortened(entries: readonly Unread[]): readonly Unread[] {
  const [first] = entries;
  const namespaces = new Set(entries.flatMap(({ namespace }) => namespace ?? []));
  if (namespaces.size <= toldNamespaces || first === undefined) return entries;
  const others = namespaces.size - 1;
  return [{ ...first, why: `${first.why} (and so in ${others} other namespaces)` }];
}
