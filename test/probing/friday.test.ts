// The fourteen reasons of production-friday, before the registries were asked and after.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtInWorld } from "../../src/sim/world/built-in.js";
import { type Printed, type Probed, probedWorld } from "./world.js";

let friday: Probed;
let off: Printed;
let on: Printed;
let doorsBefore: number;

beforeAll(async () => {
  friday = await probedWorld(builtInWorld("production-friday") ?? "", { minutes: 4, seed: "friday" });
  off = await friday.diagnose(["-A", "--probe=off"]);
  doorsBefore = friday.door.asked.length;
  on = await friday.diagnose(["-A", "--probe=always"]);
}, 120_000);
afterAll(() => friday.close());

function of(report: Printed, workload: string): Printed["findings"][number] {
  const found = report.findings.find(({ workloads }) =>
    workloads.some(({ namespace, name }) => `${namespace}/${name}` === workload),
  );
  if (found === undefined) throw new Error(`no finding about ${workload}`);
  return found;
}

const verdictOf = (report: Printed, workload: string): string => {
  const { cause, verdict } = of(report, workload);
  return `${cause} ${verdict}`;
};

test.each([
  ["shop/checkout", "tag-not-found likely", "tag-not-found confirmed"],
  ["data/etl-nightly", "tag-not-found likely", "repository-not-found confirmed"],
  ["payments/ledger", "secret-missing confirmed", "secret-missing confirmed"],
  ["mobile/push", "credentials-missing likely", "credentials-missing likely"],
  ["web/storefront", "credentials-rejected likely", "credentials-rejected confirmed"],
  ["data/etl", "access-denied likely", "credentials-expired confirmed"],
  ["data/superset", "rate-limited confirmed", "rate-limited confirmed"],
  ["ops/backup", "dns-failure confirmed", "dns-failure confirmed"],
  ["platform/antivirus", "tls-expired confirmed", "tls-expired confirmed"],
  ["ml/trainer", "connection-refused confirmed", "connection-refused confirmed"],
  ["ml/inference", "platform-mismatch confirmed", "platform-mismatch confirmed"],
  ["web/banner", "invalid-reference confirmed", "invalid-reference confirmed"],
  ["ops/toolbox", "image-not-present confirmed", "image-not-present confirmed"],
  ["web/linkcheck", "registry-unavailable likely", "registry-unavailable confirmed"],
])("%s: %s, then %s", (workload, before, after) => {
  expect(verdictOf(off, workload)).toBe(before);
  expect(verdictOf(on, workload)).toBe(after);
});

describe("off", () => {
  test("asks no registry, and says that none was asked", () => {
    expect(doorsBefore).toBe(0);
    expect(off.registries).toBeUndefined();
    expect(of(off, "shop/checkout").notChecked).toContain("what registry.acme.example answers now");
  });
});

describe("what the answers add", () => {
  test("the tag that was meant, that it is there, and the command that sets it", () => {
    const finding = of(on, "shop/checkout");
    expect(finding.summary).toContain("Of its 3 tags, v2.4.1 reads almost like it and is there");
    expect(finding.remedies[0]).toMatchObject({
      fix: "set-image",
      with: { image: "registry.acme.example/shop/checkout:v2.4.1" },
    });
    expect(finding.evidence.filter(({ source }) => source === "registry")).toMatchObject([
      {
        where: "GET /v2/shop/checkout/manifests/v2.4.l",
        status: 404,
        shows: "registry.acme.example has no such tag, asked as robot$cluster (secret harbor)",
        from: "this machine",
      },
      { where: "GET /v2/shop/checkout/tags/list", status: 200, from: "this machine" },
    ]);
    expect(finding.notChecked).toEqual([]);
    expect(finding.open).toEqual([]);
  });

  test("a missing repository is told from a missing tag", () => {
    expect(of(off, "data/etl-nightly").open.map(({ cause }) => cause)).toEqual(["repository-not-found"]);
    expect(of(on, "data/etl-nightly").open).toEqual([]);
  });

  test.each([
    ["web/storefront", "harbor"],
    ["data/etl", "ecr-today"],
    ["payments/ledger", "reg-cred"],
  ])("%s: a secret of the namespace that opens the image", (workload, secret) => {
    const finding = of(on, workload);
    expect(finding.summary).toContain(`Secret ${secret} of `);
    expect(finding.remedies[0]?.with).toMatchObject({ secret });
  });

  test("what the image offers", () => {
    expect(of(on, "ml/inference").summary).toContain("It has linux/arm64, and nothing for linux/amd64.");
  });

  test("a limit is not ruled out by a question that it does not count", () => {
    expect(of(on, "data/superset").summary).toContain("that question is not counted as a pull");
  });

  test.each([["ops/backup"], ["platform/antivirus"], ["ml/trainer"]])(
    "%s: a network that is the same from here is told and is no evidence",
    (workload) => {
      const finding = of(on, workload);
      expect(finding.summary).toContain("It could not be asked from this machine");
      expect(finding.evidence.some(({ source }) => source === "registry")).toBe(false);
      expect(finding.notChecked.join()).toContain("it was not reached from this machine");
    },
  );

  test("no manifest was pulled whole from the registry whose pulls are counted", () => {
    expect(asked().filter(({ method, status }) => method === "GET" && status === 200)).toEqual([]);
  });

  test("no public registry hears of names of the private one", () => {
    expect(asked().map(({ path }) => path)).not.toContainEqual(expect.stringMatching(/payments|shop|etl/));
    expect(asked().length).toBeGreaterThan(0);
  });
});

/** What Docker Hub was asked about manifests from outside: the world stands still meanwhile. */
const asked = () =>
  friday.world.registries.requests.filter(
    ({ host, path, at }) =>
      host === "registry-1.docker.io" && path.includes("/manifests/") && at >= friday.clock.now(),
  );

test("the exit code stays what the findings make it", async () => {
  expect((await friday.run(["diagnose", "-A", "--probe=off", "-o", "name"])).code).toBe(1);
  expect((await friday.run(["diagnose", "-A", "--probe=always", "-o", "name"])).code).toBe(1);
  const well = await friday.run(["diagnose", "-n", "kube-system"]);
  expect(well.code).toBe(0);
  expect(well.out).not.toContain("to registries");
});

test("the screen shows request, status and vantage point within 80 columns", async () => {
  const { out, err } = await friday.run(["diagnose", "deploy/checkout", "-n", "shop", "--probe=always"]);
  expect(err).toBe("");
  expect(out).toMatch(/registry +(?:HEAD|GET) \/v2\/shop\/checkout\/manifests\/v2\.4\.l +404\n/);
  expect(out).toContain("(from this machine)");
  expect(out.split("\n").filter((line) => line.length > 80 && !line.includes("kubectl"))).toEqual([]);
});

test("no password and no token is in anything printed", async () => {
  const secrets = ["h4rb0r", "token-of-", "ghp_bot", "eyJ", "Bearer "];
  for (const format of ["text", "json", "yaml", "markdown"]) {
    const { out, err } = await friday.run(["diagnose", "-A", "--probe=always", "-o", format]);
    for (const secret of secrets) expect(out + err).not.toContain(secret);
  }
}, 60_000);
