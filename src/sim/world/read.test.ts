// World files: what may be left out, and what is refused, with line and column.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ToolError } from "../../model/errors.js";
import { text } from "../api/json.js";
import {
  certificateKinds,
  connectBehaviours,
  dialects,
  dnsBehaviours,
  faultKinds,
  faultStages,
  manifestShapes,
} from "../registry/config.js";
import { builtInWorld, builtInWorlds } from "./built-in.js";
import type { WorldConfig } from "./config.js";
import { readWorld, readWorldData, readWorldFile } from "./read.js";

const read = (text: string, files: Readonly<Record<string, string>> = {}): WorldConfig =>
  readWorld(text, "w.yaml", (path) => files[path]);

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof ToolError) return `${error.what} | ${error.why}`;
    throw error;
  }
  return "nothing was refused";
}

describe("what may be left out", () => {
  test("everything: an empty file is a world with one node", () => {
    const { nodes, version, speed, registries } = read("");
    expect([nodes.map(({ config }) => config.name), version, speed, registries]).toEqual([
      ["node-1"],
      "v1.32.5",
      1,
      [],
    ]);
  });

  test("a tag stands as it is written, be it a number or not", () => {
    const { registries } = read(
      "registries: { r.example: { repositories: { a/b: [1.10, v1, latest, 2026] } } }",
    );
    expect(Object.keys(registries[0]?.repositories["a/b"]?.tags ?? {})).toEqual(
      ["1.10", "v1", "latest", "2026"].sort(numbersFirst),
    );
  });

  test("a dialect goes by the name of the host", () => {
    const hosts = ["docker.io", "ghcr.io", "quay.io", "r.example", "x.azurecr.io", "public.ecr.aws"];
    const { registries } = read(`registries: { ${hosts.map((host) => `${host}: {}`).join(", ")} }`);
    expect(registries.map(({ dialect }) => dialect)).toEqual([
      "docker-hub",
      "ghcr",
      "quay",
      "plain",
      "acr",
      "ecr-public",
    ]);
  });

  test("a repository with readers is private, an account may be its password alone", () => {
    const { registries } = read(
      "registries: { r.example: { accounts: { ci: pw }, repositories: { a/b: { readers: [ci], tags: [v1] } } } }",
    );
    expect(registries[0]?.repositories["a/b"]?.private).toBe(true);
    expect(registries[0]?.accounts.ci).toEqual({ password: "pw", expired: false, expiredPasswords: [] });
  });
});

/** Keys that look like numbers come first in every object of the language. */
const numbersFirst = (a: string, b: string): number => Number(/^\d+$/.test(b)) - Number(/^\d+$/.test(a));

