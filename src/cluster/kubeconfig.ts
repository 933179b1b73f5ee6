// Which cluster, as whom: flags, KUBECONFIG, ~/.kube/config or the pod we run in, in kubectl's order.
// Follows tools/clientcmd/loader.go and client_config.go of client-go 1.32.

import { readFile, stat } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { distance } from "fastest-levenshtein";
import { ToolError } from "../model/errors.js";
import type { ClusterChoice, ClusterWorld } from "./client-world.js";
import { given } from "./kubeconfig-fields.js";
import { type KubeCluster, type Kubeconfig, type KubeUser, parseKubeconfig } from "./kubeconfig-file.js";
import { inClusterAccess } from "./kubeconfig-in-cluster.js";

/** Everything that is needed to connect; nothing was asked yet. */
export interface Access {
  /** The context's name; absent inside a pod. */
  readonly context?: string;
  readonly namespace: string;
  readonly cluster: KubeCluster;
  readonly user: KubeUser;
}

const sizeLimit = 8 * 1024 * 1024;

/**
 * Throws ToolError: `kubeconfig-missing`, `kubeconfig-unreadable`, `kubeconfig-invalid`,
 * `context-missing`, `context-unset`.
 */
export async function chooseAccess(choice: ClusterChoice, world: ClusterWorld): Promise<Access> {
  const places = placesFor(choice, world);
  const files: Kubeconfig[] = [];
  for (const path of places.paths) {
    const text = await readKubeconfig(path, places.isExplicit);
    if (text !== undefined) files.push(await parseKubeconfig(text, path));
  }
  const merged = mergeKubeconfigs(files);
  const isEmpty = merged.contexts.size + merged.clusters.size + merged.users.size === 0;
  if (isEmpty && !places.isExplicit && choice.context === undefined) {
    const inside = await inClusterAccess(choice, world);
    if (inside !== undefined) return inside;
  }
  if (isEmpty) throw missing(places, files.length > 0, world);
  return accessOf(merged, choice);
}

interface Places {
  readonly paths: readonly string[];
  /** True for `--kubeconfig`: then the file must be there. */
  readonly isExplicit: boolean;
  readonly from: "flag" | "variable" | "home";
}

function placesFor(choice: ClusterChoice, { env, cwd }: ClusterWorld): Places {
  if (choice.kubeconfig !== undefined && choice.kubeconfig !== "") {
    return { paths: [resolve(cwd, choice.kubeconfig)], isExplicit: true, from: "flag" };
  }
  const listed = (env.KUBECONFIG ?? "").split(delimiter).filter((path) => path !== "");
  if (listed.length > 0) {
    const paths = [...new Set(listed.map((path) => resolve(cwd, path)))];
    return { paths, isExplicit: false, from: "variable" };
  }
  const home = [env.HOME, env.USERPROFILE].find((path) => path !== undefined && path !== "");
  const paths = home === undefined ? [] : [join(home, ".kube", "config")];
  return { paths, isExplicit: false, from: "home" };
}

/** `undefined` when the file is not there and need not be. */
async function readKubeconfig(path: string, isNeeded: boolean): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    if (size > sizeLimit) throw new Error(`it has ${size} bytes; at most ${sizeLimit} are read`);
    return await readFile(path, "utf8");
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") {
      if (!isNeeded) return undefined;
      throw new ToolError("kubeconfig-missing", {
        what: `there is no kubeconfig at ${path}`,
        why: "--kubeconfig names it",
        do: "name a file that exists, or leave --kubeconfig out to use KUBECONFIG or ~/.kube/config",
        cause,
      });
    }
    throw new ToolError("kubeconfig-unreadable", {
      what: `${path} cannot be read`,
      why: whyUnreadable(cause),
      do: "give yourself the right to read it, or name another file with --kubeconfig FILE",
      cause,
    });
  }
}

/** The reason in words; used for every file a kubeconfig leads to. */
export function whyUnreadable(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (code === "ENOENT") return "the file does not exist";
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "EISDIR") return "it is a folder";
  return code ?? message;
}

