// Pulls beyond the recorded ones: mirrors, redirects, proxies, platforms, plain HTTP, cancelled pulls; and the
// words of docker and of CRI-O's versions. Expectations follow the semantics reference, sections 5.6, 6.4, 6.5, 8.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type HeldClock, heldClock } from "../../../src/sim/clock.js";
import type { Network } from "../../../src/sim/network/network.js";
import { startNetwork } from "../../../src/sim/network/start.js";
import { type Registries, startRegistries } from "../../../src/sim/registry/registries.js";
import { pullImage } from "../../../src/sim/runtime/pull.js";
import type { NodePullSettings, PullOutcome, PullRequest } from "../../../src/sim/runtime/pull-types.js";
import { readWorldData } from "../../../src/sim/world/read.js";

const host = "registry.acme.example";

let clock: HeldClock;
let network: Network;
let registries: Registries;

beforeAll(async () => {
  const world = readWorldData({
    registries: {
      [host]: {
        repositories: {
          "shop/api": ["v1"],
          "shop/multi": { tags: { v1: { platforms: ["linux/amd64", "linux/arm64/v8", "linux/arm/v7"] } } },
          "shop/old": { tags: { v1: { platforms: ["linux/386", "linux/arm/v6"] } } },
          "shop/slow": { tags: { v1: { layerBytes: 50_000 } } },
          "shop/busy": ["v1"],
          "shop/gateway": ["v1"],
        },
      },
      "docker.io": {
        accounts: { me: "right" },
        repositories: { "library/nginx": ["1.25"], "acme/app": { private: true, tags: ["v1"] } },
      },
      "mirror.acme.example": { dialect: "plain", repositories: { "library/nginx": ["1.25"] } },
      "broken.acme.example": { dialect: "plain", repositories: { "library/nginx": ["1.25"] } },
      "cdn.acme.example": { blobHost: "blobs.acme.example", repositories: { "shop/api": ["v1"] } },
      "plain.acme.example:5000": { repositories: { "shop/api": ["v1"] } },
      "down.acme.example": {},
      "untrusted.acme.example": { repositories: { "shop/api": ["v1"] } },
    },
    proxies: { "proxy.acme.example:3128": { answer: "ok" } },
    faults: [
      { at: host, stage: "blob", kind: "slow", bytesPerSecond: 1000, repository: "shop/slow" },
      { at: host, stage: "manifest", kind: "rate-limited", repository: "shop/busy" },
      { at: host, stage: "manifest", kind: "status", status: 503, repository: "shop/gateway" },
      { at: "broken.acme.example", stage: "manifest", kind: "status", status: 403 },
      { at: "plain.acme.example:5000", stage: "connect", kind: "plain-http" },
      { at: "down.acme.example", stage: "connect", kind: "refused" },
      { at: "untrusted.acme.example", stage: "tls", kind: "untrusted" },
    ],
  });
  clock = heldClock(Date.parse("2026-11-21T19:40:00Z"));
  network = await startNetwork({ clock });
  registries = await startRegistries(world, { network, clock });
  for (const { host: name, change } of world.networkFaults)
    await network.change(name.split(":")[0] ?? name, change);
});

afterAll(async () => {
  await registries.close();
  await network.close();
});

async function pull(
  image: string,
  options: {
    readonly runtime?: string;
    readonly node?: NodePullSettings;
    readonly platform?: PullRequest["platform"];
    readonly auth?: PullRequest["auth"];
    readonly abortAfterMs?: number;
  } = {},
): Promise<PullOutcome> {
  const [name = "containerd", version = "1.7.27"] = (options.runtime ?? "").split(" ").filter(Boolean);
  const abort = new AbortController();
  if (options.abortAfterMs !== undefined) clock.after(options.abortAfterMs, () => abort.abort());
  let isDone = false;
  const outcome = pullImage({
    image,
    platform: options.platform ?? { os: "linux", architecture: "amd64" },
    runtime: { name: name as PullRequest["runtime"]["name"], version },
    network,
    clock,
    signal: abort.signal,
    ...(options.node === undefined ? {} : { node: options.node }),
    ...(options.auth === undefined ? {} : { auth: options.auth }),
  }).finally(() => {
    isDone = true;
  });
  while (!isDone) await clock.advance(500);
  return await outcome;
}

const said = async (...args: Parameters<typeof pull>): Promise<string> => {
  const outcome = await pull(...args);
  return outcome.ok ? "ok" : outcome.message;
};

