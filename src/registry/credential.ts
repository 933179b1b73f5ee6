// What is sent to say who asks: nothing, a user with a password, or an identity token of a docker login.

import type { Secret } from "../model/secret.js";

export type Login =
  | { readonly is: "anonymous" }
  | { readonly is: "basic"; readonly username: string; readonly password: Secret }
  /** An OAuth refresh token; kubelets never send one, docker and podman do. */
  | { readonly is: "identity"; readonly token: Secret };

export const anonymous: Login = { is: "anonymous" };

/** The value of an Authorization header for a user and password. Throws nothing; a colon in a user name cannot be sent. */
export function basicHeader(username: string, password: Secret): string {
  return `Basic ${Buffer.from(`${username}:${password.reveal()}`, "utf8").toString("base64")}`;
}
