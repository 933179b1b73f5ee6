// A connection to a served cluster, and a kubeconfig that leads to it.

import { onTestFinished } from "vitest";
import type { Api } from "../../src/cluster/api.js";
import { openCluster } from "../../src/cluster/client.js";
import type { KubeObject } from "../../src/sim/api/json.js";
import { kubeconfig, scratch, worldIn } from "../cluster-connection/server.js";
import { type ServedCluster, type ServeOptions, serveObjects } from "./serve.js";

export interface Connected extends ServedCluster {
  readonly api: Api;
  readonly config: string;
  /** Waits that were asked for; none of them takes time. */
  readonly waits: readonly number[];
}

/** Everything is closed when the test ends. `namespace` is the context's. */
export async function connected(
  objects: readonly KubeObject[],
  options: ServeOptions = {},
  namespace = "shop",
): Promise<Connected> {
  const served = await serveObjects(objects, options);
  onTestFinished(() => served.close());
  const { path: folder, write, remove } = scratch();
  onTestFinished(remove);
  const config = write("config", kubeconfig({ server: served.url }, {}, { namespace }));
  const world = worldIn(folder);
  const api = await openCluster({ kubeconfig: config }, world);
  onTestFinished(() => api.close());
  return { ...served, api, config, waits: world.waits };
}
