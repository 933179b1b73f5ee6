// What each registry product says, by its dialect's own rows and by the simulated registries, and what is concluded from it.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Conclusion, conclude, settledByTags } from "../../src/diagnose/conclude.js";
import type { MessageCause } from "../../src/model/reading.js";
import { parseReference } from "../../src/model/reference.js";
import { registryFamily } from "../../src/model/registry-family.js";
import type { Asker } from "../../src/probes/asker.js";
import { anonymous, type Login } from "../../src/registry/credential.js";
import type { Dialect, Look } from "../../src/registry/dialects/define.js";
import { dialectOf, dialects } from "../../src/registry/dialects/index.js";
import type { Failure } from "../../src/registry/exchange.js";
import { openWorld, type World } from "../../src/sim/world/open.js";
import { ask, askerOf, basic } from "./asking.js";

const truth: Readonly<Record<Look["situation"], MessageCause>> = {
  "missing-repository": "repository-not-found",
  "private-repository": "credentials-missing",
  "wrong-login": "credentials-rejected",
  "ended-login": "credentials-expired",
  "no-right": "access-denied",
  "missing-tag": "tag-not-found",
  limit: "rate-limited",
  "forbidden-here": "access-denied",
  policy: "policy-blocked",
};

const failureOf = (look: Look, usesTokens: boolean): Failure => {
  const [, code = "", message = ""] = /^(?:([\w-]+): )?(.*)$/s.exec(look.says) ?? [];
  const sent =
    look.asker === "nobody" && !usesTokens ? "nothing" : usesTokens ? "a token" : "user and password";
  return {
    stage: look.at,
    is: "status",
    why: "",
    status: look.status,
    sent,
    errors: look.says === "" ? [] : [{ code, message }],
    facts: {},
  };
};

const judged = (look: Look, dialect: Dialect): Conclusion | undefined => {
  const usesTokens =
    dialect.looks.some(({ at }) => at === "token") || ["quay", "harbor"].includes(dialect.id);
  return conclude(failureOf(look, usesTokens), {
    family: dialect.family ?? "other",
    dialect,
    isSignedIn: look.asker === "somebody",
    isByDigest: false,
  });
};

describe("the dialects' own rows", () => {
  test.each(
    dialects.flatMap((dialect) => dialect.looks.map((look) => ({ dialect, look, id: dialect.id, ...look }))),
  )("$id: $situation to $asker, $at $status", ({ dialect, look }) => {
    const found = judged(look, dialect);
    // What cannot be told apart stays open: the truth is among what remains, and is the first where the row is its own.
    expect([found?.cause, ...(found?.also ?? [])]).toContain(truth[look.situation]);
  });

  test("what a product says alike for two situations is never concluded as one", () => {
    const key = (look: Look): string => [look.asker, look.at, look.status, look.says].join(" ");
    const wrong = dialects.flatMap((dialect) =>
      dialect.looks.flatMap((look) => {
        const alike = dialect.looks.filter((other) => key(other) === key(look));
        const found = judged(look, dialect);
        const open = [found?.cause, ...(found?.also ?? [])];
        return alike
          .filter(({ situation }) => !open.includes(truth[situation]))
          .map((one) => `${dialect.id} ${one.situation}`);
      }),
    );
    expect(wrong).toEqual([]);
  });

  test("every row has its papers", () => {
    const rows = dialects.flatMap(({ looks }) => looks);
    expect(rows.filter(({ after }) => after.length < 20)).toEqual([]);
    expect(rows.length).toBeGreaterThan(70);
  });

  test.each([
    ["docker.io", "docker-hub"],
    ["registry-1.docker.io", "docker-hub"],
    ["123456789012.dkr.ecr.eu-central-1.amazonaws.com", "ecr"],
    ["123456789012.dkr-ecr.eu-central-1.on.aws", "ecr"],
    ["public.ecr.aws", "ecr-public"],
    ["ghcr.io", "ghcr"],
    ["eu.gcr.io", "gar"],
    ["europe-docker.pkg.dev", "gar"],
    ["acme.azurecr.io", "acr"],
    ["quay.io", "quay"],
    ["registry.gitlab.com", "gitlab"],
    ["harbor.acme.example:8443", "harbor"],
    ["acme.jfrog.io", "artifactory"],
    ["registry.k8s.io", "registry-k8s-io"],
    ["image-registry.openshift-image-registry.svc:5000", "openshift"],
    ["registry.acme.example", "distribution"],
    ["notdocker.io", "distribution"],
    ["gcr.io.evil.example", "distribution"],
  ])("%s is %s", (host, id) => {
    expect(dialectOf(host).id).toBe(id);
  });

  test("an answer tells the product where the host does not", () => {
    const of = (headers: [string, string[]][], service?: string) =>
      dialectOf("registry.acme.example", {
        headers: new Map(headers),
        ...(service === undefined ? {} : { service }),
      }).id;
    expect(of([], "harbor-registry")).toBe("harbor");
    expect(of([], "container_registry")).toBe("gitlab");
    expect(of([["x-jfrog-version", ["7"]]])).toBe("artifactory");
    expect(of([["server", ["Nexus/3.70.1 (OSS)"]]])).toBe("nexus");
    expect(of([["server", ["nginx"]]])).toBe("distribution");
  });
});

