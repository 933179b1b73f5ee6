// `can-pull` and `tags` against a world: a cluster with secrets, a docker config with helpers, and nobody.

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { canPullData } from "../../src/cli/can-pull-data.js";
import { run } from "../../src/cli/main.js";
import { parseReference } from "../../src/model/reference.js";
import { anonymous } from "../../src/registry/credential.js";
import { openWorld, type World } from "../../src/sim/world/open.js";
import { runCli } from "../cli-run.js";
import { serveHttp } from "../probes/loopback.js";
import { schemaKeeper } from "../schema-keeper.js";
import { until } from "../until.js";

const folder = mkdtempSync(join(tmpdir(), "pulldoctor-can-pull-"));
const host = "registry.acme.example";
const canary = "canary-0b5c9e";
let world: World;
let reach: readonly string[];
const env = { HOME: folder, PATH: `${folder}/bin:/usr/bin:/bin`, KUBECONFIG: join(folder, "kubeconfig") };

beforeAll(async () => {
  world = await openWorld({
    nodes: [
      { name: "node-1", architecture: "amd64" },
      { name: "node-2", architecture: "arm64" },
    ],
    registries: {
      "docker.io": {
        accounts: { acme: canary },
        limits: { anonymous: 100, account: 200, used: { anonymous: 24, account: 200 } },
        repositories: {
          "library/nginx": {
            tags: { "1.25": {}, "1.27": { platforms: ["linux/amd64", "linux/arm64"] }, latest: {} },
          },
          "acme/own": { private: true, readers: ["acme"], tags: ["v1"] },
        },
      },
      [host]: {
        dialect: "bearer",
        blobHost: "storage.acme.example",
        accounts: { ci: canary, old: { password: "new", expiredPasswords: [canary] }, idle: canary },
        repositories: {
          "shop/api": {
            private: true,
            readers: ["ci"],
            tags: {
              "v2.4.1": { platforms: ["linux/amd64", "linux/arm64"], shape: "oci" },
              "v2.4.0": { platforms: ["linux/amd64", "linux/arm64"], shape: "oci" },
              "v2.3.0-amd": { platforms: ["linux/amd64"], index: true, shape: "oci" },
            },
          },
        },
      },
      "slow.acme.example": { repositories: { "a/b": ["v1"] } },
      "ended.acme.example": { repositories: { "a/b": ["v1"] } },
      "123456789012.dkr.ecr.eu-central-1.amazonaws.com": { dialect: "ecr", repositories: { "a/b": ["v1"] } },
    },
    faults: [{ at: "ended.acme.example", stage: "tls", kind: "expired" }],
    secrets: {
      "shop/regcred": { [host]: { username: "ci", password: canary } },
      "shop/stale": {
        [host]: { username: "ci", password: "never" },
        [`${host}/shop`]: { username: "idle", password: canary },
      },
    },
    serviceAccounts: {
      "shop/default": ["regcred"],
      "shop/several": ["stale", "regcred"],
      "shop/lost": ["gone"],
      "shop/none": [],
    },
    manifests: [
      {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "broken", namespace: "shop" },
        type: "kubernetes.io/dockerconfigjson",
        data: { ".dockerconfigjson": Buffer.from('{"auths":{"x":{"auth":5}}}').toString("base64") },
      },
      {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name: "spoiled", namespace: "shop" },
        imagePullSecrets: [{ name: "regcred" }, { name: "broken" }],
      },
    ],
    workloads: {
      "shop/checkout": { image: `${host}/shop/api:v2.4.1` },
      "shop/cart": { image: `${host}/shop/api:v9`, secrets: ["regcred"] },
    },
  });
  writeFileSync(env.KUBECONFIG, world.kubeconfig);
  writeFileSync(join(folder, "ca.pem"), world.network.ca);
  const auth = Buffer.from(`ci:${canary}`).toString("base64");
  writeFileSync(join(folder, "config.json"), JSON.stringify({ auths: { [host]: { auth } } }));
  mkdirSync(join(folder, "helped"));
  mkdirSync(join(folder, "bin"));
  const helpers = { [host]: "acme", "docker.io": "lost", "slow.acme.example": "../evil" };
  writeFileSync(join(folder, "helped/config.json"), JSON.stringify({ credHelpers: helpers }));
  const helper = join(folder, "bin/docker-credential-acme");
  writeFileSync(
    helper,
    `#!/bin/sh\nread server\necho '{"ServerURL":"'$server'","Username":"ci","Secret":"${canary}"}'\n`,
  );
  chmodSync(helper, 0o755);
  reach = [
    "--ca",
    join(folder, "ca.pem"),
    ...world.resolver.hosts.flatMap(({ host: name, loopback, ports }) => [
      "--resolve",
      `${name}=${loopback}:${ports[443] ?? Object.values(ports)[0]}`,
    ]),
  ];
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

