// EnsureImageExists by itself: what a runtime's answers become. Semantics reference 1.2, 1.10, 4.6.

import { describe, expect, test } from "vitest";
import { heldClock } from "../clock.js";
import type { PullOutcome } from "../runtime/pull-types.js";
import { ImageBackoff, PullRate } from "./backoff.js";
import type { PodCredentials } from "./credentials.js";
import { ImageManager, type PullPolicy } from "./image-manager.js";
import { ImageStore } from "./image-store.js";
import { PullQueue } from "./pull-queue.js";
import { traitsOf } from "./version.js";

const image = "registry.acme.example/shop/api:v1";

/** One call; the answers of the runtime in order, the last one for all that follow. */
async function ensure(options: {
  readonly kubelet: string;
  readonly policy?: PullPolicy;
  readonly down?: string;
  readonly answers?: readonly PullOutcome[];
  readonly credentials?: PodCredentials["credentials"];
}) {
  const said: string[] = [];
  const asked: (string | undefined)[] = [];
  const answers = [...(options.answers ?? [])];
  const manager = new ImageManager({
    clock: heldClock(0),
    traits: traitsOf(options.kubelet),
    images: new ImageStore(),
    queue: new PullQueue(1),
    rate: new PullRate(0, 0),
    backoff: new ImageBackoff(),
    keyring: () => ({ credentials: options.credentials ?? [], missing: [] }),
    runtimeDown: () => options.down,
    pull: (_image, auth) => {
      asked.push(auth?.username);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      return Promise.resolve(answer ?? failure("nothing"));
    },
  });
  const metadata = { name: "api", namespace: "shop", uid: "u", resourceVersion: "1", creationTimestamp: "" };
  const answer = await manager.ensure(
    {
      pod: { apiVersion: "v1", kind: "Pod", metadata },
      image,
      policy: options.policy ?? "IfNotPresent",
      record: ({ type, reason, message }) => said.push(`${type} ${reason} ${message}`),
    },
    new AbortController().signal,
  );
  return { answer, said, asked };
}

const failure = (message: string, code: "Unknown" | "NotFound" = "Unknown"): PullOutcome => ({
  ok: false,
  code,
  message,
});

describe("a runtime that is down", () => {
  test.each([
    ["1.31", `Failed to inspect image "${image}": gone`],
    ["1.32", 'Failed to inspect image "": gone'],
  ])("%s", async (kubelet, message) => {
    const { answer, said, asked } = await ensure({ kubelet, down: "gone" });
    expect(answer).toEqual({ ok: false, reason: "ImageInspectError", message });
    expect(said).toEqual([`Warning InspectFailed ${message}`]);
    expect(asked).toEqual([]);
  });

  test("with Always it is asked for the image's presence up to 1.31 alone", async () => {
    const older = await ensure({ kubelet: "1.31", policy: "Always", down: "gone" });
    expect(older.answer).toMatchObject({ reason: "ImageInspectError" });
    const newer = await ensure({
      kubelet: "1.32",
      policy: "Always",
      down: "gone",
      answers: [failure("gone")],
    });
    expect(newer.answer).toMatchObject({ reason: "ErrImagePull", message: "gone" });
  });
});

describe("reasons that a runtime names", () => {
  test.each([
    ["1.27", "ErrImagePull", "rpc error: code = Unknown desc = SignatureValidationFailed: no signature"],
    [
      "1.28",
      "SignatureValidationFailed",
      `image pull failed for ${image} because the signature validation failed: no signature`,
    ],
  ])("%s", async (kubelet, reason, message) => {
    const answers = [failure("SignatureValidationFailed: no signature")];
    const { answer, said } = await ensure({ kubelet, answers });
    expect(answer).toEqual({ ok: false, reason, message });
    const event = kubelet === "1.27" ? message : "SignatureValidationFailed: no signature";
    expect(said.at(-1)).toBe(`Warning Failed Failed to pull image "${image}": ${event}`);
  });

  test("two different errors hide it", async () => {
    const { answer } = await ensure({
      kubelet: "1.32",
      answers: [failure("RegistryUnavailable: a"), failure("RegistryUnavailable: b")],
      credentials: [
        { username: "a", password: "x", secret: "1/a" },
        { username: "b", password: "x", secret: "2/b" },
      ],
    });
    expect(answer).toMatchObject({
      reason: "ErrImagePull",
      message: "[RegistryUnavailable: a, RegistryUnavailable: b]",
    });
  });
});

describe("several credentials", () => {
  const credentials = ["a", "b", "c"].map((username) => ({
    username,
    password: "x",
    secret: `1/${username}`,
  }));

  test("each is tried, equal errors are told once, codes stay but Unknown", async () => {
    const answers = [failure("401"), failure("401"), failure("404", "NotFound")];
    const { answer, asked } = await ensure({ kubelet: "1.32", answers, credentials });
    expect(asked).toEqual(["a", "b", "c"]);
    expect(answer).toMatchObject({ message: "[401, rpc error: code = NotFound desc = 404]" });
    const same = await ensure({ kubelet: "1.32", answers: [failure("401")], credentials });
    expect(same.answer).toMatchObject({ message: "401" });
  });

  test("without any, one anonymous pull and no other", async () => {
    const { asked } = await ensure({ kubelet: "1.32", answers: [failure("401")] });
    expect(asked).toEqual([undefined]);
  });
});