describe.each(["containerd 1.6.20", "containerd 2.1.9", "cri-o 1.32.0", "cri-dockerd 28.5.2"])(
  "%s",
  (runtime) => {
    test("gets an image whole", async () => {
      const outcome = await pull(`${host}/shop/api:v1`, { runtime });
      expect(outcome).toMatchObject({
        ok: true,
        repoTag: `${host}/shop/api:v1`,
        platform: { os: "linux", architecture: "amd64" },
        entrypoint: ["/app/server"],
      });
      expect(outcome.ok && outcome.imageRef).toMatch(/^sha256:[0-9a-f]{64}$/);
      expect(outcome.ok && outcome.sizeBytes).toBeGreaterThan(2000);
    });

    test("by digest, and through storage elsewhere", async () => {
      const first = await pull("cdn.acme.example/shop/api:v1", { runtime });
      expect(first.ok).toBe(true);
      const again = await pull(first.ok ? first.repoDigest : "", { runtime });
      expect(again).toMatchObject({ ok: true, imageRef: first.ok ? first.imageRef : "" });
      expect(registries.requests.some((request) => request.host === "blobs.acme.example")).toBe(true);
    });

    test("through a proxy, and past it", async () => {
      const node = { proxy: "http://proxy.acme.example:3128" };
      expect(await said(`${host}/shop/api:v1`, { runtime, node })).toBe("ok");
      const past = { proxy: "http://dead.acme.example:3128", noProxy: ["acme.example"] };
      expect(await said(`${host}/shop/api:v1`, { runtime, node: past })).toBe("ok");
      expect(
        await said(`${host}/shop/api:v1`, { runtime, node: { proxy: "http://dead.acme.example:3128" } }),
      ).toContain("proxyconnect tcp: dial tcp: lookup dead.acme.example on 203.0.113.53:53: no such host");
    });

    test("insecure registries: certificates passed over, plain HTTP after HTTPS", async () => {
      expect(await said("untrusted.acme.example/shop/api:v1", { runtime })).toContain(
        "x509: certificate signed by unknown authority",
      );
      const node = { insecure: ["untrusted.acme.example", "plain.acme.example:5000"] };
      expect(await said("untrusted.acme.example/shop/api:v1", { runtime, node })).toBe("ok");
      expect(await said("plain.acme.example:5000/shop/api:v1", { runtime, node })).toBe("ok");
      const trusting = { extraCa: [network.otherCa] };
      expect(await said("untrusted.acme.example/shop/api:v1", { runtime, node: trusting })).toBe("ok");
    });

    test("ends when it is cancelled", async () => {
      const outcome = await pull(`${host}/shop/slow:v1`, { runtime, abortAfterMs: 5000 });
      expect(outcome).toMatchObject({ ok: false, code: "Canceled" });
      expect(outcome.ok ? "" : outcome.message).toMatch(/context canceled$/);
    });
  },
);

describe("platforms", () => {
  const arm64 = { os: "linux", architecture: "arm64" };
  const amd64 = { os: "linux", architecture: "amd64" };

  test.each([
    ["containerd 1.7.27", "multi", arm64, "arm64"],
    ["containerd 1.7.27", "multi", { os: "linux", architecture: "arm", variant: "v7" }, "arm"],
    ["containerd 1.7.27", "old", amd64, "386"],
    ["containerd 1.7.27", "old", arm64, "arm"],
  ])("%s takes of %s for %j", async (runtime, name, platform, expected) => {
    const outcome = await pull(`${host}/shop/${name}:v1`, { runtime, platform });
    expect(outcome.ok && outcome.platform.architecture).toBe(expected);
  });

  test.each([
    [
      "containerd 2.1.9",
      amd64,
      /^get image config descriptor: no match for platform in manifest sha256:[0-9a-f]{64}: not found$/,
    ],
    [
      "cri-o 1.32.0",
      amd64,
      /no image found in manifest list for architecture "amd64", variant "", OS "linux"$/,
    ],
    [
      "cri-o 1.32.0",
      arm64,
      /no image found in manifest list for architecture "arm64", variant "v8", OS "linux"$/,
    ],
    [
      "cri-dockerd 28.5.2",
      amd64,
      /^Error response from daemon: no matching manifest for linux\/amd64 in the manifest list entries$/,
    ],
    ["cri-dockerd 28.5.2", arm64, /no matching manifest for linux\/arm64\/v8 in the manifest list entries$/],
  ])("%s has no fallback for %j", async (runtime, platform, words) => {
    expect(await said(`${host}/shop/old:v1`, { runtime, platform })).toMatch(words);
  });

  test("containerd 2.1 set up to pull locally has the old fallbacks", async () => {
    const node = { isLocalPull: true };
    expect(await said(`${host}/shop/old:v1`, { runtime: "containerd 2.1.9", node })).toBe("ok");
  });
});

