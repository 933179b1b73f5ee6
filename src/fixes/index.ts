// The fixes, in the order in which a reader meets them.

import attachToServiceAccount from "./attach-to-service-account/fix.js";
import attachToWorkload from "./attach-to-workload/fix.js";
import createPullSecret from "./create-pull-secret/fix.js";
import type { Fix } from "./define.js";
import moveRegistry from "./move-registry/fix.js";
import renewPullSecret from "./renew-pull-secret/fix.js";
import repairPullSecret from "./repair-pull-secret/fix.js";
import restartPods from "./restart-pods/fix.js";
import rollBack from "./roll-back/fix.js";
import setImage from "./set-image/fix.js";
import setPlatform from "./set-platform/fix.js";
import setPullPolicy from "./set-pull-policy/fix.js";
import tell from "./tell/fix.js";
import useMirror from "./use-mirror/fix.js";

export const fixes: readonly Fix[] = [
  setImage,
  rollBack,
  createPullSecret,
  renewPullSecret,
  repairPullSecret,
  attachToServiceAccount,
  attachToWorkload,
  restartPods,
  moveRegistry,
  useMirror,
  setPlatform,
  setPullPolicy,
  tell,
];

export const fixById: ReadonlyMap<string, Fix> = new Map(fixes.map((fix) => [fix.id, fix]));