const cli = (...argv: readonly string[]) => runCli([...argv, ...reach], { env, cwd: folder });
const keeper = schemaKeeper("can-pull-v1.json");
const asJson = async (...argv: readonly string[]) => {
  const ran = await cli(...argv, "-o", "json");
  expect(ran.out + ran.err).not.toContain(canary);
  const found = ran.out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  for (const one of found) expect(keeper.departures(one)).toEqual([]);
  return { ...ran, found };
};
const image = `${host}/shop/api:v2.4.1`;

describe("can-pull in a cluster", () => {
  test("as the default service account of a namespace, on its nodes", async () => {
    const { code, found } = await asJson("can-pull", image, "-n", "shop");
    const [one] = found;
    expect(code).toBe(0);
    expect(one).toMatchObject({ can: "yes", as: `ci (secret regcred, key ${host})`, from: "this machine" });
    expect(one.nodes).toEqual([
      { node: "linux/amd64", fits: true },
      { node: "linux/arm64", fits: true },
    ]);
    expect(one.blobHost).toBe("storage.acme.example");
  });

  test("every login in the kubelet's order, and what each opens", async () => {
    const { code, found } = await asJson("can-pull", image, "-n", "shop", "--as-service-account", "several");
    expect(code).toBe(0);
    const attempts = found[0].attempts.map((one: { as: string; opens: boolean; cause?: string }) => [
      one.as,
      one.opens,
      one.cause,
    ]);
    expect(attempts).toEqual([
      ["idle", false, "access-denied"],
      ["ci", false, "credentials-rejected"],
      ["ci", true, undefined],
    ]);
  });

  test("a workload's images as its own service account and secrets", async () => {
    const { code, found } = await asJson("can-pull", "deploy/checkout", "deploy/cart", "-n", "shop");
    expect(code).toBe(1);
    expect(found.map((one) => [one.image, one.can, one.cause])).toEqual([
      [image, "yes", undefined],
      [`${host}/shop/api:v9`, "no", "tag-not-found"],
    ]);
    expect(found[1].nearTags).toContain("v2.4.1");
  });

  test("nobody, where the only secret is missing, and a word about it", async () => {
    const { code, err, found } = await asJson(
      "can-pull",
      image,
      "-n",
      "shop",
      "--as-service-account",
      "lost",
    );
    expect([code, found[0].cause, found[0].as]).toEqual([1, "credentials-missing", "nobody"]);
    expect(err).toContain("there is no secret gone in shop");
  });

  test("a secret that cannot be decoded spoils all of them", async () => {
    const { code, found } = await asJson("can-pull", image, "-n", "shop", "--as-service-account", "spoiled");
    expect([code, found[0].can, found[0].cause]).toEqual([1, "no", "secret-malformed"]);
    expect(found[0].why).toContain("secret broken: json: cannot unmarshal number");
  });

  test("nodes of a cloud may sign in by themselves: that cannot be told from here", async () => {
    const ecr = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/a/b:v1";
    const { code, found } = await asJson("can-pull", ecr, "-n", "shop", "--as-service-account", "none");
    expect([code, found[0].can]).toEqual([3, "cannot-tell"]);
    expect(found[0].why).toContain("nodes of the same cloud sign in by themselves");
  });

  test("an image that some nodes cannot run", async () => {
    const { code, found } = await asJson("can-pull", `${host}/shop/api:v2.3.0-amd`, "-n", "shop");
    expect([code, found[0].cause]).toEqual([1, "platform-mismatch"]);
    expect(found[0].nodes).toContainEqual({ node: "linux/arm64", fits: false });
  });

  test("a workload that is not there is an error, not an answer", async () => {
    const { code, err } = await cli("can-pull", "deploy/nothere", "-n", "shop");
    expect([code, err]).toEqual([
      2,
      expect.stringContaining("there is no Deployment nothere in namespace shop"),
    ]);
  });
});

