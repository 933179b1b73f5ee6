// What a cluster and manifests say about who pulls which images: loaded only when one of them is asked.

import type { Api } from "../cluster/api.js";
import { openCluster } from "../cluster/client.js";
import { UnreadList } from "../cluster/gather-list.js";
import { readNodes } from "../cluster/gather-nodes.js";
import { type Puller, readPuller } from "../cluster/gather-puller.js";
import { readTargetPods } from "../cluster/gather-targets.js";
import { isWorkloadKind, readWorkload } from "../cluster/gather-workloads.js";
import type { PullLogin } from "../diagnose/can-pull.js";
import { readFiles } from "../files/read.js";
import { ToolError } from "../model/errors.js";
import { matchCredentials } from "../model/keyring.js";
import type { Pod, Workload } from "../model/objects.js";
import { anonymous } from "../registry/credential.js";
import type { Platform } from "../registry/media.js";
import { type LoginsFor, nobody, type Wanted } from "./can-pull-questions.js";
import { clusterOf, clusterWorldOf } from "./cluster-choice.js";
import type { Flags } from "./command.js";
import type { Io } from "./io.js";
import type { Target } from "./targets.js";

export interface PullCluster {
  readonly loginsFor: LoginsFor;
  /** Each platform of the nodes once; `notes` says why nodes are missing. */
  nodes(): Promise<{ readonly nodes: readonly Platform[]; readonly notes: readonly string[] }>;
  /** Throws ToolError `target-not-found`. */
  imagesOf(targets: readonly Target[]): Promise<readonly Wanted[]>;
}

/** Throws ToolError of kubeconfigs and of an API server that gives no answer. */
export async function withCluster<T>(
  flags: Flags,
  io: Io,
  work: (cluster: PullCluster) => Promise<T>,
): Promise<T> {
  const api = await openCluster(clusterOf(flags), clusterWorldOf(io));
  try {
    return await work({
      loginsFor: loginsOf(api, flags),
      nodes: () => nodesOf(api),
      imagesOf: (targets) => imagesOfTargets(targets, api),
    });
  } finally {
    await api.close();
  }
}

async function nodesOf(api: Api): Promise<Awaited<ReturnType<PullCluster["nodes"]>>> {
  const unread = new UnreadList();
  const { nodes } = await readNodes(api, [], unread);
  const platforms = nodes.flatMap(({ os = "linux", architecture }) =>
    architecture === undefined ? [] : [{ os, architecture }],
  );
  return {
    nodes: distinct(platforms),
    notes: unread.entries.map(({ why }) => `nodes are not known: ${why}`),
  };
}

const distinct = (platforms: readonly Platform[]): readonly Platform[] => [
  ...new Map(platforms.map((one) => [`${one.os}/${one.architecture}`, one])).values(),
];

/** As the kubelet would: the pod's secrets or its ServiceAccount's, each key that matches; nobody only where none does. */
function loginsOf(api: Api, flags: Flags): LoginsFor {
  const pullers = new Map<string, Promise<Puller>>();
  const pullerOf = (wanted: Wanted): Promise<Puller> => {
    const request = {
      namespace: api.namespace,
      serviceAccount: flags.text("as-service-account") ?? wanted.serviceAccount ?? "default",
      pullSecrets: flags.text("as-service-account") === undefined ? (wanted.pullSecrets ?? []) : [],
    };
    const key = JSON.stringify(request);
    const known = pullers.get(key) ?? readPuller(request, api);
    pullers.set(key, known);
    return known;
  };
  return async (wanted, reference) => {
    const puller = await pullerOf(wanted);
    const secrets = puller.named.flatMap(({ secret }) => secret ?? []);
    const spoiled = secrets.find(({ trouble }) => trouble?.is === "malformed");
    const logins = matchCredentials(reference, secrets).map(
      ({ username, password, secretIndex, key }): PullLogin => {
        const from = `secret ${secrets[secretIndex]?.name ?? ""}, key ${key}`;
        if (username === "" && password.isEmpty) return { login: anonymous, who: "nobody", from };
        return { login: { is: "basic", username, password }, who: username, from };
      },
    );
    return {
      logins: logins.length === 0 ? [nobody] : logins,
      unread: puller.unread,
      isForNodes: true,
      namespace: puller.namespace,
      ...(spoiled === undefined
        ? {}
        : { spoiledBy: `secret ${spoiled.name}: ${spoiled.trouble?.why ?? ""}` }),
      notes: notesOf(puller),
    };
  };
}

function notesOf({ named, namespace, serviceAccount, isAccountMissing }: Puller): readonly string[] {
  const account = isAccountMissing ? [`there is no service account ${serviceAccount} in ${namespace}`] : [];
  return [
    ...account,
    ...named.flatMap(({ name, secret, isMissing }) => {
      if (isMissing) return [`there is no secret ${name} in ${namespace}`];
      const { trouble } = secret ?? {};
      return trouble === undefined ? [] : [`secret ${name} gives no login: ${trouble.why}`];
    }),
  ];
}

async function imagesOfTargets(targets: readonly Target[], api: Api): Promise<readonly Wanted[]> {
  const found: Wanted[] = [];
  for (const target of targets) {
    const { kind, name } = target;
    const objects = isWorkloadKind(kind)
      ? await readWorkload(api, kind, api.namespace, name).then((one) => (one.ok ? [one.object] : []))
      : await readTargetPods([target], api.namespace, api);
    if (objects.length === 0) {
      throw new ToolError("target-not-found", {
        what: `there is no ${kind} ${name} in namespace ${api.namespace}`,
        why: `${api.name} does not have it, or does not show it`,
        do: "name its namespace with -n",
      });
    }
    found.push(...objects.flatMap(imagesOf));
  }
  return found;
}

/** Throws ToolError `image-missing`, and those of files that cannot be read. */
export async function imagesOfFiles(paths: readonly string[], io: Io): Promise<readonly Wanted[]> {
  const snapshot = await readFiles(paths, { cwd: io.cwd, readStdin: () => io.stdin, now: io.now() });
  const owned = new Set(snapshot.workloads.map(({ uid }) => uid).filter((uid) => uid !== ""));
  const workloads = snapshot.workloads.filter(({ owners }) => !owners.some(({ uid }) => owned.has(uid)));
  const found = [...workloads, ...snapshot.pods].flatMap(imagesOf);
  if (found.length > 0) return found;
  throw new ToolError("image-missing", {
    what: "the files name no image",
    why: "no pod and no controller of pods is in them",
    do: "give manifests, such as the output of helm template",
  });
}

function imagesOf(object: Pod | Workload): readonly Wanted[] {
  const { serviceAccount, pullSecrets } = object;
  const images = [...new Set(object.containers.map(({ image }) => image))];
  return images.map((image) => ({
    image,
    ...(serviceAccount === undefined || serviceAccount === "" ? {} : { serviceAccount }),
    pullSecrets,
  }));
}
