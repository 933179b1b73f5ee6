// Amazon ECR, private: Basic with user AWS and a password of twelve hours.

import { common, type Dialect, refusal } from "./dialect.js";

export const ecr: Dialect = {
  ...common,
  scheme: "basic",
  alwaysLogin: true,
  createsOnPush: false,
  realm: (host) => ({ url: `https://${host}/`, service: "ecr.amazonaws.com" }),
  refuse: (denial, question) => {
    if (denial === "expired") {
      return refusal(403, "DENIED", "Your authorization token has expired. Reauthenticate and try again.");
    }
    if (denial === "missing") {
      const id = accountId(question.host);
      const text = `The repository with name '${question.repository}' does not exist in the registry with id '${id}'`;
      return refusal(404, "NAME_UNKNOWN", text);
    }
    if (denial === "forbidden") {
      const where = `arn:aws:ecr:${region(question.host)}:${accountId(question.host)}:repository/${question.repository}`;
      const action = question.action === "push" ? "ecr:InitiateLayerUpload" : "ecr:BatchGetImage";
      const who = "arn:aws:sts::345678901234:assumed-role/eks-node-role/i-0123456789abcdef0";
      return refusal(
        403,
        "DENIED",
        `User: ${who} is not authorized to perform: ${action} on resource: ${where} because no resource-based policy allows the ${action} action`,
      );
    }
    return refusal(401, "DENIED", "Your Authorization Token is invalid.", { challenge: {} });
  },
  unknownManifest: () => refusal(404, "MANIFEST_UNKNOWN", "Requested image not found"),
  tooMany: () => refusal(429, "TOOMANYREQUESTS", "Rate exceeded"),
};

/** `123456789012` of `123456789012.dkr.ecr.us-east-1.amazonaws.com`. */
export function accountId(host: string): string {
  return host.split(".")[0] ?? "";
}

export function region(host: string): string {
  return host.split(".")[3] ?? "us-east-1";
}