const hosts = {
  "docker.io": "docker-hub",
  "123456789012.dkr.ecr.eu-central-1.amazonaws.com": "ecr",
  "public.ecr.aws": "ecr-public",
  "ghcr.io": "ghcr",
  "europe-docker.pkg.dev": "gar",
  "acme.azurecr.io": "acr",
  "quay.io": "quay",
  "harbor.acme.example": "harbor",
  "registry.gitlab.com": "gitlab",
  "nexus.acme.example": "nexus",
  "artifactory.acme.example": "artifactory",
  "htpasswd.acme.example": "htpasswd",
  "bearer.acme.example": "bearer",
  "plain.acme.example": "plain",
} as const;

const user = (host: string): string => (host.includes("ecr") ? "AWS" : "ci");
const logins = (host: string): Readonly<Record<string, Login>> => ({
  nobody: anonymous,
  right: basic(user(host), "right"),
  wrong: basic(user(host), "never"),
  ended: basic(user(host), "earlier"),
});

let world: World;
let asker: Asker;

beforeAll(async () => {
  world = await openWorld({
    registries: Object.fromEntries(
      Object.entries(hosts).map(([host, dialect]) => [
        host,
        {
          dialect,
          accounts: { [user(host)]: { password: "right", expiredPasswords: ["earlier"] }, other: "right" },
          repositories: {
            "shop/public/api": ["v1"],
            "shop/own/api": { private: dialect !== "plain", tags: ["v1"], readers: [user(host)] },
            "shop/theirs/api": { private: true, tags: ["v1"], readers: ["other"] },
          },
        },
      ]),
    ),
  });
  asker = askerOf(world);
});
afterAll(async () => {
  await asker.close();
  await world.close();
});

interface Asked {
  readonly as: "nobody" | "right" | "wrong" | "ended";
  readonly image: string;
  readonly truth: MessageCause;
}

const questions: readonly Asked[] = [
  { as: "nobody", image: "shop/own/api:v1", truth: "credentials-missing" },
  { as: "wrong", image: "shop/own/api:v1", truth: "credentials-rejected" },
  { as: "ended", image: "shop/own/api:v1", truth: "credentials-expired" },
  { as: "right", image: "shop/theirs/api:v1", truth: "access-denied" },
  { as: "right", image: "shop/nothere/api:v1", truth: "repository-not-found" },
  { as: "nobody", image: "shop/nothere/api:v1", truth: "repository-not-found" },
  { as: "right", image: "shop/own/api:v9", truth: "tag-not-found" },
  { as: "nobody", image: "shop/public/api:v9", truth: "tag-not-found" },
];

/** Products that refuse strangers before they look, so that nothing more can be concluded. */
const asksFirst: ReadonlySet<string> = new Set(["ecr", "acr", "nexus", "htpasswd"]);
/** Products that say the same of an ended password and of a wrong one. */
const isMuteOnEnd = (dialect: string): boolean => !["docker-hub", "ecr", "ecr-public"].includes(dialect);

describe("what the simulated registries answer", () => {
  const rows = Object.entries(hosts).flatMap(([host, dialect]) =>
    questions
      .filter(({ truth }) => dialect !== "plain" || truth.endsWith("-not-found"))
      .flatMap((question) =>
        (["quick", "full"] as const).map((depth) => ({ host, dialect, ...question, depth })),
      ),
  );
  test.each(rows)("$dialect, $as, $image, $depth: $truth is not ruled out", async (row) => {
    const { host, dialect, as, image, depth } = row;
    const login = logins(host)[as] ?? anonymous;
    const answer = await ask(asker, `${host}/${image}`, login, { depth });
    const { failure } = answer;
    if (failure === undefined) throw new Error("it was answered well");
    const found = conclude(failure, {
      family: registryFamily(host),
      ...(answer.dialect === undefined ? {} : { dialect: answer.dialect }),
      isSignedIn: login.is !== "anonymous",
      isByDigest: false,
    });
    if (found === undefined) throw new Error(failure.why);
    const settled = settledByTags(found, await asker.tags(parseReference(`${host}/${image}`), login));
    const open = [settled.cause, ...settled.also];
    const expected =
      as === "nobody" && asksFirst.has(dialect)
        ? "credentials-missing"
        : row.truth === "credentials-expired" && isMuteOnEnd(dialect)
          ? "credentials-rejected"
          : row.truth;
    expect(open).toContain(expected);
  });
});
