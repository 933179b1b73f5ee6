// `pulldoctor secrets` in a cluster that has one secret of every sort, with and without trying them.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { ReviewedSecret, SecretReview } from "../../src/model/secret-review.js";
import type { WorldData } from "../../src/sim/world/read.js";
import { schemaKeeper } from "../schema-keeper.js";
import { type Probed, probedWorld } from "./world.js";

type Printed = Omit<SecretReview, "at">;

const host = "registry.example.com";
const canaries = ["canary-ci-password", "canary-old-password", "canary-quay-password", "canary-ecr-password"];
const [password = "", old = "", quay = "", ecr = ""] = canaries;
const expiring = (seconds: number): string =>
  `eyJhbGciOiJub25lIn0.${Buffer.from(JSON.stringify({ exp: Math.floor(Date.now() / 1000) + seconds })).toString("base64url")}.`;

const world: WorldData = {
  registries: {
    [host]: {
      dialect: "bearer",
      accounts: { ci: password, robot$half: "canary-half-password" },
      repositories: {
        "team/web": { private: true, tags: ["1.0", "1.1", "1.2"] },
        "team/other": { private: true, tags: ["1.0"], readers: ["ci"] },
        "team/public": ["1.0"],
      },
    },
  },
  secrets: {
    "shop/good": { [host]: { username: "ci", password } },
    "shop/twin": { [host]: { username: "ci", password } },
    "shop/refused": { [host]: { username: "ci", password: old } },
    "shop/half": { [host]: { username: "robot$half", password: "canary-half-password" } },
    "shop/lone": { [host]: { username: "ci", password } },
    "shop/elsewhere": { "quay.io": { username: "acme+puller", password: quay } },
    "shop/ended": { "ended.example.com": { username: "jo@example.com", password: expiring(-3600) } },
    "shop/ending": { "ending.example.com": { username: "jo", password: expiring(2 * 24 * 3600) } },
    "shop/aws": { "123456789012.dkr.ecr.eu-central-1.amazonaws.com": { username: "AWS", password: ecr } },
  },
  serviceAccounts: { "shop/idle": ["lone"], "shop/runner": ["good"] },
  manifests: [
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "plain", namespace: "shop" },
      type: "Opaque",
      stringData: { password },
    },
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        name: "kept",
        namespace: "shop",
        ownerReferences: [
          { apiVersion: "external-secrets.io/v1", kind: "ExternalSecret", name: "harbor", uid: "u-1" },
        ],
      },
      type: "kubernetes.io/dockerconfigjson",
      stringData: {
        ".dockerconfigjson": JSON.stringify({
          auths: { "kept.example.com": { username: "jo", password: expiring(3600) } },
        }),
      },
    },
  ],
  workloads: {
    "shop/web": { image: `${host}/team/web:1.0`, replicas: 3, serviceAccount: "runner" },
    "shop/next": { image: `${host}/team/web:1.1`, secrets: ["good"] },
    "shop/two": { image: `${host}/team/web:1.2`, secrets: ["good", "refused", "gone"] },
    "shop/half": { image: `${host}/team/web:1.0`, secrets: ["half"] },
    "shop/half-other": { image: `${host}/team/other:1.0`, secrets: ["half"] },
    "shop/shut": { image: `${host}/team/web:1.0`, secrets: ["refused"] },
    "shop/wrong": { image: `${host}/team/public:1.0`, secrets: ["elsewhere", "plain"] },
    "shop/ended": { image: `${host}/team/public:1.0`, secrets: ["ended", "ending", "kept"] },
    "shop/nightly": {
      kind: "CronJob",
      schedule: "0 3 * * *",
      image: `${host}/team/web:1.0`,
      secrets: ["twin"],
    },
  },
};

let cluster: Probed;
let off: Printed;
let on: Printed;

const keeper = schemaKeeper("secrets-v1.json");

async function review(flags: readonly string[]): Promise<Printed> {
  const { out, err } = await cluster.run(["secrets", "-n", "shop", ...flags, "-o", "json"]);
  if (err !== "") throw new Error(err);
  const read: Printed = JSON.parse(out);
  expect(keeper.departures(read)).toEqual([]);
  return read;
}

beforeAll(async () => {
  cluster = await probedWorld(world, { minutes: 2 });
  off = await review(["--probe=off"]);
  on = await review(["--probe=always"]);
}, 120_000);
afterAll(() => cluster.close());

function of(from: Printed, name: string): ReviewedSecret {
  const found = from.secrets.find((secret) => secret.name === name);
  if (found === undefined) throw new Error(`no secret ${name}`);
  return found;
}
const remarks = (from: Printed, name: string): readonly string[] =>
  of(from, name).remarks.map(({ is, grade }) => `${grade} ${is}`);

