// Makes a pull secret where there is none, from a login at hand or from a Secret of another namespace, and names it.

import { type Json, record } from "../../cluster/objects-fields.js";
import { refOf } from "../../cluster/resources.js";
import { tryParseReference } from "../../model/reference.js";
import { attachmentOf, attachToAccounts, attachToTemplates } from "../attach.js";
import { type Asked, type Change, defineFix, type Plan, type PlanWorld } from "../define.js";
import { newPullSecret } from "../docker-data.js";
import { isSame } from "../edits.js";
import { accountRights, podRights, remakeRights, secretRights, templateRights } from "../rights.js";
import { notPossible } from "../template.js";

export default defineFix({
  id: "create-pull-secret",
  title: "make a pull secret",
  effect: "deletes-pods",
  needs: { secret: "the name of the new Secret" },
  takes: {
    from: "a namespace, or NAMESPACE/SECRET, to copy from",
    server: "the registry of the login; that of the image when left out",
    serviceAccount: "the ServiceAccount; that of the workload when left out",
  },
  rights: [...secretRights, ...accountRights, ...podRights, ...templateRights, ...remakeRights],
  async plan(asked, world) {
    const wanted = asked.values.secret ?? "";
    const namespaces = [...new Set(asked.stopped.map(({ namespace }) => namespace))];
    const changes: Change[] = [];
    const notes: string[] = [];
    const secrets: Json[] = [];
    for (const namespace of namespaces) {
      const here = { ...asked, stopped: asked.stopped.filter((one) => one.namespace === namespace) };
      const made = await secretFor(here, namespace, wanted, world);
      secrets.push(made.object);
      notes.push(...made.notes);
      if (made.isNew) {
        const ref = refOf("Secret", namespace, made.name);
        if (ref !== undefined) changes.push({ is: "create", ref, object: made.object });
      }
      const attached = await attach(here, made.name, made.isNew, world);
      changes.push(...attached.changes);
      notes.push(...attached.notes);
    }
    return { changes, notes, images: [{ image: asked.finding.image, secrets }] };
  },
});

interface Made {
  readonly name: string;
  readonly object: Json;
  /** False: one with this very content is there. */
  readonly isNew: boolean;
  readonly notes: readonly string[];
}

/** One that is there is never written over: a name that pods ask for is refused, any other gets a number. */
async function secretFor(asked: Asked, namespace: string, wanted: string, world: PlanWorld): Promise<Made> {
  const { data, notes } = await contentFor(asked, namespace, wanted, world);
  const isAskedFor = await isNamed(asked, wanted, world);
  for (let number = 1; number < 20; number += 1) {
    const name = number === 1 ? wanted : `${wanted}-${number}`;
    const ref = refOf("Secret", namespace, name);
    const there = ref === undefined ? undefined : await world.read(ref);
    const object = { ...data, metadata: { namespace, name } };
    if (there === undefined) {
      const taken =
        name === wanted ? [] : [`Secret ${wanted} is there with other content and stays as it is`];
      return { name, object, isNew: true, notes: [...notes, ...taken] };
    }
    if (there.type === data.type && isSame(record(there.data), record(data.data)))
      return { name, object: { apiVersion: "v1", kind: "Secret", ...there }, isNew: false, notes };
    if (isAskedFor) break;
  }
  throw notPossible(
    `Secret ${namespace}/${wanted} is there with other content`,
    "a Secret is never written over by a new one",
    "fix --by renew-pull-secret writes a fresh login into it, or name another with --with secret=NAME",
  );
}

async function isNamed({ stopped }: Asked, secret: string, world: PlanWorld): Promise<boolean> {
  const found = await Promise.all(stopped.map((one) => attachmentOf(one, secret, world)));
  return found.includes("named");
}

async function contentFor(
  { finding, values }: Asked,
  namespace: string,
  name: string,
  world: PlanWorld,
): Promise<{ readonly data: Json; readonly notes: readonly string[] }> {
  const { from } = values;
  if (from !== undefined) {
    const [at, other] = from.includes("/") ? from.split("/") : [from, values.secret];
    const ref = refOf("Secret", at ?? "", other ?? "");
    const source = ref === undefined ? undefined : await world.read(ref);
    if (source === undefined)
      throw notPossible(`there is no Secret ${at}/${other}`, "it was to be copied", "diagnose again");
    const { type, data } = source;
    return {
      data: { apiVersion: "v1", kind: "Secret", type, data },
      notes: [`a copy of ${at}/${other}: when that one is renewed, this one is not`],
    };
  }
  const registry = registryOf(finding.image, values.server);
  const { login, from: source } = await world.credential({ registry });
  return {
    data: newPullSecret({ namespace, name }, registry, login),
    notes: [`the login comes from ${source}`],
  };
}

/** The registry that the image names, else the one given. */
export function registryOf(image: string, server: string | undefined): string {
  const parsed = tryParseReference(image);
  if (parsed.ok) return parsed.reference.registry;
  if (server !== undefined) return server;
  throw notPossible(`${image} names no registry`, "a login is for one", "pass --with server=HOST");
}

async function attach(
  asked: Asked,
  secret: string,
  isNew: boolean,
  world: PlanWorld,
): Promise<Pick<Plan, "changes" | "notes">> {
  const changes: Change[] = [];
  const notes: string[] = [];
  for (const stopped of asked.stopped) {
    const one = { ...asked, stopped: [stopped] };
    const how = await attachmentOf(stopped, secret, world);
    if (how === "named") continue;
    const plan =
      how === "template"
        ? await attachToTemplates(one, world, secret, isNew)
        : await attachToAccounts(one, world, { secret, isNew });
    changes.push(...plan.changes);
    notes.push(...plan.notes);
  }
  return { changes, notes };
}
