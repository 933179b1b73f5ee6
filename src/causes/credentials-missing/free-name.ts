// A name for a pull secret that is to be made: one that the pod names already, else a free one.

import type { Pull } from "../../model/pull.js";
import type { Scene } from "../define.js";

export function freeName(pull: Pull, scene: Scene): string {
  const named = scene.keyring(pull).named.find(({ isMissing }) => isMissing)?.name;
  if (named !== undefined) return named;
  const taken = new Set(scene.secretsIn(pull.pod.namespace).items.map(({ name }) => name));
  const host = (pull.reference?.registry ?? "registry").replace(/:\d+$/, "").replace(/[^a-z0-9]+/gi, "-");
  return ["regcred", `${host.toLowerCase()}-pull`].find((name) => !taken.has(name)) ?? "<name>";
}
