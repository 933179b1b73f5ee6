// Acting as somebody else: impersonation headers, and the path prefix of a persona.

import type { IncomingHttpHeaders } from "node:http";
import { ApiError, forbidden } from "../errors.js";
import type { Store } from "../store.js";
import { type Identity, MASTERS, signedIn } from "./identity.js";
import { mayDo } from "./rbac.js";

/** `/as/dev/api/v1/pods` is `/api/v1/pods` asked by the persona `dev`. */
export function splitPrefix(path: string): { readonly persona: string | undefined; readonly path: string } {
  const found = /^\/as\/([^/]+)(\/.*)?$/.exec(path);
  if (found === null) return { persona: undefined, path };
  return { persona: found[1], path: found[2] ?? "/" };
}

/** Who a request counts as. Throws ApiError 403 for those who may not choose, 404 for an unknown persona. */
export function actingAs(
  store: Store,
  who: Identity,
  asked: { readonly persona: string | undefined; readonly headers: IncomingHttpHeaders },
  personas: ReadonlyMap<string, Identity>,
): Identity {
  const { persona, headers } = asked;
  let acting = who;
  if (persona !== undefined) {
    const found = personas.get(persona);
    if (found === undefined) {
      throw new ApiError({ code: 404, reason: "NotFound", message: `no persona "${persona}" in this world` });
    }
    if (!who.groups.includes(MASTERS) && who.user !== found.user) throw mayNot(who, "users", found.user);
    acting = signedIn(found);
  }
  const user = one(headers["impersonate-user"]);
  if (user === undefined) return acting;
  const groups = many(headers["impersonate-group"]);
  check(store, acting, "users", user);
  for (const group of groups) check(store, acting, "groups", group);
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user);
  const implied = account === null ? [] : ["system:serviceaccounts", `system:serviceaccounts:${account[1]}`];
  return signedIn({ user, groups: groups.length > 0 ? groups : implied });
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

/** Node joins repeated headers with a comma. */
function many(header: string | string[] | undefined): string[] {
  const all = Array.isArray(header) ? header : (header ?? "").split(",");
  return all.map((group) => group.trim()).filter((group) => group !== "");
}

function check(store: Store, who: Identity, resource: "users" | "groups", name: string): void {
  const question = { is: "resource", verb: "impersonate", group: "", resource, name, namespace: "" } as const;
  if (!mayDo(store, who, question).isAllowed) throw mayNot(who, resource, name);
}

function mayNot(who: Identity, resource: string, name: string): ApiError {
  const why = `User "${who.user}" cannot impersonate resource "${resource}" in API group "" at the cluster scope`;
  return forbidden({ group: "", plural: resource }, name, why);
}
