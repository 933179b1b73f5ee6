// Which credentials does this kubelet try for a pod's image, and in which order? Secrets come from
// the store at every sync; the matching is the proven keyring of `model`.

import { decodePullSecret } from "../../model/docker-config.js";
import { matchCredentials } from "../../model/keyring.js";
import type { PullSecret } from "../../model/objects.js";
import { items, type KubeObject, stringMap, text } from "../api/json.js";
import type { Store } from "../api/store.js";
import type { NodeConfig } from "./node-config.js";

export interface PodCredentials {
  /** In the order of `imagePullSecrets`, each with where it came from. */
  readonly credentials: readonly {
    readonly username: string;
    readonly password: string;
    /** `uid/name` of the pod's secret; absent: the node's own. */
    readonly secret?: string;
  }[];
  /** Secrets that the pod names and that are not there. */
  readonly missing: readonly string[];
  /** The error that an undecodable secret makes of the whole set. */
  readonly keyringError?: string;
}

/** `image` is what the kubelet passes to its keyring: the normalised reference is made inside. */
export function credentialsFor(
  pod: KubeObject,
  image: string,
  store: Store,
  ofNode: NodeConfig["credentials"] = {},
): PodCredentials {
  const namespace = pod.metadata.namespace ?? "default";
  const missing: string[] = [];
  const secrets: PullSecret[] = [];
  for (const entry of items(pod.spec, "imagePullSecrets")) {
    const name = text(entry, "name");
    if (name === "") continue;
    const found = store.find("secrets", namespace, name);
    if (found === undefined) missing.push(name);
    else secrets.push(readSecret(found));
  }
  const broken = secrets.find((secret) => secret.trouble?.is === "malformed");
  if (broken?.trouble !== undefined) return { credentials: [], missing, keyringError: broken.trouble.why };
  const credentials = matchCredentials(image, secrets).map((one) => {
    const secret = secrets[one.secretIndex];
    return {
      username: one.username,
      password: one.password.reveal(),
      secret: `${secret?.uid ?? ""}/${secret?.name ?? ""}`,
    };
  });
  const nodes = matchCredentials(image, [{ auths: ofNode }]).map(({ username, password }) => ({
    username,
    password: password.reveal(),
  }));
  return { credentials: [...credentials, ...nodes], missing };
}

function readSecret(object: KubeObject): PullSecret {
  const type = text(object, "type");
  const decoded = decodePullSecret({ type, data: stringMap(object, "data") });
  return {
    kind: "Secret",
    namespace: object.metadata.namespace ?? "",
    name: object.metadata.name,
    uid: object.metadata.uid,
    type,
    managedBy: [],
    ...decoded,
  };
}
