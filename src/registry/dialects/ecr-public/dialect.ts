// Amazon ECR Public: tokens for everybody; an ended login is a 400.

import { constructed, defineDialect } from "../define.js";

const reported = constructed("docs.aws.amazon.com/AmazonECR/latest/public and issue reports, until 2026-11");

export default defineDialect({
  id: "ecr-public",
  title: "Amazon ECR Public",
  family: "ecr-public",
  speaksFor: (host) => host === "public.ecr.aws" || host === "ecr-public.aws.com",
  hidesFrom: "nobody",
  tellsRepository: true,
  signIn: "the user AWS and the output of aws ecr-public get-login-password; nothing is needed to pull",
  passwordHours: 12,
  looks: [
    reported(
      "missing-repository",
      "nobody",
      "manifest",
      404,
      "NAME_UNKNOWN: The repository with name 'api' does not exist in the registry with id 'acme'",
    ),
    reported("wrong-login", "somebody", "token", 401, "DENIED: Not Authorized"),
    reported(
      "ended-login",
      "somebody",
      "token",
      400,
      "DENIED: Your authorization token has expired. Reauthenticate and try again.",
    ),
    reported("missing-tag", "nobody", "manifest", 404, "MANIFEST_UNKNOWN: Requested image not found"),
    reported("limit", "nobody", "manifest", 429, "TOOMANYREQUESTS: Rate exceeded"),
  ],
  read: ["https://docs.aws.amazon.com/AmazonECR/latest/public/public-registry-auth.html"],
});