describe("what the cluster alone tells", () => {
  test.each([
    ["good", []],
    ["twin", ["note duplicate"]],
    ["lone", ["note unused", "note duplicate"]],
    ["refused", ["note shadowed"]],
    ["elsewhere", ["warning wrong-host"]],
    ["ended", ["problem expired", "warning wrong-host"]],
    ["ending", ["warning ends-soon", "warning wrong-host"]],
    ["kept", ["warning wrong-host"]],
    ["aws", ["warning ends-soon", "warning unused"]],
    ["plain", ["problem wrong-type"]],
    ["gone", ["problem missing"]],
  ])("%s: %j", (name, expected) => {
    expect(remarks(off, name)).toEqual(expected);
  });

  test("who uses it, and through what", () => {
    expect(of(off, "good")).toMatchObject({
      pods: 5,
      users: expect.arrayContaining([
        { kind: "Deployment", name: "web", through: "service-account", account: "runner" },
        { kind: "Deployment", name: "next", through: "pod" },
      ]),
    });
    expect(of(off, "twin")).toMatchObject({
      pods: 0,
      users: [{ kind: "CronJob", name: "nightly", through: "pod" }],
    });
  });

  test("the sort of its login, its end, and who renews it", () => {
    expect(of(off, "elsewhere").entries[0]).toMatchObject({ username: "acme+puller", kind: "Quay robot" });
    expect(of(off, "ended").entries[0]).toMatchObject({ kind: "a person's account" });
    expect(of(off, "aws").entries[0]?.endsBy).toBe("an ECR authorization token lives at most 12 h");
    expect(of(off, "kept").keptBy).toBe("ExternalSecret harbor");
  });

  test("nothing was asked of a registry", () => {
    expect(off.registries).toBeUndefined();
    expect(off.latent).toEqual([]);
  });
});

describe("tried against the images that use it", () => {
  test.each([
    ["good", "opens"],
    ["twin", "opens"],
    ["refused", "refused"],
  ])("%s: %s", (name, is) => {
    expect(of(on, name).entries[0]?.tried.map((trial) => trial.is)).toContain(is);
  });

  test("a login that is refused is a problem, and so is one that lacks a right", () => {
    expect(of(on, "refused").remarks[0]?.text).toBe(`ci is refused by ${host}: ${host}/team/web:1.0`);
    expect(of(on, "half").remarks[0]?.text).toBe(`robot$half may not read ${host}/team/other:1.0`);
  });

  test("the exit code, and the names of what is wrong", async () => {
    const { code, out } = await cluster.run(["secrets", "-n", "shop", "--probe=always", "-o", "name"]);
    expect(code).toBe(1);
    expect(out.split("\n")).toEqual(
      expect.arrayContaining(["secret/refused", "secret/plain", "secret/gone"]),
    );
    expect(out.split("\n")).not.toContain("secret/good");
  });

  test("another namespace has none of it", async () => {
    const { code, out } = await cluster.run(["secrets", "-n", "default", "--probe=always"]);
    expect([code, out]).toEqual([
      0,
      "✓ there are no pull secrets\n\nnothing is wrong · 0 secrets · 0 pods · 0 questions to registries\n",
    ]);
  });
});

describe("latent failures", () => {
  test("pods that run from what their node holds and would not be pulled again", async () => {
    cluster.world.registries.setPassword(host, "ci", "canary-new-password");
    const changed = await review(["--probe=always"]);
    cluster.world.registries.setPassword(host, "ci", password);
    const told = ({ latent }: Printed): readonly string[] =>
      latent.map(({ kind, name, cause }) => `${kind} ${name} ${cause}`).sort();
    // This one was never let in: another pod of its node had pulled the image before.
    expect(told(on)).toEqual(["Deployment shut credentials-rejected"]);
    expect(told(changed)).toEqual([
      "Deployment next credentials-rejected",
      "Deployment shut credentials-rejected",
      "Deployment two credentials-rejected",
      "Deployment web credentials-rejected",
    ]);
  });
});

describe("printed", () => {
  test("the screen keeps to 80 columns, and the broken ones come first", async () => {
    const { out } = await cluster.run(["secrets", "-n", "shop", "--probe=always"]);
    expect(out.split("\n").filter((line) => [...line].length > 80)).toEqual([]);
    const [secrets = "", latent = ""] = out.split("run now, and would not be pulled again");
    expect(latent).toContain("! shop/shut (Deployment)");
    const signs = secrets.split("\n").flatMap((line) => /^[✗!✓](?= shop\/)/.exec(line)?.[0] ?? []);
    expect(signs).toEqual([...signs].sort((a, b) => "✗!✓".indexOf(a) - "✗!✓".indexOf(b)));
  });

  test("YAML is the same document", async () => {
    const { out } = await cluster.run(["secrets", "-n", "shop", "--probe=off", "-o", "yaml"]);
    expect(parse(out).secrets).toEqual(off.secrets);
  });

  test("never a value", async () => {
    for (const format of ["text", "json", "yaml", "name"]) {
      const { out, err } = await cluster.run(["secrets", "-A", "--probe=always", "-o", format]);
      for (const value of [...canaries, "canary", "eyJ"]) expect(out + err).not.toContain(value);
      for (const value of canaries)
        expect(out).not.toContain(Buffer.from(value).toString("base64").slice(2, -4));
    }
  });
});

test("secrets that may not be read are said, and nothing is called missing", async () => {
  const ran = await cluster.run(["secrets", "-A", "--probe=off", "--context", "nobody"]);
  expect(ran.code).toBe(2);
});

test("the schema describes nothing that is never there", () => {
  const unread = { ...off, complete: false, notRead: [{ what: "secrets in shop", why: "403 Forbidden" }] };
  expect(keeper.departures(unread)).toEqual([]);
  // A pod's own words are counted and dated; a registry's answer is neither.
  const ofEvents = /evidence\.(count|firstAt|lastAt)$/;
  expect(keeper.unseen().filter((path) => !ofEvents.test(path))).toEqual([]);
});