describe("objects of the cluster", () => {
  test("short forms become what kubectl would send, in namespaces that are only mentioned", () => {
    const { objects } = read(`
secrets: { shop/regcred: { r.example: { username: ci, password: pw } } }
serviceAccounts: { shop/default: [regcred] }
workloads:
  shop/api: { image: r.example/api:v1, replicas: 2, secrets: [regcred], policy: Always }
  jobs/nightly: { kind: CronJob, schedule: "0 3 * * *", image: busybox }
  shop/one: { kind: Pod, containers: { a: busybox, b: nginx }, init: { c: alpine } }`);
    expect(
      objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? "-"}/${metadata.name}`),
    ).toEqual([
      "Namespace -/shop",
      "Namespace -/jobs",
      "Secret shop/regcred",
      "ServiceAccount shop/default",
      "Deployment shop/api",
      "CronJob jobs/nightly",
      "Pod shop/one",
    ]);
    expect(objects[4]).toMatchObject({
      apiVersion: "apps/v1",
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: "api" } },
        template: {
          metadata: { labels: { app: "api" } },
          spec: {
            containers: [{ name: "api", image: "r.example/api:v1", imagePullPolicy: "Always" }],
            imagePullSecrets: [{ name: "regcred" }],
          },
        },
      },
    });
    const data = text(objects[2]?.data, ".dockerconfigjson");
    expect(JSON.parse(Buffer.from(data, "base64").toString())).toEqual({
      auths: {
        "r.example": { username: "ci", password: "pw", auth: Buffer.from("ci:pw").toString("base64") },
      },
    });
  });

  test("manifests inline and from files, lists and several documents", () => {
    const { objects } = read(
      "manifests: [{ apiVersion: v1, kind: ConfigMap, metadata: { name: a, namespace: x } }, { file: more.yaml }]",
      {
        "more.yaml":
          "kind: List\napiVersion: v1\nitems: [{ apiVersion: v1, kind: Secret, metadata: { name: b } }]\n---\napiVersion: v1\nkind: Namespace\nmetadata: { name: y }\n",
      },
    );
    expect(objects.map(({ kind, metadata: { name } }) => `${kind} ${name}`)).toEqual([
      "Namespace x",
      "Namespace y",
      "ConfigMap a",
      "Secret b",
    ]);
  });
});

test("a node: what it runs, what it trusts, how it pulls", () => {
  const { nodes } = read(
    "nodes: [{ name: a, runtime: cri-o 1.30, kubelet: 1.30.4, trusts: [corporate], proxy: http://p.example:3128, registryPullQps: 1 }]",
  );
  expect(nodes).toEqual([
    {
      config: {
        name: "a",
        kubelet: "v1.30.4",
        runtime: { name: "cri-o", version: "1.30" },
        architecture: "amd64",
        registryPullQps: 1,
        pull: { proxy: "http://p.example:3128" },
      },
      trustsCorporateCa: true,
    },
  ]);
});

describe("faults", () => {
  test("below HTTP by host, at a registry by stage and kind", () => {
    const { networkFaults, registries } = read(`
registries: { r.example: {} }
faults:
  - { at: gone.example, stage: dns, kind: servfail, untilSeconds: 30 }
  - { at: r.example, stage: tls, kind: expired, fromSeconds: 5 }
  - { at: r.example, stage: blob, kind: corrupt, layer: 0, times: 2 }`);
    expect(networkFaults).toEqual([
      { host: "gone.example", change: { dns: "servfail" }, fromSeconds: 0, untilSeconds: 30 },
      { host: "r.example", change: { certificate: "expired" }, fromSeconds: 5 },
    ]);
    expect(registries[0]?.faults).toEqual([{ stage: "blob", kind: "corrupt", layer: 0, times: 2 }]);
  });
});

describe("what is refused, and where", () => {
  test.each([
    [
      "registries:\n  r.example:\n    dialekt: plain\n",
      "w.yaml:3:5: registries.r.example.dialekt | dialekt is no field here; the nearest is dialect",
    ],
    [
      "registries:\n  r.example:\n    dialect: hub\n",
      "w.yaml:3:14: registries.r.example.dialect | hub is none of plain, htpasswd",
    ],
    ["registries: { Bad_Host: {} }", "Bad_Host is no host name"],
    ["registries: { r.example: { repositories: { A/b: [v1] } } }", "A/b is no repository name"],
    ["registries: { r.example: { repositories: { a/b: [-x] } } }", "-x is no tag"],
    [
      "registries: { r.example: { repositories: { a/b: { tags: { v1: { platforms: [amd64] } } } } } }",
      "amd64 is no platform such as linux/amd64",
    ],
    ["nodes:\n- { kubelet: v1.30.0 }\n", "w.yaml:2:3: nodes[0] | lacks the field name"],
    [
      "nodes:\n- { name: a, runtime: docker 20 }\n",
      "w.yaml:2:23: nodes[0].runtime | docker 20 is no runtime and version",
    ],
    ["nodes: [{ name: a }, { name: a }]", "another node is named a"],
    ["nodes: [{ name: a, kubelet: newest }]", "newest is no version such as v1.32.5"],
    ["speed: fast", "w.yaml:1:8: speed | is no number"],
    ["speed: 0", "is no number"],
    [
      "faults: [{ at: r.example, stage: manifest, kind: status, status: 500 }]",
      "r.example is no registry of this file",
    ],
    [
      "registries: { r.example: {} }\nfaults: [{ at: r.example, stage: manifest, kind: status }]",
      "w.yaml:2:10: faults[0] | a fault of the kind status lacks the field status",
    ],
    [
      "faults: [{ at: x.example, stage: dns, kind: nxdomain, times: 2 }]",
      "a fault of the stage dns has no times",
    ],
    ["faults: [{ at: x.example, stage: tls, kind: nxdomain }]", "nxdomain is none of good, expired"],
    ["faults: [{ at: x.example, stage: dns, kind: nxdomain, message: text }]", "message is no field here"],
    ["workloads: { checkout: { image: x } }", "checkout is not of the form namespace/name"],
    ["workloads: { shop/checkout: { replicas: 2 } }", "lacks the field image"],
    [
      "workloads:\n  a/b: { image: x }\n  a/b: { image: y }\n",
      "w.yaml:3:3 is no YAML | Map keys must be unique",
    ],
    ["manifests: [{ kind: Pod }]", "is no object with apiVersion, kind and metadata"],
    ["manifests: [{ file: none.yaml }]", "the file none.yaml cannot be read"],
    ["registries: [a", "w.yaml:1:"],
    ["- a\n- b\n", "w.yaml:1:1 | is no mapping"],
  ])("%j", (text, words) => {
    expect(refusal(() => read(text))).toContain(words);
  });

  test("a file that is not there", () => {
    expect(refusal(() => readWorldFile("/nowhere/w.yaml"))).toBe(
      "there is no world file at /nowhere/w.yaml | it cannot be read",
    );
  });

  test("data without a text is refused by its path", () => {
    expect(refusal(() => readWorldData({ nodes: [{ name: "a", kubelet: 7 }] }))).toBe(
      "world: nodes[0].kubelet | 7 is no version such as v1.32.5",
    );
  });
});

describe("docs/worlds.md", () => {
  const page = readFileSync(new URL("../../../docs/worlds.md", import.meta.url), "utf8");

  test("its example can be read, and holds what it shows", () => {
    const [, example = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
    const config = read(example, {
      "more.yaml": "{ apiVersion: v1, kind: ConfigMap, metadata: { name: more } }",
    });
    expect(config.registries.map(({ dialect }) => dialect)).toEqual(["docker-hub", "htpasswd"]);
    expect(config.proxies).toEqual([{ host: "proxy.acme.example:3128", answer: "auth" }]);
    expect(Object.keys(config.hosts)).toEqual(["mirror.acme.example"]);
    expect(config.registries[0]?.faults).toHaveLength(1);
    expect(config.networkFaults.map(({ change }) => change)).toEqual([
      { dns: "nxdomain" },
      { certificate: "expired" },
    ]);
  });

  test("names every stage, kind, dialect and shape", () => {
    const known = [
      dnsBehaviours,
      connectBehaviours,
      certificateKinds,
      faultStages,
      faultKinds,
      dialects,
      manifestShapes,
    ];
    const missing = known.flat().filter((word) => !["ok", "good"].includes(word) && !page.includes(word));
    expect(missing).toEqual([]);
  });
});

describe("built-in worlds", () => {
  test("each can be read and has the name of its file", () => {
    expect(builtInWorlds()).toContain("production-friday");
    for (const name of builtInWorlds()) expect(readWorldFile(builtInWorld(name) ?? "").name).toBe(name);
    expect(builtInWorld("../worlds/production-friday")).toBeUndefined();
  });

  test("production-friday has 54 workloads", () => {
    const { objects } = readWorldFile(builtInWorld("production-friday") ?? "");
    const kinds = ["Deployment", "StatefulSet", "DaemonSet", "CronJob"];
    expect(objects.filter(({ kind }) => kinds.includes(kind))).toHaveLength(54);
  });
});