describe("can-pull without a cluster", () => {
  test("with a docker config", async () => {
    const { code, found } = await asJson("can-pull", image, "--docker-config", "config.json");
    expect([code, found[0].as]).toEqual([0, `ci (auths of ${folder}/config.json)`]);
  });

  test("with a credential helper", async () => {
    const { code, found } = await asJson("can-pull", image, "--docker-config", "helped");
    expect([code, found[0].as]).toEqual([0, "ci (docker-credential-acme)"]);
  });

  test.each([
    ["nginx", "it is not in the PATH"],
    ["slow.acme.example/a/b", "its name is none that docker would run"],
  ])("a helper that cannot be run is an error: %s", async (name, why) => {
    const { code, err } = await cli("can-pull", name, "--docker-config", "helped");
    expect([code, err]).toEqual([2, expect.stringContaining(why)]);
  });

  test("nothing that a failing helper printed of a login is told", async () => {
    const failing = join(folder, "bin/docker-credential-failing");
    writeFileSync(failing, `#!/bin/sh\necho '{"Username":"ci","Secret":"${canary}"}'\nexit 1\n`);
    chmodSync(failing, 0o755);
    mkdirSync(join(folder, "failing"));
    writeFileSync(
      join(folder, "failing/config.json"),
      JSON.stringify({ credHelpers: { [host]: "failing" } }),
    );
    const { code, out, err } = await cli("can-pull", image, "--docker-config", "failing");
    expect([code, out, err]).toEqual([2, "", expect.stringContaining("it ended with code 1")]);
    expect(err).not.toContain(canary);
  });

  test("a docker config that is no file is an error of the caller", async () => {
    mkdirSync(join(folder, "folder/config.json"), { recursive: true });
    const { code, err } = await cli("can-pull", image, "--docker-config", "folder");
    expect([code, err]).toEqual([2, expect.stringContaining("EISDIR")]);
  });

  test("names from stdin, a line each, as parse takes them", async () => {
    const ran = await runCli(["can-pull", "-", "--anonymous", "-o", "name", ...reach], {
      env,
      cwd: folder,
      stdin: "docker.io/library/nginx:1.27\r\n\ndocker.io/library/nginx:9\n",
    });
    expect(ran.out).toBe("docker.io/library/nginx:1.27\tyes\ndocker.io/library/nginx:9\tno\ttag-not-found\n");
    const none = await runCli(["can-pull", "-", ...reach], { env, cwd: folder, stdin: "" });
    expect([none.code, none.err]).toEqual([2, expect.stringContaining("no image is named")]);
  });

  test("the images of manifests from stdin, one line each", async () => {
    const manifest = `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: "nginx:1.27"}, {name: b, image: "nginx:1.2.7"}]}`;
    const ran = await runCli(["can-pull", "-f", "-", "--anonymous", "-o", "name", ...reach], {
      env,
      cwd: folder,
      stdin: manifest,
    });
    expect(ran.out).toBe("nginx:1.27\tyes\nnginx:1.2.7\tno\ttag-not-found\n");
  });

  test("--quick asks three questions, and one more for the next tag of a repository", async () => {
    const count = (): number => world.registries.requests.filter((one) => one.host === host).length;
    const before = count();
    await cli("can-pull", image, "--docker-config", "config.json", "--quick");
    const one = count() - before;
    await cli("can-pull", image, `${host}/shop/api:v2.4.0`, "--docker-config", "config.json", "--quick");
    expect([one, count() - before - one]).toEqual([3, 4]);
  });

  test("all of an index takes six", async () => {
    const before = world.registries.requests.length;
    const { found } = await asJson(
      "can-pull",
      `${host}/shop/api:v2.3.0-amd`,
      "--docker-config",
      "config.json",
    );
    // The storage host is asked beside the registry when a layer is redirected to it.
    const asked = world.registries.requests.slice(before).filter((one) => one.host === host).length;
    expect([asked, found[0].can]).toEqual([6, "yes"]);
  });

  test("a limit that is used up says no, also where only a HEAD is sent", async () => {
    mkdirSync(join(folder, "spent"));
    const auth = Buffer.from(`acme:${canary}`).toString("base64");
    writeFileSync(
      join(folder, "spent/config.json"),
      JSON.stringify({ auths: { "https://index.docker.io/v1/": { auth } } }),
    );
    for (const depth of [["--quick"], []]) {
      const { code, found } = await asJson("can-pull", "acme/own:v1", "--docker-config", "spent", ...depth);
      expect([code, found[0].can, found[0].cause]).toEqual([1, "no", "rate-limited"]);
    }
  });

  test("what could not be asked is no answer", async () => {
    const { code, found } = await asJson("can-pull", "ended.acme.example/a/b:v1", "--anonymous");
    expect([code, found[0].can, found[0].cause]).toEqual([2, "could-not-ask", "tls-expired"]);
  });

  test("a name that is no reference cannot be pulled, and nobody is asked", async () => {
    const ran = await cli("can-pull", "Nginx:1.27", "nginx:1.27", "--anonymous", "-o", "name");
    expect([ran.code, ran.out]).toEqual([1, "Nginx:1.27\tno\tinvalid-reference\nnginx:1.27\tyes\n"]);
    expect((await cli("can-pull", "Nginx:1.27", "--anonymous")).out).toMatch(
      /invalid-reference\n {2}Nginx:1\.27\n/,
    );
  });

  test("what is known is filled into the advice, and what is for other registries is not", async () => {
    const { out } = await cli(
      "can-pull",
      `${host}/shop/api:v2.4.1`,
      "--as-service-account",
      "none",
      "-n",
      "shop",
    );
    expect(out).toContain("kubectl -n shop describe pod <pod>");
    expect(out).toContain(`kubectl -n shop create secret docker-registry regcred --docker-server=${host} `);
    const { out: hub } = await cli("can-pull", "nginx:1.2.7", "--anonymous");
    expect(hub).toContain("`skopeo list-tags docker://docker.io/library/nginx`");
    expect(hub).toContain("`aws ecr list-images --repository-name <repository> --region <region>`");
  });

  test("Ctrl-C ends with what is known", async () => {
    let out = "";
    const stop = new AbortController();
    const server = await serveHttp((request, response) => {
      if (request.url === "/v2/") response.end("{}");
    });
    const host = "mute.acme.example";
    const way = ["--resolve", `${host}=127.0.0.1:${server.port}`, "--plain-http", host];
    const ended = run(["can-pull", `${host}/a/b:v1`, "--anonymous", ...way], {
      out: (text) => {
        out += text;
      },
      err: () => {},
      stdin: (async function* () {})(),
      env: { ...env, LANG: "C.UTF-8" },
      cwd: folder,
      now: () => new Date(),
      isTerminal: { in: false, out: false, err: false },
      signal: stop.signal,
      program: "pulldoctor",
    });
    await until("the manifest is asked for", () => server.requests() === 2);
    stop.abort();
    expect(await ended).toBe(2);
    await server.close();
    expect(out).toMatch(/✓ api +200/);
    expect(out).toContain("no answer until we stopped waiting");
    expect(out).toContain("stopped before the end");
  });

  test.each([
    [["can-pull"], "no image is named"],
    [["can-pull", "nginx", "--anonymous", "--docker-config", "x"], "exclude each other"],
    [["can-pull", "nginx", "--platform", "arm64"], "is no platform"],
    [["can-pull", "nginx", "--timeout", "soon"], "--timeout does not take"],
    [["can-pull", "nginx", "--mirrors", "/nonexistent"], "mirror configuration"],
    [["tags"], "tags needs <IMAGE>"],
    [["tags", "nginx", "redis"], "takes no further words"],
    [["tags", `${host}/shop/api`, "--anonymous"], "gives no list of tags"],
  ])("%j is an error in words", async (argv, words) => {
    const { code, err } = await cli(...argv);
    expect([code, err]).toEqual([2, expect.stringContaining(words)]);
  });
});

