// Who names a pull secret, and through what: the pod template, or the ServiceAccount that gives its list to pods.

import type { Scene } from "../../causes/define.js";
import type { Pod } from "../../model/objects.js";
import type { Pull } from "../../model/pull.js";
import type { SecretUser } from "../../model/secret-review.js";
import { subjectOf } from "../workloads.js";

export interface SecretUse {
  readonly pull: Pull;
  readonly pods: number;
  readonly user: SecretUser;
}

/** `namespace/name` of secrets to the pulls that may use them. */
export type Uses = ReadonlyMap<string, readonly SecretUse[]>;

export const secretKey = ({
  namespace,
  name,
}: {
  readonly namespace: string;
  readonly name: string;
}): string => `${namespace}/${name}`;

export function usesOf(pulls: readonly Pull[], standsFor: ReadonlyMap<Pod, number>, scene: Scene): Uses {
  const uses = new Map<string, SecretUse[]>();
  for (const pull of pulls) {
    for (const name of pull.pod.pullSecrets) {
      if (name === "") continue;
      const key = secretKey({ namespace: pull.pod.namespace, name });
      const use = {
        pull,
        pods: pull.pod.name === "" ? 0 : (standsFor.get(pull.pod) ?? 1),
        user: userOf(pull, name, scene),
      };
      uses.set(key, [...(uses.get(key) ?? []), use]);
    }
  }
  return uses;
}

function userOf(pull: Pull, secret: string, scene: Scene): SecretUser {
  const { kind, name } = subjectOf(pull);
  const { namespace, serviceAccount } = pull.pod;
  const account = scene.serviceAccount(namespace, serviceAccount);
  const isOwn = pull.workload?.pullSecrets.includes(secret) === true;
  return !isOwn && account?.pullSecrets.includes(secret) === true
    ? { kind, name, through: "service-account", account: serviceAccount }
    : { kind, name, through: "pod" };
}
