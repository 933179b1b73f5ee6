// One workload for each way in which a registry's answer changes what can be said.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Printed, type Probed, probedWorld } from "./world.js";

const gone = `sha256:${"0".repeat(63)}1`;
const login = { username: "ci", password: "canary-ci-password" };
const stranger = { username: "other", password: "canary-other-password" };

/** On the node that reaches registries, but for one. */
const placed = (workloads: Readonly<Record<string, object>>) =>
  Object.fromEntries(
    Object.entries(workloads).map(([name, workload]) => [
      name,
      { ...workload, nodeSelector: { way: name === "way/proxied" ? "proxied" : "straight" } },
    ]),
  );

let small: Probed;
let before: Printed;
let after: Printed;

beforeAll(async () => {
  small = await probedWorld(
    {
      nodes: [
        { name: "node-1", labels: { way: "straight" } },
        { name: "node-2", labels: { way: "proxied" }, proxy: "http://proxy.example:3128" },
      ],
      proxies: { "proxy.example:3128": { answer: "deny" } },
      registries: {
        "docker.io": {
          accounts: { ci: login.password },
          repositories: {
            "acme/private": { private: true, tags: ["1.0"] },
            "library/nginx": ["1.27.3"],
          },
        },
        "hiding.example": {
          dialect: "artifactory",
          accounts: { ci: login.password },
          repositories: { "team/seen": ["1.0"] },
        },
        "registry.example.com": {
          dialect: "bearer",
          accounts: { ci: login.password, other: stranger.password },
          repositories: {
            "team/web": ["1.0", "1.1"],
            "team/api": {
              tags: {
                "2.0": { platforms: ["linux/arm64"], index: true },
                "1.9": { index: true, platforms: ["linux/amd64"] },
              },
            },
            "team/late": ["1.0"],
            "team/secret": { private: true, tags: ["1.0"], readers: ["ci"] },
            "acme/push": ["5.1.0"],
            "acme/pull": ["5.1.0"],
            "team/moved": ["7.0"],
            "team/now-public": { private: true, tags: ["1.0"] },
          },
        },
      },
      secrets: {
        "hub/unattached": { "https://index.docker.io/v1/": login },
        "auth/stranger": { "registry.example.com": stranger },
        "stale/old": { "registry.example.com": { username: "gone", password: "canary-gone-password" } },
        "elsewhere/there": { "registry.example.com": login },
      },
      workloads: placed({
        "tags/higher": { image: "registry.example.com/team/web:1.7" },
        "tags/platform": { image: "registry.example.com/team/api:2.O" },
        "tags/digest": { image: `registry.example.com/team/moved:7.0@${gone}` },
        "tags/late": { image: "registry.example.com/team/late:2.0" },
        "stale/web": { image: "registry.example.com/team/web:1.O" },
        "names/swapped": { image: "registry.example.com/team/wbe:1.0" },
        "names/no-registry": { image: "acme/push:5.1.0" },
        "hub/private": { image: "acme/private:1.0" },
        "hub/missing": { image: "acme/nothing:1.0" },
        "lone/private": { image: "acme/private:1.0" },
        "auth/denied": { image: "registry.example.com/team/secret:1.0", secrets: ["stranger"] },
        "auth/elsewhere": { image: "registry.example.com/team/secret:1.0" },
        "auth/now-public": { image: "registry.example.com/team/now-public:1.0" },
        "hiding/seen": { image: "hiding.example/team/seen:2.0" },
        "way/well": { image: "registry.example.com/team/web:1.0" },
        "way/pull": { image: "registry.example.com/acme/pull:5.1.0" },
        "way/proxied": { image: "registry.example.com/team/web:1.1" },
      }),
    },
    { minutes: 3 },
  );
  const { registries } = small.world;
  registries.putTag("registry.example.com", "team/late", "2.0");
  registries.setPrivate("registry.example.com", "team/now-public", false);
  before = await small.diagnose(["-A", "--probe=off"]);
  after = await small.diagnose(["-A", "--probe=always"]);
}, 120_000);
afterAll(() => small.close());

function of(report: Printed, workload: string): Printed["findings"][number] {
  const found = report.findings.find(({ workloads }) =>
    workloads.some(({ namespace, name }) => `${namespace}/${name}` === workload),
  );
  if (found === undefined) throw new Error(`no finding about ${workload}`);
  return found;
}

const told = (report: Printed, workload: string): string => {
  const { cause, verdict, open } = of(report, workload);
  return [cause, verdict, ...open.map((one) => `or ${one.cause}`)].join(" ");
};

describe("before the registries were asked, and after", () => {
  test.each([
    ["tags/higher", "tag-not-found likely", "tag-not-found confirmed"],
    ["tags/platform", "tag-not-found likely or repository-not-found", "tag-not-found confirmed"],
    [
      "tags/digest",
      "digest-not-found likely or tag-not-found or repository-not-found",
      "digest-not-found confirmed",
    ],
    ["tags/late", "tag-not-found likely or repository-not-found", "tag-not-found likely"],
    ["names/swapped", "repository-not-found likely", "repository-not-found likely"],
    [
      "names/no-registry",
      "unknown unknown or secret-in-other-namespace or credentials-missing or repository-not-found",
      "wrong-registry likely or repository-not-found",
    ],
    ["hub/private", "secret-not-attached likely or repository-not-found", "secret-not-attached confirmed"],
    [
      "hub/missing",
      "secret-not-attached likely or repository-not-found",
      "unknown unknown or credentials-missing or repository-not-found",
    ],
    [
      "lone/private",
      "unknown unknown or secret-in-other-namespace or credentials-missing or repository-not-found",
      "secret-in-other-namespace confirmed",
    ],
    // A list of tags that a stranger is given.
    ["hiding/seen", "tag-not-found likely or repository-not-found", "tag-not-found confirmed"],
    ["auth/denied", "unknown unknown or access-denied or repository-not-found", "access-denied confirmed"],
    [
      "auth/elsewhere",
      "secret-not-attached likely or repository-not-found",
      "secret-in-other-namespace confirmed",
    ],
    [
      "way/proxied",
      "proxy-failure likely or registry-unavailable",
      "proxy-failure likely or registry-unavailable",
    ],
  ])("%s", (workload, off, on) => {
    expect(told(before, workload)).toBe(off);
    expect(told(after, workload)).toBe(on);
  });
});

