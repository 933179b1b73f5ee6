// ServiceAccount admission: on a pod's creation, and only then, its account's pull secrets are copied
// into a pod that lists none, and the account's token is mounted.

import type { Admission } from "../admission.js";
import { forbidden } from "../errors.js";
import { items, type Json, record, text } from "../json.js";
import { nameOf } from "../resources.js";

const TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";
const MIRROR = "kubernetes.io/config.mirror";

export const serviceAccounts: Admission = ({ verb, resource, object, store }) => {
  if (verb !== "create" || nameOf(resource) !== "pods") return;
  const { namespace, name, annotations = {} } = object.metadata;
  if (annotations[MIRROR] !== undefined) return;
  const spec = record(object, "spec");
  const account = text(spec, "serviceAccountName") || text(spec, "serviceAccount") || "default";
  spec.serviceAccountName = account;
  spec.serviceAccount = account;
  const found = store.find("serviceaccounts", namespace, account);
  if (found === undefined) {
    const why = `error looking up service account ${namespace}/${account}: serviceaccount "${account}" not found`;
    throw forbidden(resource, name, why);
  }
  if (items(spec, "imagePullSecrets").length === 0) {
    const names = items(found, "imagePullSecrets").map((secret) => ({ name: text(secret, "name") }));
    if (names.length > 0) spec.imagePullSecrets = names;
  }
  const wants = spec.automountServiceAccountToken ?? found.automountServiceAccountToken ?? true;
  if (wants === true) mountToken(spec, store.nameFrom("kube-api-access-"));
};

function mountToken(spec: Json, volume: string): void {
  const containers = [...items(spec, "initContainers"), ...items(spec, "containers")];
  const isMounted = (container: Json) =>
    items(container, "volumeMounts").some((mount) => text(mount, "mountPath") === TOKEN_PATH);
  const missing = containers.filter((container) => !isMounted(container));
  for (const container of missing) {
    const mounts = items(container, "volumeMounts");
    container.volumeMounts = [...mounts, { name: volume, readOnly: true, mountPath: TOKEN_PATH }];
  }
  if (missing.length === 0) return;
  const sources = [
    { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
    { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
    {
      downwardAPI: {
        items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
      },
    },
  ];
  spec.volumes = [...items(spec, "volumes"), { name: volume, projected: { sources, defaultMode: 420 } }];
}
