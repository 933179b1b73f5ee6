// `pulldoctor parse`, as its reader sees it.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: unfilled templates are what is tested

import { describe, expect, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { runCli } from "../../../test/cli-run.js";

const hex = "0123456789abcdef".repeat(4);

test("a short name: its parts, and what was filled in", async () => {
  const ran = await runCli(["parse", "nginx"]);
  expect(ran.out).toBe(`✓ nginx
  registry     docker.io      filled in: CRI-O nodes may mean another
  repository   library/nginx  filled in: Docker's official images
  tag          latest         filled in: neither tag nor digest is given
  in full      docker.io/library/nginx:latest
  pull policy  Always (the tag is latest), unless the container says otherwise

1 name · nothing was asked of any registry
`);
  expect(ran.code).toBe(0);
  expect(ran.err).toBe("");
});

test("names that cannot be parsed: the Go words, what they mean, what to write", async () => {
  const ran = await runCli(["parse", "Nginx:1.25", "nginx:${TAG}", " nginx", "quay.io/acme/api:1.2"]);
  expect(ran.out).toBe(`✗ Nginx:1.25
  │ invalid reference format: repository name (library/Nginx) must be lowercase
  → the repository has upper case; only a tag may have it
  write        nginx:1.25

✗ nginx:\${TAG}
  │ invalid reference format
  → \${TAG} is a variable that a shell, envsubst, Terraform or Flux was to fill
    in

✗ " nginx"
  │ invalid reference format
  → a space stands before the name
  write        nginx

✓ quay.io/acme/api:1.2
  registry     quay.io
  repository   acme/api
  tag          1.2
  pull policy  IfNotPresent, unless the container says otherwise

4 names · 3 cannot be parsed · pulldoctor explain invalid-reference
`);
  expect(ran.code).toBe(1);
});

describe("doubts about names that can be parsed", () => {
  test.each([
    ["ngnix:1.25", "! ngnix is one slip away from nginx, an official image of Docker Hub", "nginx:1.25"],
    ["dokcer.io/library/nginx", "! dokcer.io is one slip away from docker.io", "docker.io/library/nginx"],
    ["gchr.io/a/b:1", "! gchr.io is one slip away from ghcr.io", "ghcr.io/a/b:1"],
    ["GHCR.io/a/b:1", "! GHCR.io is one slip away from ghcr.io", "ghcr.io/a/b:1"],
    [
      "hub.docker.com/r/acme/app:1",
      "! hub.docker.com is a web site; its registry is docker.io",
      "docker.io/acme/app:1",
    ],
    ["myregistry/app", "! myregistry has no dot and no port, so it is a user of Docker Hub", undefined],
    ["acme/team/app:1", "a repository there has two parts, and acme/team/app has 3", undefined],
    ["localhost:5000", "! 5000 is read as a tag and localhost as an image", undefined],
    ["registry.example.com", "! registry.example.com is read as an image of Docker Hub", undefined],
    ["my_reg.io/a", "! my_reg.io is no host, for a host holds no _", undefined],
    ["nginx:Latest", "! Latest is another tag than latest", undefined],
    ["nginx:null", "! null is what a program prints for a value that is not set", undefined],
    ["app:__TAG__", "! __TAG__ is a token that a build script was to fill in", undefined],
    [`sha256:${hex}`, "! sha256 is read as the image's name: a digest needs a name", undefined],
    [`nginx:${hex}`, "! the tag has the 64 hex digits of a digest", undefined],
    ["MyHost/app", "! kubelets up to 1.28 refuse it: invalid reference format", undefined],
    ["[::1]:5000/a", "! kubelets up to 1.28 refuse it: invalid reference format", undefined],
  ])("%s", async (image, doubt, write) => {
    const ran = await runCli(["parse", image]);
    expect(ran.out.replace(/\n +(?!write)/g, " ")).toContain(doubt);
    expect(/^ {2}write +(.*)$/m.exec(ran.out)?.[1]).toBe(write);
    expect(ran.code).toBe(0);
  });

  test.each([
    "nginx",
    "redis:7",
    "bitnami/redis",
    "goharbor/harbor-core:v2",
    "gitlab/gitlab-ce",
    "ghcr.io/a/b",
    "gcr.io/a/b",
    "icr.io/a/b",
    "registry.example.com/a:1",
    "localhost:5000/a",
    `nginx:1.27@sha256:${hex}`,
    "docker.io/acme/app:1",
  ])("%s gives none", async (image) => {
    expect((await runCli(["parse", image])).out).not.toMatch(/^ {2}!/m);
  });
});

test("with a tag and a digest, the digest decides", async () => {
  const ran = await runCli(["parse", `ghcr.io/acme/app:1.2@sha256:${hex}`]);
  expect(ran.out).toContain("  tag          1.2  not asked for: the digest decides\n");
  expect(ran.out).toContain(`  digest       sha256:${hex}\n`);
});

test("--kubelet answers as that kubelet does", async () => {
  const old = await runCli(["parse", "MyHost/app", "--kubelet", "1.20"]);
  expect(old.code).toBe(1);
  expect(old.out).toContain("│ invalid reference format: repository name must be lowercase\n");
  const recent = await runCli(["parse", "MyHost/app", "--kubelet", "v1.30.4"]);
  expect(recent.code).toBe(0);
  expect(recent.out).not.toContain("kubelets up to");
});

test("json and yaml are one document each, and agree", async () => {
  const json = await runCli(["parse", "nginx", "a b", "-o", "json"]);
  const document: unknown = JSON.parse(json.out);
  expect(document).toEqual({
    images: [
      {
        image: "nginx",
        ok: true,
        reference: {
          registry: "docker.io",
          repository: "library/nginx",
          full: "docker.io/library/nginx:latest",
        },
        familiar: "nginx",
        filledIn: [
          { part: "registry", why: "CRI-O nodes may mean another" },
          { part: "repository", why: "Docker's official images" },
          { part: "tag", why: "neither tag nor digest is given" },
        ],
        defaultPullPolicy: "Always",
        doubts: [],
      },
      {
        image: "a b",
        ok: false,
        why: "invalid reference format",
        slips: [{ is: "white-space", text: "a space stands inside the name" }],
      },
    ],
  });
  expect(json.code).toBe(1);
  const yaml = await runCli(["parse", "nginx", "a b", "-o", "yaml"]);
  expect(parseYaml(yaml.out)).toEqual(document);
});

test("names from stdin, one a line", async () => {
  const ran = await runCli(["parse", "-"], { stdin: "nginx\r\n\nghcr.io/a/b:1\n" });
  expect(ran.out).toMatch(/✓ nginx\n[\s\S]*✓ ghcr\.io\/a\/b:1\n[\s\S]*2 names/);
});

test("what could act on a terminal is shown, not done", async () => {
  const ran = await runCli(["parse", "ngi\u001b[31mnx\u202e:1"]);
  expect(ran.out).toContain("✗ ngi\\e[31mnx\\u{202e}:1");
  const json = await runCli(["parse", "ngi\u001b[31mnx", "-o", "json"]);
  expect(json.out).toContain("ngi\\u001b[31mnx");
});

describe("what cannot be asked", () => {
  test("no name", async () => {
    const ran = await runCli(["parse"]);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain("there is no image name to parse");
    expect(ran.err).toContain("pulldoctor parse nginx:1.27");
  });

  test("a kubelet that is none", async () => {
    const ran = await runCli(["parse", "nginx", "--kubelet", "new"]);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain("new is not the version of a kubelet");
  });
});

test("80 columns are enough, and plain signs where the locale has no others", async () => {
  const images = [
    "nginx",
    "Nginx",
    "MyHost/app",
    "acme/team/app",
    "nginx:$(TAG)",
    "https://ghcr.io/Acme/App:1",
    "localhost:5000",
  ];
  const ran = await runCli(["parse", ...images], { isTerminal: true, env: { NO_COLOR: "1" } });
  expect(ran.out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  const plain = await runCli(["parse", "nginx", "Nginx"], { env: { LANG: "C" } });
  expect(plain.out).toMatch(/^ok nginx\n/);
  expect(plain.out).toContain("x Nginx\n  | invalid");
});
