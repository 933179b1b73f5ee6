// Amazon ECR, private: Basic with the user AWS and a password of twelve hours.

import { constructed, defineDialect } from "../define.js";

const reported = constructed(
  "docs.aws.amazon.com/AmazonECR and issue reports of amazon-ecr-credential-helper, until 2026-11",
);

export default defineDialect({
  id: "ecr",
  title: "Amazon ECR",
  family: "ecr",
  speaksFor: (host) => /^\d{12}\.dkr[.-]ecr(-fips)?\./.test(host),
  hidesFrom: "nobody",
  tellsRepository: true,
  signIn: "the user AWS and the output of aws ecr get-login-password, which is good for 12 hours",
  passwordHours: 12,
  // To another account it says so of what is not there as well: bottlerocket-update-operator issue 157.
  words: [
    { said: /no resource-based policy allows/, cause: "access-denied", also: ["repository-not-found"] },
  ],
  looks: [
    reported("private-repository", "nobody", "manifest", 401, ""),
    reported(
      "missing-repository",
      "somebody",
      "manifest",
      404,
      "NAME_UNKNOWN: The repository with name 'shop/api' does not exist in the registry with id '123456789012'",
    ),
    reported("wrong-login", "somebody", "manifest", 401, "DENIED: Your Authorization Token is invalid."),
    reported(
      "ended-login",
      "somebody",
      "manifest",
      403,
      "DENIED: Your authorization token has expired. Reauthenticate and try again.",
    ),
    reported(
      "no-right",
      "somebody",
      "manifest",
      403,
      "DENIED: User: arn:aws:iam::123456789012:role/nodes is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-central-1:123456789012:repository/shop/api because no resource-based policy allows the ecr:BatchGetImage action",
    ),
    reported(
      "missing-repository",
      "somebody",
      "manifest",
      403,
      "DENIED: User: arn:aws:iam::123456789012:role/nodes is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-central-1:210987654321:repository/shop/api because no resource-based policy allows the ecr:BatchGetImage action",
    ),
    reported("missing-tag", "somebody", "manifest", 404, "MANIFEST_UNKNOWN: Requested image not found"),
    reported("limit", "somebody", "manifest", 429, "TOOMANYREQUESTS: Rate exceeded"),
  ],
  read: [
    "https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html",
    "https://github.com/bottlerocket-os/bottlerocket-update-operator/issues/157",
  ],
});
