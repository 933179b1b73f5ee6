import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, type OpenRegistries, openRegistries } from "../../../test/sim/ask.js";
import { mediaTypes } from "./image.js";

const base = "https://registry.acme.example";
const digestOf = (body: string | Buffer): string =>
  `sha256:${createHash("sha256").update(body).digest("hex")}`;

let world: OpenRegistries;
beforeAll(async () => {
  world = await openRegistries(`
registries:
  registry.acme.example:
    openPush: true
    repositories:
      shop/api: [v1, v2, v10]
      shop/multi:
        tags: { v1: { platforms: [linux/amd64, linux/arm64/v8], shape: oci } }
      shop/big: { tags: { v1: { layerBytes: 100000, layers: 3 } } }
  harbor.acme.example:
    dialect: harbor
    openPush: true
  blobs.acme.example:
    blobHost: storage.acme.example
    repositories: { shop/api: [v1] }
`);
});
afterAll(() => world.close());

interface Manifest {
  readonly config: { readonly digest: string; readonly size: number };
  readonly layers: readonly { readonly digest: string; readonly size: number }[];
  readonly manifests: readonly {
    readonly digest: string;
    readonly platform: Readonly<Record<string, string>>;
  }[];
}
const manifestOf = (answer: Answer): Manifest => answer.json() as unknown as Manifest;

describe("reading", () => {
  test("HEAD and GET of a manifest agree, by tag and by digest", async () => {
    const head = await world.ask(`${base}/v2/shop/api/manifests/v1`, { method: "HEAD" });
    const get = await world.ask(`${base}/v2/shop/api/manifests/v1`);
    expect([head.status, head.bytes.length]).toEqual([200, 0]);
    const digest = String(head.headers["docker-content-digest"]);
    expect(digest).toBe(digestOf(get.bytes));
    expect(head.headers["content-length"]).toBe(String(get.bytes.length));
    expect(head.headers["content-type"]).toBe(mediaTypes.dockerManifest);
    const again = await world.ask(`${base}/v2/shop/api/manifests/${digest}`);
    expect(again.bytes.equals(get.bytes)).toBe(true);
  });

  test("config and layers are there with the sizes and digests that the manifest names", async () => {
    const { config, layers } = manifestOf(await world.ask(`${base}/v2/shop/api/manifests/v1`));
    for (const part of [config, ...layers]) {
      const blob = await world.ask(`${base}/v2/shop/api/blobs/${part.digest}`);
      expect([blob.status, blob.bytes.length, digestOf(blob.bytes)]).toEqual([200, part.size, part.digest]);
    }
  });

  test("an index names each platform, and becomes linux/amd64 for clients that do not take indexes", async () => {
    const url = `${base}/v2/shop/multi/manifests/v1`;
    const index = manifestOf(await world.ask(url, { headers: { accept: mediaTypes.ociIndex } }));
    expect(index.manifests.map(({ platform }) => [platform.architecture, platform.variant])).toEqual([
      ["amd64", undefined],
      ["arm64", "v8"],
    ]);
    const converted = await world.ask(url, { headers: { accept: mediaTypes.ociManifest } });
    expect(converted.headers["docker-content-digest"]).toBe(index.manifests[0]?.digest);
  });

  test("ranges of a blob", async () => {
    const { layers } = manifestOf(await world.ask(`${base}/v2/shop/big/manifests/v1`));
    const url = `${base}/v2/shop/big/blobs/${layers[1]?.digest}`;
    const whole = await world.ask(url);
    const part = await world.ask(url, { headers: { range: "bytes=100-199" } });
    expect([part.status, part.headers["content-range"]]).toEqual([
      206,
      `bytes 100-199/${whole.bytes.length}`,
    ]);
    expect(part.bytes.equals(whole.bytes.subarray(100, 200))).toBe(true);
    const tail = await world.ask(url, { headers: { range: `bytes=${whole.bytes.length - 5}-` } });
    expect(tail.bytes.equals(whole.bytes.subarray(-5))).toBe(true);
    const beyond = await world.ask(url, { headers: { range: `bytes=${whole.bytes.length}-` } });
    expect(beyond.status).toBe(416);
  });

  test("tags come in pages, in order, each page naming the next", async () => {
    const seen: unknown[] = [];
    let next: string | undefined = "/v2/shop/api/tags/list?n=2";
    while (next !== undefined) {
      const page: Answer = await world.ask(base + next);
      seen.push(page.json().tags);
      next = /^<([^>]+)>; rel="next"$/.exec(String(page.headers.link ?? ""))?.[1];
    }
    expect(seen).toEqual([["v1", "v10"], ["v2"]]);
    expect((await world.ask(`${base}/v2/shop/api/tags/list?last=v10`)).json().tags).toEqual(["v2"]);
  });

  test.each([
    ["/v2/shop/api/manifests/v9", 404, "MANIFEST_UNKNOWN"],
    [`/v2/shop/api/manifests/sha256:${"0".repeat(64)}`, 404, "MANIFEST_UNKNOWN"],
    [`/v2/shop/api/blobs/sha256:${"0".repeat(64)}`, 404, "BLOB_UNKNOWN"],
    ["/v2/shop/none/tags/list", 404, "NAME_UNKNOWN"],
    ["/v2/Shop/api/manifests/v1", 400, "NAME_INVALID"],
  ])("%s is %i %s", async (path, status, code) => {
    const answer = await world.ask(base + path);
    expect([answer.status, answer.code]).toEqual([status, code]);
  });

  test("nothing can be deleted", async () => {
    const { config } = manifestOf(await world.ask(`${base}/v2/shop/api/manifests/v1`));
    for (const path of ["manifests/v1", `blobs/${config.digest}`]) {
      const answer = await world.ask(`${base}/v2/shop/api/${path}`, { method: "DELETE" });
      expect([answer.status, answer.code]).toEqual([405, "UNSUPPORTED"]);
    }
    expect((await world.ask(`${base}/v2/shop/api/manifests/v1`)).status).toBe(200);
  });

  test("plain HTTP on port 80 leads to HTTPS", async () => {
    const answer = await world.ask("http://registry.acme.example/v2/");
    expect([answer.status, answer.headers.location]).toEqual([308, "https://registry.acme.example/v2/"]);
  });
});

