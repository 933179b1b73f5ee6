// Answers of registries that read like something else than they are.

import { expect, test } from "vitest";
import type { Failure } from "../registry/exchange.js";
import { conclude } from "./conclude.js";

const refused = (status: number, code: string, message: string): Failure => ({
  stage: "manifest",
  is: "status",
  status,
  why: message,
  errors: [{ code, message }],
  facts: {},
});
const asked = { family: "quay", isSignedIn: true, isByDigest: false } as const;

test("a tag that has expired is not there, and says nothing of a login", () => {
  const words = "Tag 4.6 was deleted or has expired. To pull, revive via time machine";
  expect(conclude(refused(404, "TAG_EXPIRED", words), asked)).toEqual({ cause: "tag-not-found", also: [] });
});

test("a login that has expired is one", () => {
  const words = "Your authorization token has expired. Reauthenticate and try again.";
  expect(conclude(refused(403, "DENIED", words), { ...asked, family: "ecr" })?.cause).toBe(
    "credentials-expired",
  );
});

test("another account's ECR refuses what is not there as it refuses what it does not give", () => {
  const words =
    "User: arn:aws:iam::1:role/nodes is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:eu-central-1:2:repository/a because no resource-based policy allows the ecr:BatchGetImage action";
  expect(conclude(refused(403, "DENIED", words), { ...asked, family: "ecr" })).toEqual({
    cause: "access-denied",
    also: ["repository-not-found"],
  });
});

test("a project whose API is off is closed to everybody: no login is missing", () => {
  const words =
    "Artifact Registry API has not been used in project 1 before or it is disabled. Enable it by visiting x";
  const nobody = { ...asked, family: "google", isSignedIn: false } as const;
  expect(conclude(refused(403, "DENIED", words), nobody)).toEqual({ cause: "access-denied", also: [] });
});
