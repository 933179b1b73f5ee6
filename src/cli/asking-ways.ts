// Asking from inside the cluster, for `--from`: a connection of its own, so that our pod is deleted after Ctrl-C as well.

import type { Scene } from "../causes/define.js";
import { openActor } from "../cluster/client.js";
import { askWays } from "../diagnose/ways.js";
import type { WayProbe } from "../model/probe.js";
import type { Pull } from "../model/pull.js";
import type { Vantage } from "./asking.js";
import type { Flags } from "./command.js";
import type { Io } from "./io.js";
import type { Progress } from "./progress.js";

type Ways = (pulls: readonly Pull[], scene: Scene) => Promise<readonly WayProbe[]>;

export function waysBy(vantage: Vantage, flags: Flags, io: Io, progress: Progress): Ways {
  return async (pulls, scene) => {
    if (pulls.length === 0) return [];
    const choice = {
      kubeconfig: flags.text("kubeconfig"),
      context: flags.text("context"),
      namespace: flags.text("namespace"),
    };
    // Without Ctrl-C's signal: what was made is deleted first.
    const acting = await openActor(choice, { env: io.env, cwd: io.cwd, now: io.now, err: io.err });
    try {
      const image = flags.text("from-image");
      const wish = { vantage, namespace: acting.api.namespace, ...(image === undefined ? {} : { image }) };
      return await askWays(pulls, scene, wish, { acting, signal: io.signal, progress: progress.show });
    } finally {
      await acting.api.close();
    }
  };
}