describe("what this machine gets and the node did not is the finding", () => {
  test.each([
    [
      "tags/late",
      "registry.example.com gives it now, with the pod's own credentials, asked from this machine",
    ],
    ["auth/now-public", "it was mended since the node's last try, or the node asks somewhere else"],
  ])("%s: a try, and no change", (workload, words) => {
    const finding = of(after, workload);
    expect(finding.summary).toContain(words);
    expect(finding.verdict).toBe("likely");
    expect(finding.remedies.map(({ fix }) => fix)).toEqual(["restart-pods"]);
  });

  test("a proxy on the node's way is neither confirmed nor ruled out", () => {
    const finding = of(after, "way/proxied");
    expect(finding.summary).toContain("what differs is the way from the node");
    expect(finding.remedies.map(({ fix }) => fix)).toEqual(["tell"]);
  });
});

describe("what is offered was seen to be there", () => {
  test.each([
    ["tags/higher", "registry.example.com/team/web:1.1"],
    ["names/swapped", "registry.example.com/team/web:1.0"],
    ["names/no-registry", "registry.example.com/acme/push:5.1.0"],
  ])("%s", (workload, image) => {
    expect(of(after, workload).remedies[0]).toMatchObject({ fix: "set-image", with: { image } });
  });

  test("the tag that was meant has nothing for the nodes: told, and not offered", () => {
    const { summary, remedies } = of(after, "tags/platform");
    expect(summary).toContain("2.0 reads almost like it, and has nothing for linux/amd64");
    expect(remedies).toEqual([]);
  });

  test("a refused login of the namespace says nothing about the tag that is offered", () => {
    const { summary, remedies } = of(after, "stale/web");
    expect(summary).toContain("1.0 reads almost like it and is there");
    expect(remedies[0]?.with.image).toBe("registry.example.com/team/web:1.0");
  });

  test("a digest that is gone behind a tag that answers", () => {
    const { summary, remedies } = of(after, "tags/digest");
    expect(summary).toContain("Its tag 7.0 is there, with sha256:");
    expect(remedies[0]?.with.image).toMatch(/^registry\.example\.com\/team\/moved:7\.0@sha256:(?!0000)/);
  });

  test("a secret that the registry refuses is not offered", () => {
    expect(of(before, "hub/missing").remedies[0]?.with).toMatchObject({ secret: "unattached" });
    expect(of(after, "hub/missing").remedies).toEqual([]);
    expect(of(after, "hub/missing").evidence.map(({ source }) => source)).toContain("registry");
  });
});

describe("credentials", () => {
  test("a login is tried at the registry that it is for, and nowhere else", () => {
    const signed = small.world.registries.requests.filter(({ authorization }) => authorization === "Basic");
    expect(new Set(signed.map(({ host }) => host))).toEqual(
      new Set(["auth.docker.io", "registry.example.com"]),
    );
    expect(small.door.asked.map((to) => to.replace(/:443$/, ""))).not.toContain("proxy.example");
  });

  test("and shown nowhere", () => {
    expect(JSON.stringify([before, after])).not.toMatch(/canary/);
  });
});

describe("rules of the user", () => {
  test("a denied host is not asked, and that is said", async () => {
    const from = small.door.asked.length;
    const report = await small.diagnose([
      "-n",
      "tags",
      "--probe=always",
      "--deny-host",
      "registry.example.com",
    ]);
    expect(small.door.asked.slice(from)).toEqual([]);
    expect(of(report, "tags/higher").notChecked.join()).toContain(
      "registry.example.com is on the list of denied hosts",
    );
    expect(told(report, "tags/higher")).toBe("tag-not-found likely");
  });

  test("only what the report is about is asked for", async () => {
    const from = small.world.registries.requests.length;
    await small.diagnose(["deploy/higher", "-n", "tags", "--probe=always"]);
    const asked = small.world.registries.requests.slice(from).map(({ path }) => path);
    expect(asked.filter((path) => path.includes("/team/"))).not.toContainEqual(
      expect.stringContaining("/api/"),
    );
    expect(asked.some((path) => path.startsWith("/v2/team/web/"))).toBe(true);
  });

  test.each([
    [
      ["--resolve", "registry.example.com:10.0.0.7"],
      "--resolve registry.example.com:10.0.0.7 cannot be read",
    ],
    [["--resolve", "registry.example.com=ten"], "ten is no address"],
    [["--dns", "dns.example"], "--dns dns.example names no DNS server"],
    [["--ca", "/nonexistent"], "--ca /nonexistent cannot be used"],
  ])("%s", async (flags, words) => {
    const { code, err } = await small.run(["diagnose", "-n", "tags", "--probe=always", ...flags]);
    expect(code).toBe(2);
    expect(err).toContain(words);
  });
});
