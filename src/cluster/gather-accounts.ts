// The ServiceAccounts of failing pods.

import type { Pod, ServiceAccount } from "../model/objects.js";
import type { Api } from "./api.js";
import { placeOf, readKind, readNamed, type UnreadList } from "./gather-list.js";
import { inParallel } from "./paging.js";

/** More than this are read as one list. */
const maxSingle = 12;
const accountPages = 10;

/** ServiceAccounts of these pods. */
export async function readAccounts(
  api: Api,
  pods: readonly Pod[],
  namespace: string | undefined,
  unread: UnreadList,
): Promise<readonly ServiceAccount[]> {
  const wanted = new Set(pods.map((pod) => `${pod.namespace}/${pod.serviceAccount}`));
  const found: ServiceAccount[] = [];
  if (wanted.size > maxSingle) {
    const { objects, answer } = await readKind(api, "ServiceAccount", {
      path: placeOf("/api/v1", "serviceaccounts", namespace),
      maxPages: accountPages,
    });
    found.push(...objects.filter((account) => wanted.has(`${account.namespace}/${account.name}`)));
    if (answer.ok && answer.isWhole) return found;
  }
  const known = new Set(found.map((account) => `${account.namespace}/${account.name}`));
  const open = [...wanted].filter((key) => !known.has(key));
  await inParallel(open.slice(0, maxSingle * 2), async (key) => {
    const [at = "", name = ""] = key.split("/");
    const answer = await readNamed(
      api,
      "ServiceAccount",
      `${placeOf("/api/v1", "serviceaccounts", at)}/${encodeURIComponent(name)}`,
    );
    if (answer.ok) found.push(answer.object);
    else if (answer.status !== 404)
      unread.add("serviceaccounts", answer.why, { namespace: at, isMinor: true });
  });
  for (const key of open.slice(maxSingle * 2)) {
    const why = `more than ${maxSingle * 2} to ask for one by one`;
    unread.add("serviceaccounts", why, { namespace: key.split("/")[0], isMinor: true });
  }
  return found;
}
