import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseReference } from "../../model/reference.js";
import type { Place } from "../where.js";
import { readMirrors } from "./mirrors.js";

const folder = mkdtempSync(join(tmpdir(), "pulldoctor-mirrors-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const shown = ({ url, repository, isInsecure, canResolve, ownPath }: Place): string =>
  [
    url.href,
    ...(repository === undefined ? [] : [repository]),
    ...(isInsecure === true ? ["insecure"] : []),
    ...(canResolve ? [] : ["no tags"]),
    ...(ownPath === true ? ["own path"] : []),
  ].join(" ");

async function places(path: string, image: string): Promise<readonly string[]> {
  const found = await (await readMirrors(path, () => false))(parseReference(image));
  return found.ok ? found.places.map(shown) : [found.why];
}

describe("containerd's hosts.toml", () => {
  const certs = join(folder, "certs.d");
  write("certs.d/docker.io/ca.pem", "PEM");
  write(
    "certs.d/docker.io/hosts.toml",
    `server = "https://registry-1.docker.io"
[host."https://mirror.example"]
  capabilities = ["pull", "resolve"]
  ca = "ca.pem"
[host."http://cache.example:5000/v2/hub"]
  capabilities = ["pull"]
  override_path = true
  skip_verify = true
  [host."http://cache.example:5000/v2/hub".header]
    X-Team = ["shop", "web"]
`,
  );
  write("certs.d/registry.example_5000_/hosts.toml", '[host."https://a.example"]');
  write("certs.d/registry.example:5000/hosts.toml", '[host."https://b.example"]');
  write("certs.d/_default/hosts.toml", '[host."https://all.example"]');
  write("certs.d/broken.example/hosts.toml", "[host");
  write("certs.d/lost.example/hosts.toml", '[host."https://m.example"]\nca = "nothere.pem"');

  test("hosts in the file's order, the server last", async () => {
    expect(await places(certs, "nginx")).toEqual([
      "https://mirror.example/",
      "http://cache.example:5000/v2/hub insecure no tags own path",
      "https://registry-1.docker.io/",
    ]);
  });

  test("certificates and headers are read", async () => {
    const found = await (await readMirrors(certs, () => false))(parseReference("nginx"));
    const [mirror, cache] = found.ok ? found.places : [];
    expect([mirror?.ca, cache?.headers]).toEqual([["PEM"], { "x-team": "shop, web" }]);
  });

  test("the folder with underscores first, then the one with a colon, then _default", async () => {
    expect((await places(certs, "registry.example:5000/a/b"))[0]).toBe("https://a.example/");
    expect(await places(certs, "other.example/a/b")).toEqual([
      "https://all.example/",
      "https://other.example/",
    ]);
  });

  test.each(["broken.example/a/b", "lost.example/a/b"])(
    "what cannot be read is an error: %s",
    async (image) => {
      await expect(places(certs, image)).rejects.toMatchObject({ code: "mirrors-unreadable" });
    },
  );
});

describe("registries.conf", () => {
  const path = write(
    "registries.conf",
    `unqualified-search-registries = ["docker.io"]
[[registry]]
prefix = "docker.io"
location = "docker.io"
[[registry.mirror]]
location = "mirror.example/hub"
insecure = true
[[registry.mirror]]
location = "digests.example"
pull-from-mirror = "digest-only"
[[registry]]
prefix = "docker.io/acme"
location = "registry.acme.example/hub"
[[registry]]
prefix = "*.blocked.example"
blocked = true
`,
  );

  test.each([
    [
      "nginx",
      ["https://mirror.example/ hub/library/nginx insecure", "https://registry-1.docker.io/ library/nginx"],
    ],
    ["docker.io/acme/api", ["https://registry.acme.example/ hub/api"]],
    [
      "docker.io/acmes/api",
      ["https://mirror.example/ hub/acmes/api insecure", "https://registry-1.docker.io/ acmes/api"],
    ],
    ["other.example/a/b", ["https://other.example/"]],
    ["a.blocked.example/b", [`registry *.blocked.example is blocked in ${path}`]],
  ])("%s", async (image, expected) => {
    expect(await places(path, image)).toEqual(expected);
  });

  test("digest-only mirrors are for digests", async () => {
    const found = await places(path, `nginx@sha256:${"a".repeat(64)}`);
    expect(found).toContain("https://digests.example/ library/nginx");
  });
});

describe("k3s's registries.yaml", () => {
  const path = write(
    "registries.yaml",
    `mirrors:
  docker.io:
    endpoint: ["https://mirror.example/hub"]
    rewrite: { "^library/(.*)": "images/$1", "(a+)+$": "never" }
  "*":
    endpoint: ["http://all.example:5000"]
configs:
  mirror.example:
    tls: { insecure_skip_verify: true }
`,
  );

  test.each([
    ["nginx", ["https://mirror.example/hub images/nginx insecure own path", "https://registry-1.docker.io/"]],
    ["other.example/a/b", ["http://all.example:5000/", "https://other.example/"]],
  ])("%s", async (image, expected) => {
    expect(await places(path, image)).toEqual(expected);
  });

  test("an alias bomb is an error", async () => {
    const bomb = [
      "a: &a [x, x]",
      ...Array.from(
        { length: 20 },
        (_, at) => `k${at}: &k${at} [*${at === 0 ? "a" : `k${at - 1}`}, *${at === 0 ? "a" : `k${at - 1}`}]`,
      ),
    ];
    const file = write("bomb.yaml", bomb.join("\n"));
    await expect(places(file, "nginx")).rejects.toMatchObject({ code: "mirrors-unreadable" });
  });
});
