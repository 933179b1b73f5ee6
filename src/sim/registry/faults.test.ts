// Faults strike where and when the world file says, and nowhere else.

import { createHash } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { type OpenRegistries, openRegistries, tokenAnswer } from "../../../test/sim/ask.js";

const base = "https://registry.acme.example";
let world: OpenRegistries;
afterEach(() => world.close());

async function withFaults(faults: string, dialect = "plain"): Promise<OpenRegistries> {
  world = await openRegistries(`
registries:
  registry.acme.example:
    dialect: ${dialect}
    accounts: { ci: right }
    repositories:
      shop/api: { tags: { v1: { layers: 3, layerBytes: 4000 }, v2: { build: two } } }
      shop/other: [v1]
faults:
${faults}`);
  return world;
}

interface Parts {
  readonly digest: string;
  readonly config: string;
  readonly layers: readonly string[];
}

async function partsOf(tag = "v1"): Promise<Parts> {
  const answer = await world.ask(`${base}/v2/shop/api/manifests/${tag}`);
  const body = answer.json() as { config: { digest: string }; layers: { digest: string }[] };
  return {
    digest: String(answer.headers["docker-content-digest"]),
    config: body.config.digest,
    layers: body.layers.map(({ digest }) => digest),
  };
}

const statusOf = async (path: string, method = "GET"): Promise<number> =>
  (await world.ask(`${base}/v2/shop/${path}`, { method })).status;

describe("where", () => {
  test("a stage, and no other", async () => {
    await withFaults("- { at: registry.acme.example, stage: config, kind: status, status: 500 }");
    const { config, layers } = await partsOf();
    expect(await statusOf(`api/blobs/${config}`)).toBe(500);
    expect(await statusOf(`api/blobs/${layers[0]}`)).toBe(200);
  });

  test("one layer of one tag", async () => {
    await withFaults(
      "- { at: registry.acme.example, stage: blob, kind: missing, repository: shop/api, reference: v1, layer: 1 }",
    );
    const { layers } = await partsOf();
    const statuses = await Promise.all(layers.map((digest) => statusOf(`api/blobs/${digest}`)));
    expect(statuses).toEqual([200, 404, 200]);
    const other = await partsOf("v2");
    expect(await statusOf(`api/blobs/${other.layers[1]}`)).toBe(200);
  });

  test("the GET by digest that follows a HEAD by tag", async () => {
    await withFaults("- { at: registry.acme.example, stage: manifest-by-digest, kind: rate-limited }");
    const head = await world.ask(`${base}/v2/shop/api/manifests/v1`, { method: "HEAD" });
    expect(head.status).toBe(200);
    expect(await statusOf(`api/manifests/${head.headers["docker-content-digest"]}`)).toBe(429);
  });

  test("one repository, one method", async () => {
    await withFaults(
      "- { at: registry.acme.example, stage: manifest, kind: status, status: 405, repository: shop/api, methods: [HEAD] }",
    );
    expect(await statusOf("api/manifests/v1", "HEAD")).toBe(405);
    expect(await statusOf("api/manifests/v1")).toBe(200);
    expect(await statusOf("other/manifests/v1", "HEAD")).toBe(200);
  });

  test("the ping, the token endpoint, an upload", async () => {
    await withFaults(
      `- { at: registry.acme.example, stage: ping, kind: status, status: 503 }
- { at: registry.acme.example, stage: token, kind: status, status: 403 }
- { at: registry.acme.example, stage: upload, kind: status, status: 507, body: none }`,
      "bearer",
    );
    expect((await world.ask(`${base}/v2/`)).status).toBe(503);
    const manifest = `${base}/v2/shop/api/manifests/v1`;
    expect((await tokenAnswer(world, manifest)).status).toBe(403);
    world.registries.setFaults("registry.acme.example", [
      { stage: "upload", kind: "status", status: 507, body: "none" },
    ]);
    // A token for pushing is asked for by the challenge of a push.
    const scope = "repository:shop/new:pull,push";
    const { token } = (
      await world.ask(`${base}/auth/token?service=registry.acme.example&scope=${scope}`, {
        login: ["ci", "right"],
      })
    ).json();
    const pushed = await world.ask(`${base}/v2/shop/new/blobs/uploads/`, {
      method: "POST",
      token: String(token),
    });
    expect([pushed.status, pushed.text]).toEqual([507, ""]);
  });
});

describe("when", () => {
  test("from one second of the world to another", async () => {
    await withFaults(
      "- { at: registry.acme.example, stage: manifest, kind: status, status: 503, fromSeconds: 60, untilSeconds: 120 }",
    );
    const seen: number[] = [];
    for (const _ of [0, 30, 60, 90, 120]) {
      seen.push(await statusOf("api/manifests/v1"));
      await world.clock.advance(30_000);
    }
    expect(seen).toEqual([200, 200, 503, 503, 200]);
  });

  test("a number of times; the next fault in the list then has its turn", async () => {
    await withFaults(`- { at: registry.acme.example, stage: manifest, kind: status, status: 502, times: 2 }
- { at: registry.acme.example, stage: manifest, kind: status, status: 504, times: 1 }`);
    const seen: number[] = [];
    for (let turn = 0; turn < 4; turn++) seen.push(await statusOf("api/manifests/v1"));
    expect(seen).toEqual([502, 502, 504, 200]);
  });
});

