// What a registry's answer makes of a finding: the same objects, with answers written by hand.

import { describe, expect, test } from "vitest";
import { readObject } from "../cluster/objects.js";
import type { KubeObject, Pod, PullSecret } from "../model/objects.js";
import type { AskedAs, ImageAnswer, ImageProbe, Probes, TagsProbe } from "../model/probe.js";
import type { MessageCause } from "../model/reading.js";
import type { Finding } from "../model/report.js";
import { diagnose, snapshotOf } from "./diagnose.js";

const nobody: AskedAs = { is: "nobody" };
const as = (secret: string, registry: string): AskedAs => ({
  is: "secret",
  namespace: "shop",
  secret,
  key: registry,
  username: "ci",
});
const no = (cause: MessageCause, ...also: MessageCause[]): ImageAnswer => ({ is: "no", cause, also });

interface Given {
  readonly registry?: string;
  readonly message: (image: string) => string;
  /** Secrets of the namespace; those that begin with `own` are named by the pod. */
  readonly secrets?: readonly string[];
  readonly answers: (registry: string) => readonly (readonly [AskedAs, ImageAnswer])[];
  readonly tags?: readonly string[];
}

const notFound = (image: string): string => `failed to resolve reference "${image}": ${image}: not found`;
const denied = (image: string): string =>
  `failed to resolve reference "${image}": pull access denied, repository does not exist or may require authorization: authorization failed: no basic auth credentials`;

function finding({
  registry = "registry.example.com",
  message,
  secrets = [],
  answers,
  tags,
}: Given): Finding {
  const image = `${registry}/team/app:1.0`;
  const auths = { [registry]: { username: "ci", password: "x" } };
  const raw = [
    ...secrets.map((name) => ({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name, namespace: "shop" },
      type: "kubernetes.io/dockerconfigjson",
      stringData: { ".dockerconfigjson": JSON.stringify({ auths }) },
    })),
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "app", namespace: "shop", uid: "u-1" },
      spec: {
        nodeName: "node-1",
        containers: [{ name: "app", image }],
        imagePullSecrets: secrets.filter((name) => name.startsWith("own")).map((name) => ({ name })),
      },
      status: {
        phase: "Pending",
        containerStatuses: [
          {
            name: "app",
            image,
            imageID: "",
            ready: false,
            restartCount: 0,
            state: { waiting: { reason: "ErrImagePull", message: message(image) } },
          },
        ],
      },
    },
  ];
  const objects: readonly KubeObject[] = raw.flatMap((one) => readObject(one) ?? []);
  const snapshot = {
    ...snapshotOf([], "the API server of test", new Date("2026-11-25T12:00:00Z")),
    pods: objects.filter((one): one is Pod => one.kind === "Pod"),
    secrets: objects.filter((one): one is PullSecret => one.kind === "Secret"),
    complete: [{ what: "secrets" as const }],
  };
  const [found] = diagnose(snapshot, probes(registry, answers(registry), tags)).findings;
  if (found === undefined) throw new Error("no finding");
  return found;
}

function probes(
  registry: string,
  answers: readonly (readonly [AskedAs, ImageAnswer])[],
  tags: readonly string[] | undefined,
): Probes {
  const asked = { registry, repository: "team/app" };
  const evidence = {
    source: "registry",
    where: "HEAD /v2/team/app/manifests/1.0",
    shows: "answered",
    from: "this machine",
  } as const;
  const images = answers.map(
    ([who, answer]): ImageProbe => ({ ...asked, reference: "1.0", as: who, answer, evidence }),
  );
  const listed: readonly TagsProbe[] =
    tags === undefined
      ? []
      : [
          {
            ...asked,
            as: nobody,
            tags,
            isWhole: true,
            why: `${tags.length} tags`,
            isMissing: false,
            evidence: { ...evidence, where: "tags" },
          },
        ];
  return { from: "this machine", images, tags: listed, requests: 1, left: 0 };
}

const told = ({ cause, verdict, open }: Finding): string =>
  [cause, verdict, ...open.map((one) => `or ${one.cause}`)].join(" ");

describe("not found, to a stranger", () => {
  const given: Given = {
    message: notFound,
    answers: () => [[nobody, no("tag-not-found", "repository-not-found")]],
  };

  test("may be what a stranger is told of a private image", () => {
    expect(told(finding(given))).toBe("tag-not-found likely or repository-not-found or credentials-missing");
  });

  test("is settled by a list of tags that a stranger is given", () => {
    expect(told(finding({ ...given, tags: ["0.9"] }))).toBe("tag-not-found confirmed");
  });

  test("is a missing login when a secret of the namespace opens the image", () => {
    const found = finding({
      ...given,
      secrets: ["other"],
      answers: (registry) => [
        [nobody, no("tag-not-found", "repository-not-found")],
        [as("other", registry), { is: "there" }],
      ],
    });
    expect(told(found)).toBe("credentials-missing confirmed");
    expect(found.summary).toContain("Secret other of shop (user ci) opens the image");
    expect(found.remedies[0]).toMatchObject({ fix: "attach-to-workload", with: { secret: "other" } });
  });
});

describe("a refusal", () => {
  test("of nobody says nothing where nodes sign in by themselves", () => {
    const registry = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
    const given = { registry, message: denied, answers: () => [] };
    const before = finding(given);
    const after = finding({ ...given, answers: () => [[nobody, no("credentials-missing")]] });
    expect(told(after)).toBe(told(before));
    expect(after.evidence).toEqual(before.evidence);
    expect(after.notChecked).toContain("what it answers to the node's own credentials");
  });

  test("of nobody, by a registry that tells missing from private, confirms", () => {
    const found = finding({ message: denied, answers: () => [[nobody, no("credentials-missing")]] });
    expect(told(found)).toBe("credentials-missing confirmed");
  });

  test("of the last of several logins decides, and one that opens beats it", () => {
    const both = (second: ImageAnswer) =>
      finding({
        message: denied,
        secrets: ["own-1", "own-2"],
        answers: (registry) => [
          [as("own-1", registry), no("credentials-rejected")],
          [as("own-2", registry), second],
        ],
      });
    expect(told(both({ is: "there" }))).toContain("likely");
    expect(both({ is: "there" }).summary).toContain("gives it now, with the pod's own credentials");
    expect(both(no("credentials-rejected")).verdict).toBe("confirmed");
  });
});

describe("what came of nothing", () => {
  test.each([
    [
      { is: "unasked", why: "no answer came in time" },
      "what registry.example.com answers now: no answer came in time",
    ],
    [
      { is: "unreachable", cause: "dns-failure" },
      "what registry.example.com answers now: it was not reached from this machine",
    ],
  ] as const)("%j changes no verdict", (answer, notChecked) => {
    const found = finding({ message: notFound, answers: () => [[nobody, answer]] });
    expect(told(found)).toBe("tag-not-found likely or repository-not-found");
    expect(found.notChecked).toContain(notChecked);
    expect(found.evidence.some(({ source }) => source === "registry")).toBe(false);
  });
});
