// Where single objects live in the API: from a kind to its path.

/** An object by its name; `namespace` absent for what belongs to none. */
export interface ObjectRef {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

interface Kind {
  readonly apiVersion: string;
  readonly plural: string;
}

const kinds: Readonly<Record<string, Kind>> = {
  Pod: { apiVersion: "v1", plural: "pods" },
  Secret: { apiVersion: "v1", plural: "secrets" },
  ServiceAccount: { apiVersion: "v1", plural: "serviceaccounts" },
  Event: { apiVersion: "v1", plural: "events" },
  ReplicationController: { apiVersion: "v1", plural: "replicationcontrollers" },
  Deployment: { apiVersion: "apps/v1", plural: "deployments" },
  ReplicaSet: { apiVersion: "apps/v1", plural: "replicasets" },
  StatefulSet: { apiVersion: "apps/v1", plural: "statefulsets" },
  DaemonSet: { apiVersion: "apps/v1", plural: "daemonsets" },
  ControllerRevision: { apiVersion: "apps/v1", plural: "controllerrevisions" },
  Job: { apiVersion: "batch/v1", plural: "jobs" },
  CronJob: { apiVersion: "batch/v1", plural: "cronjobs" },
  PodDisruptionBudget: { apiVersion: "policy/v1", plural: "poddisruptionbudgets" },
};

/** The reference of an object of a kind that is known here; undefined for others, such as custom resources. */
export function refOf(kind: string, namespace: string, name: string): ObjectRef | undefined {
  const known = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  return known === undefined ? undefined : { apiVersion: known.apiVersion, kind, namespace, name };
}

/** `{ group: "apps", resource: "deployments" }`, as access reviews and roles name it. */
export function resourceOf(kind: string): { readonly group: string; readonly resource: string } {
  const { apiVersion, plural } = known(kind);
  const slash = apiVersion.indexOf("/");
  return { group: slash === -1 ? "" : apiVersion.slice(0, slash), resource: plural };
}

/** `/apis/apps/v1/namespaces/shop/deployments`, for lists and creation. */
export function collectionPath(kind: string, namespace: string | undefined): string {
  const { apiVersion, plural } = known(kind);
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return namespace === undefined
    ? `${root}/${plural}`
    : `${root}/namespaces/${encodeURIComponent(namespace)}/${plural}`;
}

export const objectPath = ({ kind, namespace, name }: ObjectRef): string =>
  `${collectionPath(kind, namespace)}/${encodeURIComponent(name)}`;

function known(kind: string): Kind {
  const found = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  if (found === undefined) throw new Error(`no path is known for kind ${kind}`);
  return found;
}
