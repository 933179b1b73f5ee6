// What sort of login a user name, or the beginning of a token, is: a robot's, a cloud's, a person's. Tells the kind and
// nothing of the value.

import type { RegistryEntry } from "./objects.js";

const users: readonly (readonly [RegExp, string])[] = [
  [/^AWS$/, "Amazon ECR login"],
  [/^oauth2accesstoken$|^_dcgcloud_token$/, "Google access token"],
  [/^_json_key(?:_base64)?$/, "Google service account key"],
  [/^00000000-0000-0000-0000-000000000000$/, "Azure registry token"],
  [/^robot\$/, "Harbor robot"],
  [/^gitlab-ci-token$/, "GitLab job token"],
  [/^gitlab\+deploy-token-/, "GitLab deploy token"],
  [/^\$oauthtoken$/, "NVIDIA NGC key"],
  [/^iamapikey$/, "IBM Cloud API key"],
  [/^x-access-token$/, "GitHub App token"],
  [/^[a-z0-9_]+\+[a-z0-9_]+$/, "Quay robot"],
  [/^<token>$|^_token$/, "identity token"],
];

const tokens: readonly (readonly [RegExp, string])[] = [
  [/^gh[po]_|^github_pat_/, "GitHub personal token"],
  [/^ghs_/, "GitHub App token"],
  [/^dckr_pat_/, "Docker personal token"],
  [/^dckr_oat_/, "Docker organisation token"],
  [/^glpat-/, "GitLab personal token"],
  [/^gldt-/, "GitLab deploy token"],
  [/^ya29\./, "Google access token"],
];

/** `user` when nothing tells; `nobody` for an entry without user and password. */
export function userKind({ key, username, password }: RegistryEntry): string {
  const value = password.reveal();
  if (username === "" && value === "") return "nobody";
  const byUser = users.find(([shape]) => shape.test(username))?.[1];
  if (byUser !== undefined) return byUser;
  const byToken = tokens.find(([shape]) => shape.test(value))?.[1];
  if (byToken !== undefined) return byToken;
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(username) && key.includes("azurecr"))
    return "Azure service principal";
  if (/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(username)) return "a person's account";
  return "user";
}
