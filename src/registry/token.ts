// The token server: from a Bearer challenge and a login to a token, or to the server's reason why not.
// Follows distribution's token specification and the OAuth2 POST beside it.

import { Secret } from "../model/secret.js";
import type { Challenge } from "./challenge.js";
import { basicHeader, type Login } from "./credential.js";
import { errorsOf, type RegistryError } from "./registry-errors.js";

/** Beyond this a header with the token would be refused by every server there is. */
const maxTokenLength = 32 * 1024;
export const maxTokenBody = 64 * 1024;

export interface TokenRequest {
  readonly url: URL;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Token {
  readonly value: Secret;
  /** Seconds from the answer on; 60 where the server does not say. */
  readonly expiresInSeconds: number;
}

export type TokenAnswer =
  | { readonly ok: true; readonly token: Token }
  | {
      readonly ok: false;
      readonly status: number;
      readonly errors: readonly RegistryError[];
      readonly why: string;
    };

/** The realm of a Bearer challenge, or why it cannot be asked. */
export function realmOf(challenge: Challenge): URL | string {
  const realm = challenge.parameters.get("realm");
  if (realm === undefined || realm === "") return "the challenge names no realm";
  if (!URL.canParse(realm)) return "the realm is no URL";
  const url = new URL(realm);
  return url.protocol === "https:" || url.protocol === "http:"
    ? url
    : `the realm's scheme is ${url.protocol.slice(0, -1)}`;
}

/** The request for one scope. `withPassword`: the OAuth POST, for servers that refuse GET. */
export function tokenRequest(
  realm: URL,
  challenge: Challenge,
  scope: string | undefined,
  login: Login,
  withPassword = false,
): TokenRequest {
  const service = challenge.parameters.get("service");
  if (login.is === "identity" || (withPassword && login.is === "basic")) {
    const form = new URLSearchParams({
      client_id: "pulldoctor",
      grant_type: login.is === "identity" ? "refresh_token" : "password",
    });
    if (service !== undefined) form.set("service", service);
    if (scope !== undefined) form.set("scope", scope);
    if (login.is === "identity") form.set("refresh_token", login.token.reveal());
    else {
      form.set("username", login.username);
      form.set("password", login.password.reveal());
    }
    const headers = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
    return { url: realm, method: "POST", headers, body: form.toString() };
  }
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set("service", service);
  if (scope !== undefined) url.searchParams.append("scope", scope);
  const headers: Record<string, string> = { accept: "application/json" };
  if (login.is === "basic") headers.authorization = basicHeader(login.username, login.password);
  return { url, method: "GET", headers };
}

export function readToken(status: number, body: Buffer, isCut: boolean): TokenAnswer {
  const text = body.toString("utf8");
  if (status !== 200) {
    return { ok: false, status, errors: errorsOf(text), why: `the token server answered ${status}` };
  }
  const refuse = (why: string): TokenAnswer => ({ ok: false, status, errors: [], why });
  if (isCut) return refuse(`the token server's answer is longer than ${maxTokenBody} bytes`);
  const answer = parsed(text);
  if (answer === undefined) return refuse("the token server's answer is no JSON object");
  const value = [answer.token, answer.access_token].find((one) => typeof one === "string" && one !== "");
  if (typeof value !== "string") return refuse("the token server's answer holds no token");
  if (value.length > maxTokenLength || !/^[\x21-\x7e]+$/.test(value))
    return refuse("the token cannot be sent in a header");
  const seconds = answer.expires_in;
  const expiresInSeconds = typeof seconds === "number" && seconds >= 0 ? Math.min(seconds, 86_400) : 60;
  return { ok: true, token: { value: new Secret(value), expiresInSeconds } };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