describe("tags", () => {
  test("nearest first, then newest, with platforms and dates", async () => {
    const { out, code } = await cli(
      "tags",
      `${host}/shop/api:v2.4.l`,
      "--docker-config",
      "config.json",
      "-o",
      "json",
    );
    const { tags, isComplete } = JSON.parse(out);
    const promised = schemaKeeper("tags-v1.json");
    expect(promised.departures(JSON.parse(out))).toEqual([]);
    expect(promised.unseen()).toEqual([]);
    expect(code).toBe(0);
    expect(tags.map((one: { tag: string }) => one.tag)).toEqual(["v2.4.1", "v2.4.0", "v2.3.0-amd"]);
    expect([isComplete, tags[0].platforms]).toEqual([true, ["linux/amd64", "linux/arm64"]]);
    expect(tags[0].createdAt).toMatch(/^20/);
  });

  test("Docker Hub's are not pulled only to be described", async () => {
    const before = world.registries.requests.length;
    const { out } = await cli("tags", "nginx", "--anonymous", "-o", "name");
    const manifests = world.registries.requests
      .slice(before)
      .filter(({ path }) => path.includes("/manifests/"));
    expect([out, manifests]).toEqual(["1.27\n1.25\nlatest\n", []]);
  });
});

describe("screens", () => {
  const isUpdate = process.env.UPDATE_SCREENS !== undefined;
  test.each([
    ["yes", ["can-pull", image, "-n", "shop"], 0],
    ["several-logins", ["can-pull", image, "-n", "shop", "--as-service-account", "several"], 0],
    ["no-tag", ["can-pull", "nginx:1.2.7", "--anonymous"], 1],
    ["no-login", ["can-pull", image, "--anonymous"], 1],
    ["no-platform", ["can-pull", `${host}/shop/api:v2.3.0-amd`, "-n", "shop"], 1],
    ["could-not-ask", ["can-pull", "ended.acme.example/a/b:v1", "--anonymous", "--quick"], 2],
    [
      "many",
      ["can-pull", "nginx:1.27", "nginx:1.2.7", "acme/own:v1", "ended.acme.example/a/b:v1", "--anonymous"],
      1,
    ],
    ["tags", ["tags", `${host}/shop/api:v2.4.l`, "--docker-config", "config.json"], 0],
  ] as const)("%s", async (name, argv, code) => {
    const ran = await runCli([...argv, ...reach, "--color", "never"], { env, cwd: folder, isTerminal: true });
    const out = ran.out
      // biome-ignore lint/suspicious/noControlCharactersInRegex: progress goes to stderr; nothing of it may be here
      .replaceAll(/\u001b\[K|\r/g, "")
      .replaceAll(folder, "/home/me")
      // Less than half a millisecond is not shown: on a quick machine lines have no time.
      .replaceAll(/ {2,}\d+ ms$/gm, "")
      .replaceAll(/ in \d+\.\ds/g, " in (time)")
      .replaceAll(/127\.20\.\d+\.\d+/g, "203.0.113.7")
      .replaceAll(/(until|ended) 20\d\d-\d\d-\d\d/g, "$1 (date)")
      .replaceAll(/sha256:[0-9a-f]+…?/g, "sha256:(digest)")
      .replaceAll(/\d+ of 100 pulls/g, "75 of 100 pulls");
    const screen = `$ pulldoctor ${argv.join(" ")}\n\n${out}`;
    const path = new URL(`./screens/${name}.txt`, import.meta.url);
    if (isUpdate) writeFileSync(path, screen);
    expect(screen).toBe(readFileSync(path, "utf8"));
    expect(ran.code).toBe(code);
    expect(out).not.toContain(canary);
  });
});

test("the schema describes nothing that is never there", () => {
  const question = {
    image: "nginx",
    reference: parseReference("nginx"),
    logins: [{ login: anonymous, who: "nobody" }],
    unread: ["secrets of shop cannot be read"],
    isForNodes: true,
    nodes: [],
    depth: "full",
    wantsReferrers: true,
  } as const;
  const failure = {
    stage: "manifest",
    is: "status",
    why: "mirror.example answered 429",
    status: 429,
    errors: [],
    retryAt: new Date(),
    facts: {},
  } as const;
  const place = { url: "https://mirror.example", isMirror: true };
  const before = [{ place, answer: { stages: [], failure } }];
  const best = {
    as: { login: anonymous, who: "nobody" },
    answer: { stages: [], failure, place, before, warnings: ["it moves"] },
  };
  const attached = { found: [{ kind: "SBOM", count: 1 }], by: "tags" } as const;
  const whole = { question, can: "no", also: [], attempts: [best], best, attached } as const;
  expect(keeper.departures(JSON.parse(JSON.stringify(canPullData(whole))))).toEqual([]);
  expect(keeper.unseen()).toEqual([]);
});
