// What to do, as commands that can be copied: one function for each kind of remedy. The workload's
// own way of taking a change decides the command; a live change that a tool would revert says so.

import type { Pull } from "../model/pull.js";
import type { Remedy } from "../model/report.js";
import { loginOf } from "./login.js";
import {
  again,
  anewAlone,
  deletion,
  edit,
  kubectl,
  ownsItsList,
  reverted,
  stuckPod,
  targetOf,
  withTarget,
} from "./target.js";
import { word } from "./word.js";

/** Names the secret in the pod's ServiceAccount, and makes the pods anew so that they get it. */
export function attachToServiceAccount(pull: Pull, name: string): Remedy {
  const account = pull.pod.serviceAccount || "default";
  // The list is replaced by a patch, not merged: what the pod got from it is written again.
  const kept = ownsItsList(pull)
    ? []
    : pull.pod.pullSecrets.filter((other) => other !== "" && other !== name);
  const list = JSON.stringify({ imagePullSecrets: [...kept, name].map((secret) => ({ name: secret })) });
  const unused = ownsItsList(pull) ? "; not used while the pod template names pull secrets of its own" : "";
  return {
    fix: "attach-to-service-account",
    what: `name secret ${name} in ServiceAccount ${account}, for all its new pods${unused}`,
    with: { secret: name, serviceAccount: account, namespace: pull.pod.namespace },
    effect: "restarts-pods",
    commands: [`${kubectl(pull)} patch serviceaccount ${word(account)} -p ${word(list)}`, ...again(pull)],
  };
}

/** Names the secret in the pod template. */
export function attachToWorkload(pull: Pull, name: string): Remedy {
  const target = targetOf(pull);
  const common = {
    fix: "attach-to-workload",
    with: { secret: name, ...withTarget(pull, target) },
    effect: "restarts-pods",
  } as const;
  if (target.kind === "Pod" || target.kind === "Job") {
    return {
      ...common,
      effect: "deletes-pods",
      what: `write imagePullSecrets with ${name} into its manifest: a ${target.kind} that exists cannot take it${reverted(pull)}`,
      commands: [`${kubectl(pull)} replace --force -f <manifest>`],
    };
  }
  if (!target.isKnown) {
    return {
      ...common,
      what: `write imagePullSecrets with ${name} into the pod template of ${target.text}${reverted(pull)}`,
      commands: edit(pull, target),
    };
  }
  const pod = { spec: { imagePullSecrets: [{ name }] } };
  const patch =
    target.kind === "CronJob"
      ? { spec: { jobTemplate: { spec: { template: pod } } } }
      : { spec: { template: pod } };
  return {
    ...common,
    what: `name secret ${name} in the pod template of ${target.text}${reverted(pull)}`,
    commands: [
      `${kubectl(pull)} patch ${target.text} -p ${word(JSON.stringify(patch))}`,
      ...stuckPod(pull, target),
    ],
  };
}

/** Lets the controller make the pods anew; a pod keeps what was injected when it was made. */
export function restartPods(pull: Pull): Remedy {
  const target = targetOf(pull);
  return {
    fix: "restart-pods",
    what: `make the pods of ${target.text} anew`,
    with: withTarget(pull, target),
    effect: "restarts-pods",
    commands: again(pull),
  };
}

/** Copies a pull secret into the pod's namespace; its contents go from one kubectl to the other. */
export function copySecret(pull: Pull, fromNamespace: string, name: string): Remedy {
  const key = "{.data.\\.dockerconfigjson}";
  const copy =
    `kubectl -n ${word(fromNamespace)} get secret ${word(name)} -o jsonpath=${word(key)} | base64 -d | ` +
    `${kubectl(pull)} create secret generic ${word(name)} --type=kubernetes.io/dockerconfigjson --from-file=.dockerconfigjson=/dev/stdin`;
  return withAttachment(pull, name, {
    fix: "create-pull-secret",
    what: `copy secret ${name} from namespace ${fromNamespace} into ${pull.pod.namespace}`,
    with: { secret: name, from: fromNamespace, namespace: pull.pod.namespace },
    effect: "writes-secret",
    commands: [copy],
  });
}

