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
