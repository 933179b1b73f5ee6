// Who pulls for a pod of a namespace: the ServiceAccount and the secrets that the kubelet would hold, in its order.

import type { PullSecret, ServiceAccount } from "../model/objects.js";
import type { Api } from "./api.js";
import { placeOf, readNamed } from "./gather-list.js";

export interface PullerRequest {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** The pod's own; where it names any, those of its ServiceAccount are not added. */
  readonly pullSecrets: readonly string[];
}

export interface Puller {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Names in order, with the secret where there is one that may be read. */
  readonly named: readonly {
    readonly name: string;
    readonly secret?: PullSecret;
    /** True: the API server says that there is none of this name. */
    readonly isMissing: boolean;
  }[];
  /** What could not be read, in the API's words: then which credentials there are is not known. */
  readonly unread: readonly string[];
  /** True: pods of this account cannot even be made. */
  readonly isAccountMissing: boolean;
}

/** Asks for one ServiceAccount and for each secret by its name. Throws what `api` throws when it gives no answer. */
export async function readPuller(request: PullerRequest, api: Api): Promise<Puller> {
  const { namespace, serviceAccount, pullSecrets } = request;
  const unread: string[] = [];
  const account = await readAccount(api, namespace, serviceAccount);
  if (!account.ok && account.status !== 404 && pullSecrets.length === 0) unread.push(account.why);
  const names = pullSecrets.length > 0 || !account.ok ? pullSecrets : account.object.pullSecrets;
  const named = await Promise.all(
    [...new Set(names)].map(async (name) => {
      const path = `${placeOf("/api/v1", "secrets", namespace)}/${encodeURIComponent(name)}`;
      const answer = await readNamed(api, "Secret", path);
      if (answer.ok) return { name, secret: answer.object, isMissing: false };
      if (answer.status !== 404) unread.push(answer.why);
      return { name, isMissing: answer.status === 404 };
    }),
  );
  const isAccountMissing = !account.ok && account.status === 404;
  return { namespace, serviceAccount, named, unread, isAccountMissing };
}

type Account =
  | { readonly ok: true; readonly object: ServiceAccount }
  | { readonly ok: false; readonly status: number; readonly why: string };

const readAccount = (api: Api, namespace: string, name: string): Promise<Account> =>
  readNamed(
    api,
    "ServiceAccount",
    `${placeOf("/api/v1", "serviceaccounts", namespace)}/${encodeURIComponent(name)}`,
  );
