// Clients that were written for real registries, against the simulated ones: skopeo, containerd, aws, docker.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDockerEngine } from "../../src/sim/docker/engine.js";
import { openWorld, type World } from "../../src/sim/world/open.js";
import { type Containerd, startContainerd } from "./containerd.js";
import { type Ran, run } from "./programs.js";

const ecr = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
const folder = mkdtempSync(join(tmpdir(), "pulldoctor-clients-"));
let world: World;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  world = await openWorld({
    registries: {
      "docker.io": {
        accounts: { acme: "right" },
        repositories: { "library/nginx": ["1.25", "1.27"], "acme/own": { readers: ["acme"], tags: ["v1"] } },
      },
      "registry.acme.example": {
        openPush: true,
        repositories: {
          "shop/api": ["v1", "v2"],
          "shop/multi": { tags: { v1: { platforms: ["linux/amd64", "linux/arm64"], shape: "oci" } } },
          "shop/arm": { tags: { v1: { platforms: ["linux/arm64"], index: true } } },
        },
      },
      "htpasswd.acme.example": { dialect: "htpasswd", accounts: { ci: "right" } },
      "harbor.acme.example": { dialect: "harbor", accounts: { ci: "right" } },
      "blobs.acme.example": { blobHost: "storage.acme.example", repositories: { "shop/api": ["v1"] } },
      "ghcr.io": {
        accounts: { ci: "right" },
        repositories: { "acme/push": { private: true, tags: ["v1"] } },
      },
      [ecr]: { repositories: { "shop/api": ["v1", "v2"], "shop/empty": { tags: {} } } },
      "broken.acme.example": { repositories: { "a/b": ["v1"] } },
      "expired.acme.example": { repositories: { "a/b": ["v1"] } },
    },
    faults: [
      { at: "broken.acme.example", stage: "blob", kind: "corrupt", layer: 1 },
      { at: "expired.acme.example", stage: "tls", kind: "expired" },
    ],
  });
  const caFile = join(folder, "ca.pem");
  writeFileSync(caFile, world.network.ca);
  env = { ...world.env(caFile), HOME: folder };
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("skopeo", () => {
  const skopeo = (...args: readonly string[]): Promise<Ran> => run("skopeo", args, { env });
  const copy = (from: string, to: string, ...more: readonly string[]): Promise<Ran> =>
    skopeo("copy", "--insecure-policy", ...more, `docker://${from}`, to);

  test("inspects and lists tags", async () => {
    const { out } = await skopeo("inspect", "docker://docker.io/library/nginx:1.27");
    const seen = JSON.parse(out) as { Digest: string; RepoTags: string[]; Layers: string[] };
    expect([seen.RepoTags, seen.Layers.length]).toEqual([["1.25", "1.27"], 2]);
    const listed = await skopeo("list-tags", "docker://registry.acme.example/shop/api");
    expect(JSON.parse(listed.out)).toEqual({
      Repository: "registry.acme.example/shop/api",
      Tags: ["v1", "v2"],
    });
  });

  test("pulls an image into a folder, also from a registry with its blobs elsewhere", async () => {
    for (const host of ["registry.acme.example", "blobs.acme.example"]) {
      const to = join(folder, host);
      const { code, err } = await copy(`${host}/shop/api:v1`, `oci:${to}:v1`);
      expect([code, err]).toEqual([0, ""]);
      expect(readFileSync(join(to, "index.json"), "utf8")).toContain("sha256:");
    }
  });

  test.each([
    ["registry.acme.example/shop/api:v1", "registry.acme.example/team/copy:v1", []],
    ["docker.io/library/nginx:1.25", "htpasswd.acme.example/team/nginx:1.25", ["--dest-creds", "ci:right"]],
    [
      "registry.acme.example/shop/multi:v1",
      "harbor.acme.example/team/multi:v1",
      ["--all", "--dest-creds", "ci:right"],
    ],
  ])("pushes %s to %s, where it is the same", async (from, to, more) => {
    const copied = await copy(from, `docker://${to}`, ...more);
    expect([copied.code, copied.err]).toEqual([0, ""]);
    const creds = more.includes("--dest-creds") ? ["--creds", "ci:right"] : [];
    const raw = async (name: string, ...args: readonly string[]): Promise<string> =>
      (await skopeo("inspect", "--raw", ...args, `docker://${name}`)).out;
    expect(await raw(to, ...creds)).toBe(await raw(from));
  });

  test.each([
    ["docker.io/acme/own:v1", "denied: requested access to the resource is denied"],
    ["docker.io/library/nginx:9", "manifest unknown"],
    ["ghcr.io/acme/push:v1", "unable to retrieve auth token: invalid username/password: unauthorized"],
    [
      `${ecr}/shop/api:v1`,
      "no basic auth credentials|authentication required|Authorization Token is invalid",
    ],
    ["expired.acme.example/a/b:v1", "x509: certificate has expired or is not yet valid"],
  ])("%s fails in its own words", async (name, words) => {
    const { code, err } = await skopeo("inspect", `docker://${name}`);
    expect(code).not.toBe(0);
    expect(err).toMatch(new RegExp(words));
  });

  test("a layer that was changed on the way is noticed", async () => {
    const { code, err } = await copy("broken.acme.example/a/b:v1", `dir:${join(folder, "broken")}`);
    expect(code).not.toBe(0);
    expect(err).toMatch(/Digest did not match|does not match|mismatch/i);
  });
});

