// The sort of a login, told without its value.

import { expect, test } from "vitest";
import { Secret } from "./secret.js";
import { userKind } from "./user-kind.js";

test.each([
  ["AWS", "x", "Amazon ECR login"],
  ["oauth2accesstoken", "ya29.x", "Google access token"],
  ["_json_key_base64", "e30=", "Google service account key"],
  ["robot$shop+ci", "x", "Harbor robot"],
  ["acme+puller", "x", "Quay robot"],
  ["gitlab+deploy-token-7", "x", "GitLab deploy token"],
  ["octocat", "ghp_0123", "GitHub personal token"],
  ["octocat", "github_pat_0", "GitHub personal token"],
  ["acme", "dckr_oat_1", "Docker organisation token"],
  ["jo@example.com", "x", "a person's account"],
  ["jo", "x", "user"],
  ["", "", "nobody"],
  ["AWSome", "x", "user"],
])("user %s is of the kind %s", (username, password, kind) => {
  expect(userKind({ key: "registry.example.com", username, password: new Secret(password) })).toBe(kind);
});
