// Who is asking: logins, tokens with their lifetimes, and the count of pulls for the limits.

import { randomBytes } from "node:crypto";
import type { Clock } from "../clock.js";
import type { AccountConfig, RegistryConfig } from "./config.js";

export type Identity =
  | { readonly is: "anonymous" }
  | { readonly is: "account"; readonly name: string }
  | { readonly is: "rejected" }
  | { readonly is: "expired" };

/** What a bearer token allows: `repository:shop/api:pull`. */
export interface Token {
  readonly identity: Identity;
  readonly scopes: ReadonlySet<string>;
  readonly endsAt: number;
}

export interface Accounts {
  login(username: string, password: string): Identity;
  setPassword(username: string, password: string): void;
  /** Makes a password for `username` that ends; ECR's way. */
  issuePassword(username: string, lifetimeMs: number): { readonly password: string; readonly endsAt: number };
  /** The passwords of that kind, for who keeps them. */
  readonly issued: ReadonlyMap<string, { readonly username: string; readonly endsAt: number }>;
  /** Makes one good that was issued by a registry before this one. */
  accept(password: string, issued: { readonly username: string; readonly endsAt: number }): void;
  issueToken(identity: Identity, scopes: readonly string[]): string;
  /** undefined: never issued, or ended. */
  token(value: string): Token | undefined;
  /** Refresh tokens for `docker login`. */
  issueRefreshToken(identity: Identity): string;
  refresh(value: string): Identity | undefined;
  /** Counts one pull; undefined where nothing is limited. */
  pull(who: Identity, address: string, count: boolean): Limit | undefined;
}

/** What is left of a client's pulls. */
export interface Limit {
  readonly limit: number;
  readonly remaining: number;
  readonly windowSeconds: number;
  readonly isExceeded: boolean;
  /** What the limit is counted by: an address or an account. */
  readonly source: string;
}

/** Pulls from before the world began, spread over the window that ends now. */
function earlier(count: number, now: number, windowMs: number): number[] {
  return Array.from({ length: count }, (_, index) => now - windowMs + ((index + 1) * windowMs) / (count + 1));
}

export const tokenLifetimeSeconds = 300;

export function newAccounts(config: RegistryConfig, clock: Clock): Accounts {
  const accounts = new Map<string, AccountConfig>(Object.entries(config.accounts));
  const passwords = new Map<string, { readonly username: string; readonly endsAt: number }>();
  const tokens = new Map<string, Token>();
  const refreshTokens = new Map<string, Identity>();
  const pulls = new Map<string, number[]>();

  return {
    issued: passwords,
    accept: (password, issued) => void passwords.set(password, issued),
    login(username, password) {
      const issued = passwords.get(password);
      if (issued?.username === username) {
        return issued.endsAt > clock.now() ? { is: "account", name: username } : { is: "expired" };
      }
      const account = accounts.get(username);
      if (account?.expiredPasswords.includes(password) === true) return { is: "expired" };
      if (account === undefined || account.password !== password) return { is: "rejected" };
      return account.expired ? { is: "expired" } : { is: "account", name: username };
    },
    setPassword(username, password) {
      accounts.set(username, { password, expired: false, expiredPasswords: [] });
    },
    issuePassword(username, lifetimeMs) {
      const endsAt = clock.now() + lifetimeMs;
      // The shape of ECR's own: whoever decodes one can read when it ends.
      const expiration = Math.floor(endsAt / 1000);
      const [payload, datakey] = [randomBytes(192).toString("base64"), randomBytes(96).toString("base64")];
      const token = { payload, datakey, version: "2", type: "DATA_KEY", expiration };
      const password = Buffer.from(JSON.stringify(token)).toString("base64");
      passwords.set(password, { username, endsAt });
      return { password, endsAt };
    },
    issueToken(identity, scopes) {
      const value = randomBytes(48).toString("base64url");
      for (const [old, token] of tokens) if (token.endsAt <= clock.now()) tokens.delete(old);
      tokens.set(value, {
        identity,
        scopes: new Set(scopes),
        endsAt: clock.now() + tokenLifetimeSeconds * 1000,
      });
      return value;
    },
    token(value) {
      const found = tokens.get(value);
      return found !== undefined && found.endsAt > clock.now() ? found : undefined;
    },
    issueRefreshToken(identity) {
      const value = randomBytes(24).toString("base64url");
      refreshTokens.set(value, identity);
      return value;
    },
    refresh: (value) => refreshTokens.get(value),
    pull(who, address, count) {
      const { limits } = config;
      if (limits === undefined) return undefined;
      const source = who.is === "account" ? who.name : address;
      const limit = who.is === "account" ? limits.account : limits.anonymous;
      const since = clock.now() - limits.windowSeconds * 1000;
      const used = who.is === "account" ? limits.used.account : limits.used.anonymous;
      const before = pulls.get(source) ?? earlier(used, clock.now(), limits.windowSeconds * 1000);
      const times = before.filter((time) => time > since);
      const isExceeded = times.length >= limit;
      if (count && !isExceeded) times.push(clock.now());
      pulls.set(source, times);
      return {
        limit,
        remaining: Math.max(0, limit - times.length),
        windowSeconds: limits.windowSeconds,
        isExceeded,
        source,
      };
    },
  };
}