/** The first file that has an entry of a name wins it whole; the first current context counts. */
function mergeKubeconfigs(files: readonly Kubeconfig[]): Kubeconfig {
  const last = [...files].reverse();
  return {
    ...given(
      "currentContext",
      files.map((file) => file.currentContext).find((name) => name !== undefined),
    ),
    contexts: new Map(last.flatMap((file) => [...file.contexts])),
    clusters: new Map(last.flatMap((file) => [...file.clusters])),
    users: new Map(last.flatMap((file) => [...file.users])),
  };
}

function accessOf(config: Kubeconfig, choice: ClusterChoice): Access {
  const name = choice.context ?? config.currentContext;
  const names = [...config.contexts.keys()];
  if (name === undefined) {
    throw new ToolError("context-unset", {
      what: "the kubeconfig names no current context",
      why: names.length === 0 ? "it has no contexts" : `it has ${shortList(names)}`,
      do:
        names.length === 1
          ? `pass --context ${names[0]}`
          : "pass --context NAME, or kubectl config use-context NAME",
    });
  }
  const context = config.contexts.get(name);
  if (context === undefined) {
    throw new ToolError("context-missing", {
      what: `context "${name}" is not in the kubeconfig`,
      why: whatThereIs(name, names),
      do: "kubectl config get-contexts lists them; pass one with --context",
    });
  }
  const cluster = config.clusters.get(context.cluster);
  const user = config.users.get(context.user);
  if (cluster === undefined || cluster.server === "") {
    throw incomplete(
      name,
      `cluster "${context.cluster}"`,
      cluster === undefined ? undefined : "names no server",
    );
  }
  // A context without a user is one that asks as nobody; one that names a missing user is a mistake.
  if (user === undefined && context.user !== "") throw incomplete(name, `user "${context.user}"`);
  return {
    context: name,
    namespace: choice.namespace ?? context.namespace ?? "default",
    cluster,
    user: user ?? { name: "" },
  };
}

function incomplete(context: string, entry: string, trouble = "is not in the kubeconfig"): ToolError {
  return new ToolError("context-incomplete", {
    what: `context "${context}" leads nowhere`,
    why: `its ${entry} ${trouble}`,
    do: "add the entry to the kubeconfig, or choose another context with --context",
  });
}

function whatThereIs(name: string, names: readonly string[]): string {
  if (names.length === 0) return "it has no contexts";
  const ranked = names
    .map((known) => ({ known, cost: distance(name.toLowerCase(), known.toLowerCase()) }))
    .sort((a, b) => a.cost - b.cost);
  const [best] = ranked;
  const isNear = best !== undefined && best.cost <= Math.max(1, Math.floor(best.known.length / 3));
  const part = names.filter((known) => name.length >= 3 && known.toLowerCase().includes(name.toLowerCase()));
  const near = isNear ? best.known : part.length === 1 ? part[0] : undefined;
  return near === undefined ? `it has ${shortList(names)}` : `the nearest name is "${near}"`;
}

function shortList(names: readonly string[]): string {
  const more = names.length - 5;
  return names.slice(0, 5).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function missing(places: Places, isThere: boolean, { env }: ClusterWorld): ToolError {
  const shown = places.paths.join(", ");
  const isPod = (env.KUBERNETES_SERVICE_HOST ?? "") !== "";
  const reasons = {
    flag: `${shown} is empty`,
    variable: `KUBECONFIG names ${shown}: ${isThere ? "empty" : "not there"}`,
    home: `KUBECONFIG is not set, and ${shown === "" ? "HOME is not set either" : `${shown} ${isThere ? "is empty" : "does not exist"}`}`,
  };
  return new ToolError("kubeconfig-missing", {
    what: "there is no kubeconfig, so no cluster to ask",
    why:
      reasons[places.from] + (isPod ? "; this is a pod, but its service account token is not mounted" : ""),
    do: "set KUBECONFIG, or pass --kubeconfig FILE; diagnose -f FILE reads a dump without a cluster",
  });
}
