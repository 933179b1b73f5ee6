// `kubectl describe serviceaccount` and `secret`: the names and sizes that they show, never values.

import type { PullSecret, ServiceAccount } from "../model/objects.js";
import type { Description } from "./describe.js";
import { readNames } from "./describe-fields.js";

export function readDescribedAccount({ name, lines, top }: Description): ServiceAccount | undefined {
  if (!top.has("Image pull secrets")) return undefined;
  return {
    kind: "ServiceAccount",
    namespace: top.get("Namespace") ?? "",
    name,
    uid: "",
    pullSecrets: readNames(lines, "Image pull secrets"),
  };
}

/** `.dockerconfigjson:  117 bytes` under `Data` and its line of equal signs. */
export function readDescribedSecret({ name, lines, top }: Description): PullSecret | undefined {
  const type = top.get("Type");
  const at = lines.findIndex((line) => /^\s*Data\s*$/.test(line));
  if (type === undefined || at === -1 || !/^\s*=+\s*$/.test(lines[at + 1] ?? "")) return undefined;
  const dataKeys = lines.slice(at + 2).flatMap((line) => /^\s*(\S+):(?:\s|$)/.exec(line)?.[1] ?? []);
  return {
    kind: "Secret",
    namespace: top.get("Namespace") ?? "",
    name,
    uid: "",
    type,
    dataKeys,
    entries: [],
    trouble: { is: "not-shown", why: "a description shows the sizes of its values only" },
    notes: [],
    managedBy: [],
  };
}