describe("containerd", () => {
  let containerd: Containerd;
  beforeAll(async () => {
    containerd = await startContainerd(env);
  });
  afterAll(() => containerd.stop());
  const pull = (name: string, ...more: readonly string[]): Promise<Ran> =>
    containerd.ctr("images", "pull", "--snapshotter", "native", ...more, name);

  test("pulls and unpacks, by tag from an index too", async () => {
    for (const name of ["docker.io/library/nginx:1.27", "registry.acme.example/shop/multi:v1"]) {
      const { code, err } = await pull(name);
      expect([code, err]).toEqual([0, ""]);
    }
    expect((await containerd.ctr("images", "list", "-q")).out.trim().split("\n")).toEqual([
      "docker.io/library/nginx:1.27",
      "registry.acme.example/shop/multi:v1",
    ]);
  });

  test("pulls with a login, and pushes", async () => {
    expect((await pull("ghcr.io/acme/push:v1", "--user", "ci:right")).code).toBe(0);
    const pushed = await containerd.ctr(
      ...[
        "images",
        "push",
        "--user",
        "ci:right",
        "harbor.acme.example/team/pushed:v1",
        "ghcr.io/acme/push:v1",
      ],
    );
    expect([pushed.code, pushed.err]).toEqual([0, ""]);
    expect((await pull("harbor.acme.example/team/pushed:v1", "--user", "ci:right")).code).toBe(0);
  });

  test.each([
    ["docker.io/library/nginx:9", "docker.io/library/nginx:9: not found"],
    [
      "docker.io/acme/own:v1",
      "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
    ],
    [
      "ghcr.io/acme/push:v1",
      "failed to authorize: failed to fetch anonymous token: unexpected status: 401 Unauthorized",
    ],
    ["expired.acme.example/a/b:v1", "x509: certificate has expired or is not yet valid"],
    ["registry.acme.example/shop/arm:v1", "no match for platform in manifest"],
    ["broken.acme.example/a/b:v1", "unexpected commit digest"],
  ])("%s fails as the recordings say: %s", async (name, words) => {
    const { code, out, err } = await pull(name);
    expect(code).not.toBe(0);
    expect(out + err).toContain(words);
  });
});

describe("aws", () => {
  const aws = (...args: readonly string[]): Promise<Ran> =>
    run("aws", ["ecr", ...args], {
      env: {
        ...env,
        AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
        AWS_SECRET_ACCESS_KEY: "example",
        AWS_DEFAULT_REGION: "eu-central-1",
        AWS_EC2_METADATA_DISABLED: "true",
      },
    });

  test("describes repositories and images", async () => {
    const described = JSON.parse((await aws("describe-repositories")).out) as {
      repositories: { repositoryUri: string }[];
    };
    expect(described.repositories.map(({ repositoryUri }) => repositoryUri)).toEqual([
      `${ecr}/shop/api`,
      `${ecr}/shop/empty`,
    ]);
    const images = JSON.parse(
      (
        await aws(
          "describe-images",
          "--repository-name",
          "shop/api",
          "--endpoint-url",
          "https://api.ecr.eu-central-1.amazonaws.com",
        )
      ).out,
    ) as { imageDetails: { imageTags: string[] }[] };
    expect(images.imageDetails.flatMap(({ imageTags }) => imageTags).sort()).toEqual(["v1", "v2"]);
    const listed = JSON.parse((await aws("list-images", "--repository-name", "shop/api")).out) as {
      imageIds: object[];
    };
    expect(listed.imageIds).toHaveLength(2);
  });

  test.each([
    [
      ["describe-repositories", "--repository-names", "shop/none"],
      "RepositoryNotFoundException",
      "The repository with name 'shop/none' does not exist in the registry with id '123456789012'",
    ],
    [
      ["describe-images", "--repository-name", "shop/api", "--image-ids", "imageTag=v9"],
      "ImageNotFoundException",
      "does not exist within the repository with name 'shop/api'",
    ],
  ])("%j is %s", async (args, name, words) => {
    const { code, err } = await aws(...args);
    expect(code).not.toBe(0);
    expect(err).toContain(`(${name})`);
    expect(err).toContain(words);
  });

  test("its login password opens the registry for twelve hours, and no other does", async () => {
    const password = (await aws("get-login-password")).out.trim();
    const decoded = JSON.parse(Buffer.from(password, "base64").toString()) as { expiration: number };
    expect(decoded.expiration * 1000 - world.clock.now()).toBeGreaterThan(11.9 * 3_600_000);
    const inspect = (creds: string): Promise<Ran> =>
      run("skopeo", ["inspect", "--raw", "--creds", creds, `docker://${ecr}/shop/api:v1`], { env });
    expect((await inspect(`AWS:${password}`)).code).toBe(0);
    expect((await inspect("AWS:made-up")).code).not.toBe(0);
  });
});