/**
 * Makes a pull secret for the image's registry. `replaces`: one of that name is there and is
 * deleted first, because the type of a secret cannot be changed.
 */
export function createSecret(
  pull: Pull,
  secret: { readonly name: string; readonly replaces?: boolean },
): Remedy {
  const { name, replaces = false } = secret;
  const login = loginOf(pull);
  const remedy: Remedy = {
    fix: replaces ? "repair-pull-secret" : "create-pull-secret",
    what: replaces
      ? `make secret ${name} anew for ${login.server}; whatever else it holds has to be added again; ${login.says}`
      : `make pull secret ${name} for ${login.server}; ${login.says}`,
    with: { secret: name, server: login.server, namespace: pull.pod.namespace },
    effect: "writes-secret",
    commands: [
      ...(replaces ? [`${kubectl(pull)} delete secret ${word(name)}`] : []),
      `${kubectl(pull)} create secret docker-registry ${word(name)} ${login.options}`,
    ],
  };
  return replaces ? remedy : withAttachment(pull, name, remedy);
}

/** Writes fresh credentials into a pull secret that is there. Waiting pods take them at their next try. */
export function renewSecret(pull: Pull, name: string): Remedy {
  const login = loginOf(pull);
  return {
    fix: "renew-pull-secret",
    what: `write fresh credentials into secret ${name}; ${login.says}`,
    with: { secret: name, server: login.server, namespace: pull.pod.namespace },
    effect: "writes-secret",
    commands: [
      `kubectl create secret docker-registry ${word(name)} ${login.options} --dry-run=client -o yaml | ${kubectl(pull)} apply -f -`,
    ],
  };
}

/** Gives the container another image. */
export function setImage(pull: Pull, image: string): Remedy {
  const target = targetOf(pull);
  const container = pull.containerName || "<container>";
  const remedy = {
    fix: "set-image",
    with: { image, container, ...withTarget(pull, target) },
    effect: "restarts-pods",
  } as const;
  const what = `use ${image} for ${container} in ${target.text}`;
  const isPatchable =
    pull.containerKind === "container" || pull.containerKind === "init" || pull.containerKind === "sidecar";
  if (target.kind === "Job") {
    return {
      ...remedy,
      effect: "deletes-pods",
      what: `${what}: a Job's template cannot be changed, make it anew from its manifest${reverted(pull)}`,
      commands: [`${kubectl(pull)} replace --force -f <manifest>`],
    };
  }
  if (!isPatchable || !target.isKnown)
    return { ...remedy, what: `${what}${reverted(pull)}`, commands: edit(pull, target) };
  const isScheduled = target.kind === "CronJob" ? "; Jobs already made keep the old one" : "";
  return {
    ...remedy,
    what: `${what}${isScheduled}${reverted(pull)}`,
    commands: [
      `${kubectl(pull)} set image ${target.text} ${word(container)}=${word(image)}`,
      ...stuckPod(pull, target),
    ],
  };
}

/** Deletes the pod; its controller makes another one. */
export function deletePod(pull: Pull): Remedy {
  const isAlone = pull.pod.owners.length === 0 && pull.workload === undefined;
  return {
    fix: "restart-pods",
    what: isAlone
      ? `make pod ${pull.pod.name} anew`
      : `delete pod ${pull.pod.name}; its controller makes a new one`,
    with: { pod: pull.pod.name, namespace: pull.pod.namespace },
    effect: "deletes-pods",
    commands: isAlone ? anewAlone(pull) : [deletion(pull)],
  };
}

/** Nothing to type: words for whoever can change it. */
export function tellTeam(pull: Pull, text: string): Remedy {
  return {
    fix: "tell",
    what: `tell whoever can change it: ${text}`,
    with: { text, image: pull.image },
    effect: "none",
    commands: [],
  };
}

/** A new secret helps once something names it. */
function withAttachment(pull: Pull, name: string, remedy: Remedy): Remedy {
  if (pull.pod.pullSecrets.includes(name)) return remedy;
  const attachment = ownsItsList(pull) ? attachToWorkload(pull, name) : attachToServiceAccount(pull, name);
  return {
    ...remedy,
    what: `${remedy.what}; then ${attachment.what}`,
    commands: [...remedy.commands, ...attachment.commands],
  };
}