describe("which kind", () => {
  test.each([
    [401, "UNAUTHORIZED"],
    [403, "DENIED"],
    [404, "MANIFEST_UNKNOWN"],
    [412, "PROJECTPOLICYVIOLATION"],
    [429, "TOOMANYREQUESTS"],
    [500, "UNKNOWN"],
    [503, "UNAVAILABLE"],
  ])("status %i with the JSON of a registry", async (status, code) => {
    await withFaults(`- { at: registry.acme.example, stage: manifest, kind: status, status: ${status} }`);
    const answer = await world.ask(`${base}/v2/shop/api/manifests/v1`);
    expect([answer.status, answer.code, answer.headers["content-type"]]).toEqual([
      status,
      code,
      "application/json",
    ]);
  });

  test("a status with a web server's page, and with nothing", async () => {
    await withFaults(`- { at: registry.acme.example, stage: manifest, kind: status, status: 502, body: html, times: 1 }
- { at: registry.acme.example, stage: manifest, kind: status, status: 504, body: none }`);
    const page = await world.ask(`${base}/v2/shop/api/manifests/v1`);
    expect([page.headers["content-type"], page.text]).toEqual([
      "text/html",
      expect.stringContaining("<h1>502"),
    ]);
    expect((await world.ask(`${base}/v2/shop/api/manifests/v1`)).text).toBe("");
  });

  test("a login page of a captive portal", async () => {
    await withFaults("- { at: registry.acme.example, stage: manifest, kind: html-page }");
    const answer = await world.ask(`${base}/v2/shop/api/manifests/v1`);
    expect([answer.status, answer.headers["content-type"]]).toEqual([200, "text/html"]);
    expect(answer.text).toContain("Network sign-in required");
  });

  test("corrupt: the right length, the wrong digest", async () => {
    await withFaults("- { at: registry.acme.example, stage: blob, kind: corrupt, layer: 0 }");
    const { layers } = await partsOf();
    const [digest = ""] = layers;
    const blob = await world.ask(`${base}/v2/shop/api/blobs/${digest}`);
    expect(blob.headers["content-length"]).toBe(String(blob.bytes.length));
    expect(`sha256:${createHash("sha256").update(blob.bytes).digest("hex")}`).not.toBe(digest);
  });

  test.each(["truncated", "cut"])("%s: the body ends before its length", async (kind) => {
    await withFaults(`- { at: registry.acme.example, stage: blob, kind: ${kind} }`);
    const { layers } = await partsOf();
    await expect(world.ask(`${base}/v2/shop/api/blobs/${layers[0]}`)).rejects.toMatchObject({
      code: "ECONNRESET",
    });
  });

  test("silent: nothing comes", async () => {
    await withFaults("- { at: registry.acme.example, stage: manifest, kind: silent }");
    const answered = world.ask(`${base}/v2/shop/api/manifests/v1`).then(
      () => "answered",
      () => "ended",
    );
    const outcome = await Promise.race([
      answered,
      new Promise((resolve) => setTimeout(resolve, 150, "quiet")),
    ]);
    expect(outcome).toBe("quiet");
  });

  test("slow: as many bytes as the world's clock allows, and all of them in the end", async () => {
    await withFaults("- { at: registry.acme.example, stage: blob, kind: slow, bytesPerSecond: 1000 }");
    const { layers } = await partsOf();
    const began = world.clock.now();
    let isDone = false;
    const asked = world.ask(`${base}/v2/shop/api/blobs/${layers[0]}`).finally(() => {
      isDone = true;
    });
    while (!isDone) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      await world.clock.advance(1000);
    }
    const { bytes } = await asked;
    expect(`sha256:${createHash("sha256").update(bytes).digest("hex")}`).toBe(layers[0]);
    expect(world.clock.now() - began).toBeGreaterThanOrEqual(4000);
  });
});

describe("contents that are wrong by themselves", () => {
  test.each([
    ["schema1", "application/vnd.docker.distribution.manifest.v1+prettyjws"],
    ["artifact", "application/vnd.oci.artifact.manifest.v1+json"],
    ["html", "text/html"],
    ["helm-chart", "application/vnd.oci.image.manifest.v1+json"],
  ])("%s is served as %s", async (shape, type) => {
    world = await openRegistries(
      `registries: { registry.acme.example: { repositories: { shop/api: { tags: { v1: { shape: ${shape} } } } } } }`,
    );
    const answer = await world.ask(`${base}/v2/shop/api/manifests/v1`);
    expect([answer.status, answer.headers["content-type"]]).toEqual([200, type]);
  });

  test("rootfs-mismatch: the config lists other layers than the manifest", async () => {
    world = await openRegistries(
      "registries: { registry.acme.example: { repositories: { shop/api: { tags: { v1: { shape: rootfs-mismatch } } } } } }",
    );
    const { config, layers } = await partsOf();
    const { rootfs } = (await world.ask(`${base}/v2/shop/api/blobs/${config}`)).json();
    expect((rootfs as { diff_ids: string[] }).diff_ids).not.toHaveLength(layers.length);
  });

  test("not-gzip: the last layer is what its digest says, and no archive", async () => {
    world = await openRegistries(
      "registries: { registry.acme.example: { repositories: { shop/api: { tags: { v1: { shape: not-gzip } } } } } }",
    );
    const { layers } = await partsOf();
    const magic = await Promise.all(
      layers.map(async (digest) =>
        (await world.ask(`${base}/v2/shop/api/blobs/${digest}`)).bytes.subarray(0, 2),
      ),
    );
    expect(magic.map((bytes) => bytes.toString("hex") === "1f8b")).toEqual([true, false]);
  });
});
