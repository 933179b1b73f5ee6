// Who a request comes from: a client certificate, a bearer token, or nobody.

import { createHash } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { Secret } from "../../../model/secret.js";
import { ApiError } from "../errors.js";

export interface Identity {
  readonly user: string;
  readonly groups: readonly string[];
  /** Set for service accounts. */
  readonly uid?: string;
}

export const ADMIN: Identity = { user: "kubernetes-admin", groups: ["system:masters"] };

/** Groups may do everything; RBAC is not asked. */
export const MASTERS = "system:masters";

export const anonymous: Identity = { user: "system:anonymous", groups: ["system:unauthenticated"] };

/** With the group that every known user is in. */
export function signedIn(identity: Identity): Identity {
  const groups = new Set([...identity.groups, "system:authenticated"]);
  return { ...identity, groups: [...groups] };
}

export function serviceAccountIdentity(namespace: string, name: string, uid: string): Identity {
  return {
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`],
    uid,
  };
}

/** The tokens that the server takes. Only their hashes are kept. */
export class Tokens {
  readonly #known = new Map<string, { readonly identity: Identity; readonly until: number }>();

  /** `until`: world time in ms. */
  add(token: Secret, identity: Identity, until = Number.POSITIVE_INFINITY): void {
    this.#known.set(hash(token.reveal()), { identity, until });
  }

  /** undefined for a token that is unknown or past its time. */
  find(token: string, now: number): Identity | undefined {
    const found = this.#known.get(hash(token));
    return found === undefined || found.until <= now ? undefined : found.identity;
  }
}

function hash(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}

export function unauthorized(): ApiError {
  return new ApiError({ code: 401, reason: "Unauthorized", message: "Unauthorized" });
}

/** Who speaks. Throws ApiError 401 for a token or certificate that is not ours. */
export function authenticate(
  request: { readonly socket: TLSSocket; readonly authorization: string | undefined },
  tokens: Tokens,
  now: number,
): Identity {
  const { socket, authorization } = request;
  const presented = socket.getPeerCertificate();
  // Node gives {} when the client showed none.
  if (presented !== null && Object.keys(presented).length > 0) {
    if (!socket.authorized) throw unauthorized();
    const user = String(presented.subject.CN ?? "");
    const organisation: unknown = presented.subject.O;
    const groups = Array.isArray(organisation)
      ? organisation.map(String)
      : organisation === undefined
        ? []
        : [String(organisation)];
    if (user !== "") return signedIn({ user, groups });
  }
  if (authorization === undefined || authorization === "") return anonymous;
  const token = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
  const found = token === undefined ? undefined : tokens.find(token, now);
  if (found === undefined) throw unauthorized();
  return signedIn(found);
}