describe("mirrors of containerd", () => {
  const mirrored = (...mirrors: string[]): NodePullSettings => ({ mirrors: { "docker.io": mirrors } });

  test("are asked first, with the registry they stand for", async () => {
    const before = registries.requests.length;
    expect(await said("nginx:1.25", { node: mirrored("https://mirror.acme.example") })).toBe("ok");
    const asked = registries.requests.slice(before);
    expect(asked[0]).toMatchObject({
      host: "mirror.acme.example",
      path: "/v2/library/nginx/manifests/1.25?ns=docker.io",
    });
    expect(asked.some((request) => request.host === "registry-1.docker.io")).toBe(false);
  });

  test("one that is down hides a missing tag up to 1.7, not from 2.0 on", async () => {
    const node = mirrored("https://down.acme.example");
    expect(await said("nginx:1.99", { node })).toContain("connect: connection refused");
    expect(await said("nginx:1.99", { node, runtime: "containerd 2.0.5" })).toMatch(
      /nginx:1\.99: not found$/,
    );
    expect(await said("nginx:1.25", { node })).toBe("ok");
  });

  test("one that refuses is told before one that is down, from 2.0 on", async () => {
    const node = mirrored("https://down.acme.example", "https://broken.acme.example");
    expect(await said("nginx:1.99", { node, runtime: "containerd 1.7.27" })).toContain("connection refused");
    expect(await said("nginx:1.99", { node, runtime: "containerd 2.0.5" })).toContain("403 Forbidden");
  });
});

describe("mirrors of CRI-O", () => {
  test("are all told when the registry itself fails too", async () => {
    const node = { mirrors: { "docker.io": ["down.acme.example"] } };
    expect(await said("docker.io/library/nginx:1.99", { node, runtime: "cri-o 1.31.0" })).toMatch(
      /^RegistryUnavailable: \(Mirrors also failed: \[down\.acme\.example\/library\/nginx:1\.99: .*connection refused\]\): docker\.io\/library\/nginx:1\.99: initializing source docker:\/\/nginx:1\.99: reading manifest 1\.99 in docker\.io\/library\/nginx: manifest unknown$/,
    );
  });
});

describe("CRI-O by version", () => {
  const chain = `initializing source docker://${host}/shop/api:v9: reading manifest v9 in ${host}/shop/api: manifest unknown`;
  const inner = `reading manifest v9 in ${host}/shop/api: manifest unknown`;

  test.each([
    ["1.26.4", `${chain}: manifest unknown`],
    ["1.32.1", chain],
    ["1.33.2", `unable to try pulling possible OCI artifact: ${chain}`],
    [
      "1.34.1",
      `unable to pull image or OCI artifact: pull image err: ${chain}; artifact err: get manifest: build image source: ${inner}`,
    ],
    [
      "1.35.1",
      `unable to pull image or OCI artifact: pull image err: ${chain}; artifact err: pull artifact: ${inner}`,
    ],
  ])("%s", async (version, expected) => {
    expect(await said(`${host}/shop/api:v9`, { runtime: `cri-o ${version}` })).toBe(expected);
  });

  test("a network error is no artifact's, from 1.35.1 on", async () => {
    const runtime = "cri-o 1.36.0";
    expect(await said("down.acme.example/shop/api:v1", { runtime })).toMatch(
      /^RegistryUnavailable: unable to pull image: initializing source docker:\/\/down\.acme\.example\/shop\/api:v1: pinging container registry down\.acme\.example: Get "https:\/\/down\.acme\.example\/v2\/": dial tcp [\d.]+:443: connect: connection refused$/,
    );
  });
});

describe("docker", () => {
  const runtime = "cri-dockerd 28.5.2";
  const daemon = "Error response from daemon: ";

  test.each([
    [
      "nginx:1.99",
      undefined,
      `${daemon}manifest for nginx:1.99 not found: manifest unknown: manifest unknown`,
    ],
    [
      "acme/app:v1",
      undefined,
      `${daemon}pull access denied for acme/app, repository does not exist or may require 'docker login': denied: requested access to the resource is denied`,
    ],
    [
      "acme/app:v1",
      { username: "me", password: "wrong" },
      `${daemon}Head "https://registry-1.docker.io/v2/acme/app/manifests/v1": unauthorized: incorrect username or password`,
    ],
    [
      `${host}/shop/gateway:v1`,
      undefined,
      `${daemon}received unexpected HTTP status: 503 Service Unavailable`,
    ],
    [
      "nowhere.acme.example/a:1",
      undefined,
      `${daemon}Get "https://nowhere.acme.example/v2/": dial tcp: lookup nowhere.acme.example on 203.0.113.53:53: no such host`,
    ],
  ])("%s with %j", async (image, auth, expected) => {
    expect(await said(image, { runtime, ...(auth === undefined ? {} : { auth }) })).toBe(expected);
  });

  test("too many requests", async () => {
    expect(await said(`${host}/shop/busy:v1`, { runtime })).toMatch(
      /^Error response from daemon: toomanyrequests: /,
    );
  });
});
