// Asking from inside the cluster, for `--from`: a connection of its own, so that our pod is deleted after Ctrl-C as well.

import type { Scene } from "../causes/define.js";
import { openActor } from "../cluster/client.js";
import { UnreadList } from "../cluster/gather-list.js";
import { readNodes } from "../cluster/gather-nodes.js";
import { askRegistriesFrom, askWays, type WaysWish, type WaysWorld } from "../diagnose/ways.js";
import type { WayProbe } from "../model/probe.js";
import type { Pull } from "../model/pull.js";
import type { Vantage } from "./asking.js";
import type { Flags } from "./command.js";
import type { Io } from "./io.js";
import type { Progress } from "./progress.js";

type Ways = (pulls: readonly Pull[], scene: Scene) => Promise<readonly WayProbe[]>;

export function waysBy(vantage: Vantage, flags: Flags, io: Io, progress: Progress): Ways {
  return async (pulls, scene) =>
    pulls.length === 0
      ? []
      : inside(vantage, flags, io, progress, (wish, world) => askWays(pulls, scene, wish, world));
}

/** The way to these registries from there, for `check`. */
export function registriesFrom(
  vantage: Vantage,
  registries: readonly string[],
  flags: Flags,
  io: Io,
  progress: Progress,
): Promise<readonly WayProbe[]> {
  return inside(vantage, flags, io, progress, async (wish, world) => {
    const { nodes } = await readNodes(world.acting.api, [], new UnreadList());
    return askRegistriesFrom(registries, nodes, wish, world);
  });
}

async function inside<T>(
  vantage: Vantage,
  flags: Flags,
  io: Io,
  progress: Progress,
  ask: (wish: WaysWish, world: WaysWorld) => Promise<T>,
): Promise<T> {
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
    return await ask(wish, { acting, signal: io.signal, progress: progress.show });
  } finally {
    await acting.api.close();
  }
}
