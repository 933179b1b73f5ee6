// Names a pull secret in the ServiceAccount of the pods.

import { attachToAccounts } from "../attach.js";
import { checkWith } from "../attach-to-workload/fix.js";
import { defineFix } from "../define.js";
import { accountRights, podRights, remakeRights } from "../rights.js";

export default defineFix({
  id: "attach-to-service-account",
  title: "name a pull secret in a ServiceAccount",
  effect: "deletes-pods",
  needs: { secret: "the pull secret to name" },
  takes: { serviceAccount: "the ServiceAccount; that of the workload when left out" },
  rights: [
    ...accountRights,
    ...podRights,
    { group: "", resource: "secrets", verbs: ["get"] },
    ...remakeRights,
  ],
  async plan(asked, world) {
    const secret = asked.values.secret ?? "";
    const { changes, notes } = await attachToAccounts(asked, world, { secret });
    return { changes, notes, images: [await checkWith(asked.finding.image, asked.stopped, secret, world)] };
  },
});
