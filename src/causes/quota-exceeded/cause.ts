// A quota of the account at the registry is used up: waiting does not help.

import { tellTeam } from "../commands.js";
import { defineCause } from "../define.js";
import { registryOf } from "../seen.js";

export default defineCause({
  id: "quota-exceeded",
  title: "quota at the registry is used up",
  summary:
    "A quota of storage, traffic or cost of the account at the registry is used up, so it serves no more, or its pull-through cache can store no more.",
  area: "limits",
  stage: "manifest",
  looksLike: [
    { by: "registry", text: "denied: Quota has been exceeded on namespace" },
    { by: "registry", text: "Egress is over the account limit" },
  ],
  toldApart: [
    { from: "rate-limited", how: "there requests are counted, and waiting helps" },
    { from: "access-denied", how: "there the right to read is missing; Quay says denied to both" },
    { from: "disk-full", how: "there the disk of the node is full, not the registry's" },
  ],
  mend: [
    "see the quota in the registry's own pages, and delete what nobody uses or raise it",
    "where the quota is that of a pull-through cache, pull from the origin meanwhile",
  ],
  prevent: [
    "let the registry delete old tags by rule, and watch the quota's use",
    "keep traffic inside one region: a registry or cache close to the nodes",
  ],
  fixes: ["tell", "use-mirror"],
  read: [
    "https://docs.redhat.com/en/documentation/red_hat_quay/",
    "https://goharbor.io/docs/main/administration/configure-project-quotas/",
  ],

  tell: (pull) =>
    `${registryOf(pull)} says that a quota of the account is used up. It does not pass by itself.`,

  remedies: (pull) => [
    tellTeam(pull, `the quota at ${registryOf(pull)} is used up: delete what nobody uses, or raise it`),
  ],
});
