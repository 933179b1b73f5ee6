// Certificates in the form that OpenSSL works with. Reading a system's bundle takes 30 ms, so each is read once.

import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { Route } from "./dial.js";

const known = new WeakMap<readonly string[], SecureContext>();
let usual: SecureContext | undefined;

/** Throws what OpenSSL says of certificates that it cannot read. */
export function secureContextOf({ ca, client }: Pick<Route, "ca" | "client">): SecureContext {
  if (client !== undefined) {
    const own = { cert: client.cert, key: client.key.reveal() };
    return make(ca, own);
  }
  if (ca === undefined) {
    usual ??= make(undefined, {});
    return usual;
  }
  const found = known.get(ca);
  if (found !== undefined) return found;
  const made = make(ca, {});
  known.set(ca, made);
  return made;
}

const make = (ca: readonly string[] | undefined, own: SecureContextOptions): SecureContext =>
  createSecureContext({ ...own, ...(ca === undefined ? {} : { ca: [...ca] }) });
