// Mirrors out of a node's own files, and nothing else out of them.

import { expect, test } from "vitest";
import type { Run } from "./ask.js";
import { mirrorsOf } from "./mirrors.js";

const node =
  (files: Readonly<Record<string, string>>): Run =>
  async ([, path = ""]) => {
    const out = files[path.replace(/^\/host/, "")];
    return out === undefined ? { exitCode: 1, out: "", err: "No such file" } : { exitCode: 0, out, err: "" };
  };

const told = async (path: string, text: string): Promise<string> =>
  (await mirrorsOf("docker.io", node({ [path]: text }))).shows;

test.each([
  [
    "/etc/containerd/certs.d/docker.io/hosts.toml",
    'server = "https://registry-1.docker.io"\n[host."https://user:canary@mirror.example:5000"]\n  ca = "/etc/ssl/own.pem"\n',
    "names mirrors for it: mirror.example:5000, registry-1.docker.io",
  ],
  [
    "/etc/containerd/certs.d/_default/hosts.toml",
    '[host."http://cache.example"]\n',
    "names mirrors for it: cache.example",
  ],
  [
    "/etc/rancher/k3s/registries.yaml",
    'mirrors:\n  docker.io:\n    endpoint: ["https://cache.example/v2"]\nconfigs:\n  cache.example: { auth: { username: a, password: canary } }\n',
    "names mirrors for it: cache.example",
  ],
  [
    "/etc/containers/registries.conf",
    '[[registry]]\nprefix = "docker.io"\nlocation = "docker.io"\n[[registry.mirror]]\nlocation = "cache.example/hub"\n',
    "names mirrors for it: cache.example",
  ],
  [
    "/etc/containers/registries.conf",
    '[[registry]]\nprefix = "docker.io"\nblocked = true\n',
    "says: registry docker.io is blocked",
  ],
  ["/etc/rancher/k3s/registries.yaml", "mirrors: {}\n", "names no mirror for it"],
  ["/etc/containerd/certs.d/docker.io/hosts.toml", "= broken", "cannot be read as what it should be"],
])("%s", async (path, text, words) => {
  const shows = await told(path, text);
  expect(shows).toContain(path);
  expect(shows).toContain(words);
  expect(shows).not.toContain("canary");
});

test("a node without any of the files", async () => {
  expect((await mirrorsOf("quay.io", node({}))).shows).toBe(
    "no mirror is configured where runtimes usually look",
  );
});