describe("docker", () => {
  const socket = join(folder, "docker.sock");
  let engine: { close(): Promise<void> };
  beforeAll(async () => {
    engine = await startDockerEngine({ network: world.network, clock: world.clock, path: socket });
  });
  afterAll(() => engine.close());
  const docker = (args: readonly string[], stdin = ""): Promise<Ran> =>
    run("docker", args, {
      env: { ...env, DOCKER_HOST: `unix://${socket}`, DOCKER_CONFIG: join(folder, "docker") },
      stdin,
    });

  test("pulls, lists and removes an image", async () => {
    const first = await docker(["pull", "nginx:1.27"]);
    expect([first.code, first.out]).toEqual([
      0,
      expect.stringContaining("Status: Downloaded newer image for nginx:1.27"),
    ]);
    const again = await docker(["pull", "nginx:1.27"]);
    expect(again.out).toContain("Status: Image is up to date for nginx:1.27");
    expect((await docker(["images", "--format", "{{.Repository}}:{{.Tag}}"])).out.trim()).toBe("nginx:1.27");
    expect(
      (await docker(["image", "inspect", "nginx:1.27", "--format", "{{.Architecture}}"])).out.trim(),
    ).toBe("amd64");
    expect((await docker(["rmi", "nginx:1.27"])).out).toContain("Untagged: nginx:1.27");
    expect((await docker(["images", "-q"])).out).toBe("");
  });

  test.each([
    ["nginx:9", "manifest for nginx:9 not found: manifest unknown: manifest unknown"],
    [
      "acme/own:v1",
      "pull access denied for acme/own, repository does not exist or may require 'docker login'",
    ],
    ["nowhere.example/a/b:v1", "no such host"],
    ["expired.acme.example/a/b:v1", "certificate has expired or is not yet valid"],
    ["registry.acme.example/shop/arm:v1", "no matching manifest for linux/amd64"],
    ["broken.acme.example/a/b:v1", "filesystem layer verification failed for digest sha256:"],
  ])("pull %s fails as dockerd words it: %s", async (name, words) => {
    const { code, err } = await docker(["pull", name]);
    expect(code).not.toBe(0);
    expect(err).toContain(words);
  });

  test("a login that is good opens what is private, a wrong one is refused", async () => {
    const login = (password: string): Promise<Ran> =>
      docker(["login", "-u", "acme", "--password-stdin"], password);
    const refused = await login("wrong");
    expect(refused.err).toContain("unauthorized: incorrect username or password");
    expect((await login("right")).out).toContain("Login Succeeded");
    expect((await docker(["pull", "acme/own:v1"])).code).toBe(0);
    expect((await docker(["logout"])).code).toBe(0);
  });

  test("manifest inspect asks the registry itself, through the proxy", async () => {
    const { out } = await docker(["manifest", "inspect", "registry.acme.example/shop/multi:v1"]);
    const { manifests } = JSON.parse(out) as { manifests: { platform: { architecture: string } }[] };
    expect(manifests.map(({ platform }) => platform.architecture)).toEqual(["amd64", "arm64"]);
    expect((await docker(["manifest", "inspect", "nginx:9"])).err).toContain(
      "no such manifest: docker.io/library/nginx:9",
    );
  });
});