describe("storage on another host", () => {
  const registry = "https://blobs.acme.example";

  test("blobs are answered with a signed address, which refuses credentials", async () => {
    const { layers } = manifestOf(await world.ask(`${registry}/v2/shop/api/manifests/v1`));
    const moved = await world.ask(`${registry}/v2/shop/api/blobs/${layers[0]?.digest}`);
    expect([moved.status, new URL(String(moved.headers.location)).host]).toEqual([
      307,
      "storage.acme.example",
    ]);
    const blob = await world.ask(String(moved.headers.location));
    expect(digestOf(blob.bytes)).toBe(layers[0]?.digest);
    const refused = await world.ask(String(moved.headers.location), { token: "kept" });
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringContaining("<Code>InvalidArgument</Code>"),
    ]);
    const bare = await world.ask(String(moved.headers.location).split("?")[0] ?? "");
    expect(bare.status).toBe(403);
  });
});

describe("pushing", () => {
  const start = async (repository: string, query = ""): Promise<Answer> =>
    world.ask(`${base}/v2/${repository}/blobs/uploads/${query}`, { method: "POST" });

  test("a blob in one request, and one refused for its digest", async () => {
    const body = "one request";
    const good = await world.ask(`${base}/v2/push/one/blobs/uploads/?digest=${digestOf(body)}`, {
      method: "POST",
      body,
    });
    expect([good.status, good.headers["docker-content-digest"]]).toEqual([201, digestOf(body)]);
    const bad = await world.ask(`${base}/v2/push/one/blobs/uploads/?digest=${digestOf("other")}`, {
      method: "POST",
      body,
    });
    expect([bad.status, bad.code]).toEqual([400, "DIGEST_INVALID"]);
    expect((await world.ask(`${base}/v2/push/one/blobs/${digestOf(body)}`)).text).toBe(body);
  });

  test("a blob in chunks, with its progress, and a chunk out of order refused", async () => {
    const begun = await start("push/chunks");
    expect(begun.status).toBe(202);
    const at = base + String(begun.headers.location);
    const chunk = (range: string, body: string) =>
      world.ask(at, { method: "PATCH", body, headers: { "content-range": range } });
    expect((await chunk("0-4", "12345")).headers.range).toBe("0-4");
    expect((await chunk("9-12", "late")).status).toBe(416);
    const progress = await world.ask(at);
    expect([progress.status, progress.headers.range]).toEqual([204, "0-4"]);
    const done = await world.ask(`${at}?digest=${digestOf("1234567890")}`, { method: "PUT", body: "67890" });
    expect(done.status).toBe(201);
    expect((await world.ask(at)).code).toBe("BLOB_UPLOAD_UNKNOWN");
    expect((await world.ask(`${base}/v2/push/chunks/blobs/${digestOf("1234567890")}`)).text).toBe(
      "1234567890",
    );
  });

  test("a blob mounted from another repository; one that is not there begins an upload", async () => {
    const { config } = manifestOf(await world.ask(`${base}/v2/shop/api/manifests/v1`));
    const mounted = await start("push/mount", `?mount=${config.digest}&from=shop/api`);
    expect(mounted.status).toBe(201);
    expect((await world.ask(`${base}/v2/push/mount/blobs/${config.digest}`)).status).toBe(200);
    expect((await start("push/mount", `?mount=${digestOf("none")}&from=shop/api`)).status).toBe(202);
  });

  const put = (host: string, reference: string, manifest: object, type: string = mediaTypes.ociManifest) =>
    world.ask(`${host}/v2/push/app/manifests/${reference}`, {
      method: "PUT",
      body: JSON.stringify(manifest),
      headers: { "content-type": type },
    });
  const emptyConfig = { mediaType: "application/vnd.oci.empty.v1+json", digest: digestOf("{}"), size: 2 };
  const plain = { schemaVersion: 2, mediaType: mediaTypes.ociManifest, config: emptyConfig, layers: [] };
  const pushEmpty = (host: string) =>
    world.ask(`${host}/v2/push/app/blobs/uploads/?digest=${digestOf("{}")}`, { method: "POST", body: "{}" });

  test("a manifest whose parts are there; not one whose parts are missing, and not what is none", async () => {
    expect((await put(base, "v1", plain)).code).toBe("MANIFEST_BLOB_UNKNOWN");
    await pushEmpty(base);
    const good = await put(base, "v1", plain);
    expect([good.status, good.headers["docker-content-digest"]]).toEqual([
      201,
      digestOf(JSON.stringify(plain)),
    ]);
    expect((await world.ask(`${base}/v2/push/app/manifests/v1`)).text).toBe(JSON.stringify(plain));
    expect((await put(base, digestOf("other"), plain)).code).toBe("DIGEST_INVALID");
    expect((await put(base, "v2", plain, mediaTypes.dockerManifest)).code).toBe("MANIFEST_INVALID");
    const child = { mediaType: mediaTypes.ociManifest, digest: digestOf("none"), size: 4 };
    const index = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [child] };
    expect((await put(base, "v2", index, mediaTypes.ociIndex)).code).toBe("MANIFEST_BLOB_UNKNOWN");
    const text = await world.ask(`${base}/v2/push/app/manifests/v3`, {
      method: "PUT",
      body: "<html>",
      headers: { "content-type": mediaTypes.ociManifest },
    });
    expect([text.status, text.code]).toEqual([400, "MANIFEST_INVALID"]);
  });

  test("referrers, filtered by type; none where a registry does not have them", async () => {
    const host = "https://harbor.acme.example";
    const subject = { mediaType: mediaTypes.ociManifest, digest: digestOf("app"), size: 3 };
    const signature = {
      ...plain,
      artifactType: "application/vnd.example.signature",
      subject,
      annotations: { by: "ci" },
    };
    const sbom = { ...plain, artifactType: "application/spdx+json", subject };
    for (const registry of [host, base]) await pushEmpty(registry);
    const answer = await put(host, "sig", signature);
    expect(answer.headers["oci-subject"]).toBe(subject.digest);
    await put(host, "sbom", sbom);
    const types = (found: Answer) =>
      (found.json().manifests as { artifactType: string }[]).map(({ artifactType }) => artifactType).sort();
    const all = await world.ask(`${host}/v2/push/app/referrers/${subject.digest}`);
    expect(types(all)).toEqual(["application/spdx+json", "application/vnd.example.signature"]);
    const one = await world.ask(
      `${host}/v2/push/app/referrers/${subject.digest}?artifactType=application/spdx%2Bjson`,
    );
    expect([types(one), one.headers["oci-filters-applied"]]).toEqual([
      ["application/spdx+json"],
      "artifactType",
    ]);
    // The open-source registry has no such route; clients keep a tag named after the digest.
    const fallback = subject.digest.replace(":", "-");
    expect((await put(base, fallback, signature)).headers["oci-subject"]).toBeUndefined();
    expect((await world.ask(`${base}/v2/push/app/referrers/${subject.digest}`)).status).toBe(404);
    expect((await world.ask(`${base}/v2/push/app/manifests/${fallback}`)).status).toBe(200);
  });
});
