// Pods get a pull secret from their template, or from their ServiceAccount where the template names none.

import { type Json, record, records, text, textMap } from "../cluster/objects-fields.js";
import { refOf } from "../cluster/resources.js";
import type { Asked, Change, Plan, PlanWorld, Stopped } from "./define.js";
import { changeTemplates, deletions, newPod, notPossible, podSpecOf, readStopped } from "./template.js";

const namesIn = (value: unknown): readonly string[] => records(value).flatMap(({ name }) => text(name) ?? []);

/** Names the secret in the pod templates; one that names a secret which is not there has it replaced. */
export async function attachToTemplates(
  asked: Asked,
  world: PlanWorld,
  secret: string,
  isNew = false,
): Promise<Pick<Plan, "changes" | "notes">> {
  if (!isNew) await requireSecrets(asked.stopped, secret, world);
  const missing = await missingNames(asked, world);
  return changeTemplates(asked, world, (spec, { namespace }) => {
    const list = records(spec.imagePullSecrets);
    if (namesIn(list).includes(secret)) return spec;
    const kept = list.filter(({ name }) => !missing.has(`${namespace}/${String(name)}`));
    return { ...spec, imagePullSecrets: [...kept, { name: secret }] };
  });
}

/** Secrets that the templates name and that are not there. */
async function missingNames({ stopped }: Asked, world: PlanWorld): Promise<ReadonlySet<string>> {
  const missing = new Set<string>();
  for (const one of stopped) {
    const { object } = await readStopped(one, world);
    for (const name of namesIn(podSpecOf(object).imagePullSecrets)) {
      const ref = refOf("Secret", one.namespace, name);
      if (ref !== undefined && (await world.read(ref)) === undefined) missing.add(`${one.namespace}/${name}`);
    }
  }
  return missing;
}

async function requireSecrets(stopped: readonly Stopped[], secret: string, world: PlanWorld): Promise<void> {
  for (const namespace of new Set(stopped.map((one) => one.namespace))) {
    const ref = refOf("Secret", namespace, secret);
    if (ref !== undefined && (await world.read(ref)) === undefined) {
      throw notPossible(
        `there is no Secret ${namespace}/${secret}`,
        "naming it would change nothing",
        "make it first: fix --by create-pull-secret",
      );
    }
  }
}

/** Names the secret in the ServiceAccounts of the pods, and has the pods that wait made anew: only new ones get it. */
export async function attachToAccounts(
  asked: Asked,
  world: PlanWorld,
  { secret, isNew = false }: { readonly secret: string; readonly isNew?: boolean },
): Promise<Pick<Plan, "changes" | "notes">> {
  if (!isNew) await requireSecrets(asked.stopped, secret, world);
  const changes = new Map<string, Change>();
  const pods: Change[] = [];
  const notes: string[] = [];
  for (const stopped of asked.stopped) {
    const { object } = await readStopped(stopped, world);
    const spec = podSpecOf(object);
    const account = asked.values.serviceAccount ?? (text(spec.serviceAccountName) || "default");
    if (stopped.kind !== "Pod" && namesIn(spec.imagePullSecrets).length > 0) {
      throw notPossible(
        `${stopped.kind} ${stopped.namespace}/${stopped.name} names pull secrets of its own`,
        `those of ServiceAccount ${account} are not looked at`,
        "fix --by attach-to-workload",
      );
    }
    const ref = refOf("ServiceAccount", stopped.namespace, account);
    const before = ref === undefined ? undefined : await world.read(ref);
    if (ref === undefined || before === undefined)
      throw notPossible(
        `there is no ServiceAccount ${stopped.namespace}/${account}`,
        "the pods name it",
        "make it first",
      );
    const list = records(before.imagePullSecrets);
    if (!namesIn(list).includes(secret)) {
      const whole = { apiVersion: "v1", kind: "ServiceAccount", ...before };
      changes.set(`${stopped.namespace}/${account}`, {
        is: "edit",
        ref,
        before: whole,
        after: { ...whole, imagePullSecrets: [...list, { name: secret }] },
      });
      notes.push(`every new pod of ServiceAccount ${account} gets it, whatever it runs`);
    }
    pods.push(...(await podsAnew(asked, stopped, object, world)));
  }
  return { changes: [...changes.values(), ...pods], notes: [...new Set(notes)] };
}

/** The waiting pods deleted, or a pod without a controller made again. */
export async function podsAnew(
  asked: Asked,
  stopped: Stopped,
  object: Json,
  world: PlanWorld,
): Promise<readonly Change[]> {
  if (stopped.kind !== "Pod") return deletions(asked, stopped, object, world);
  const ref = refOf("Pod", stopped.namespace, stopped.name);
  if (ref === undefined) return [];
  const fresh = withoutInjected(newPod(object));
  return [
    {
      is: "remake",
      ref,
      before: object,
      was: newPod(object),
      after: fresh,
      why: "nothing else makes it again",
    },
  ];
}

/** The API server injects the ServiceAccount's secrets only where a pod names none. */
function withoutInjected(pod: Json): Json {
  const { imagePullSecrets: _names, ...spec } = record(pod.spec);
  return { ...pod, spec };
}

/** `template`: it names pull secrets itself; `named`: this one among them, or its ServiceAccount does. */
export async function attachmentOf(
  stopped: Stopped,
  secret: string,
  world: PlanWorld,
): Promise<"named" | "template" | "account"> {
  const { object } = await readStopped(stopped, world);
  const spec = podSpecOf(object);
  const own = namesIn(spec.imagePullSecrets);
  if (own.includes(secret)) return "named";
  if (own.length > 0) return "template";
  const account = refOf("ServiceAccount", stopped.namespace, text(spec.serviceAccountName) || "default");
  const found = account === undefined ? undefined : await world.read(account);
  return namesIn(record(found).imagePullSecrets).includes(secret) ? "named" : "account";
}

/** True for a Secret that a mirror of Secrets or an operator writes: it would be written over. */
export const writerOfSecret = (secret: Json): string | undefined => {
  const { labels, annotations, ownerReferences } = record(secret.metadata);
  const [owner] = records(ownerReferences);
  if (owner !== undefined) return `${String(owner.kind)} ${String(owner.name)}`;
  const marks = { ...textMap(labels), ...textMap(annotations) };
  const known = Object.keys(marks).find((key) =>
    /(reflector|external-secrets|sealedsecrets|replicator|vault)/.test(key),
  );
  return known?.split("/")[0];
};
