// What must hold whatever registries do: nothing is asked that was not wanted, credentials stay where they belong, Ctrl-C and
// the deadline end it, and a diagnosis is never lost.

import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { diagnoseByAsking } from "../../src/diagnose/diagnose.js";
import { readFiles } from "../../src/files/read.js";
import { createAsker } from "../../src/probes/asker.js";
import { runCli } from "../cli-run.js";
import { type Probed, probedWorld } from "./world.js";

const canary = "canary-never-elsewhere";
const folder = mkdtempSync(join(tmpdir(), "pulldoctor-safety-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A pod that waits for an image of this registry, with a pull secret for it. */
function dump(registry: string): string {
  const config = Buffer.from(JSON.stringify({ auths: { [registry]: { username: "ci", password: canary } } }));
  const image = `${registry}/team/app:1.0`;
  const items = [
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "regcred", namespace: "shop" },
      type: "kubernetes.io/dockerconfigjson",
      data: { ".dockerconfigjson": config.toString("base64") },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "app", namespace: "shop", uid: "u-1" },
      spec: { nodeName: "n", imagePullSecrets: [{ name: "regcred" }], containers: [{ name: "app", image }] },
      status: {
        phase: "Pending",
        containerStatuses: [
          {
            name: "app",
            image,
            imageID: "",
            ready: false,
            restartCount: 0,
            state: {
              waiting: {
                reason: "ErrImagePull",
                message: `failed to resolve reference "${image}": ${image}: not found`,
              },
            },
          },
        ],
      },
    },
  ];
  const path = join(folder, `${registry.replace(/\W/g, "-")}.json`);
  writeFileSync(path, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
  return path;
}

interface Stranger {
  readonly host: string;
  /** Every header of every request. */
  readonly heard: string[];
}

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function stranger(
  answer: (request: IncomingMessage) => readonly [number, Record<string, string>],
): Promise<Stranger> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(request.rawHeaders.join(" "));
    response.writeHead(...answer(request)).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push(server);
  const address = server.address();
  return { host: `127.0.0.1:${typeof address === "object" ? address?.port : ""}`, heard };
}

describe("credentials", () => {
  test("a realm at another host gets none, and the refusal is said", async () => {
    const thief = await stranger(() => [200, {}]);
    const registry = await stranger(() => [
      401,
      {
        "www-authenticate": `Bearer realm="http://${thief.host.replace("127.0.0.1", "localhost")}/token",service="r"`,
      },
    ]);
    const { out, err } = await runCli([
      "diagnose",
      "-f",
      dump(registry.host),
      "--probe=always",
      "-o",
      "json",
    ]);
    expect(err).toBe("");
    expect(registry.heard.length).toBeGreaterThan(0);
    expect(thief.heard).toEqual([]);
    expect(registry.heard.join()).not.toContain(Buffer.from(`ci:${canary}`).toString("base64"));
    expect(out).toContain("the login was not sent to the token server");
    expect(out).not.toContain(canary);
  });

  test("a redirect to another host gets none", async () => {
    const thief = await stranger(() => [404, {}]);
    const registry = await stranger(({ url, headers }) => {
      if (headers.authorization === undefined) return [401, { "www-authenticate": 'Basic realm="r"' }];
      return url === "/v2/" ? [200, {}] : [307, { location: `http://${thief.host}/elsewhere` }];
    });
    await runCli(["diagnose", "-f", dump(registry.host), "--probe=always"]);
    expect(registry.heard.join()).toContain(Buffer.from(`ci:${canary}`).toString("base64"));
    expect(thief.heard.join()).not.toContain("uthorization");
  });
});

describe("a file", () => {
  test("asks nothing by itself", async () => {
    const registry = await stranger(() => [200, {}]);
    await runCli(["diagnose", "-f", dump(registry.host)]);
    await runCli(["diagnose", "-f", dump(registry.host), "--probe=auto"]);
    expect(registry.heard).toEqual([]);
  });

  test("asks with --probe=always, with the secrets that are in it", async () => {
    const registry = await stranger(({ headers }) =>
      headers.authorization === undefined ? [401, { "www-authenticate": 'Basic realm="r"' }] : [404, {}],
    );
    const { out } = await runCli(["diagnose", "-f", dump(registry.host), "--probe=always", "-o", "json"]);
    expect(registry.heard.length).toBeGreaterThan(1);
    expect(out).toContain("asked as ci (secret regcred)");
  });
});

describe("explain", () => {
  const missing = (host: string): string =>
    `Failed to pull image "${host}/team/app:1.0": failed to resolve reference "${host}/team/app:1.0": ${host}/team/app:1.0: not found`;

  test("asks nothing by itself, and as nobody when it is told to", async () => {
    const registry = await stranger(({ url }) => [url === "/v2/" ? 200 : 404, {}]);
    const alone = await runCli(["explain", missing(registry.host)]);
    expect(registry.heard).toEqual([]);
    expect(alone.out).toContain("from the text alone");
    const { out, code } = await runCli(["explain", "--probe=always", missing(registry.host)]);
    expect(registry.heard.join()).not.toContain("uthorization");
    expect(out).toMatch(/registry +(?:GET|HEAD) \/v2\/team\/app\/manifests\/1\.0 +404\n/);
    expect(out).toContain("from the text and the registry's answer");
    expect(code).toBe(0);
  });
});

describe("a registry that never answers", () => {
  test("the deadline ends it, and the finding is there without it", async () => {
    const server = createServer(() => {});
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    servers.push(server);
    const address = server.address();
    const registry = `127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
    const snapshot = await readFiles([dump(registry)], {
      cwd: "/",
      readStdin: async function* () {},
      now: new Date("2026-11-25T12:00:00Z"),
    });
    const stop = new AbortController();
    const asker = createAsker({ env: {}, signal: stop.signal, now: () => new Date() });
    server.once("connection", () => stop.abort());
    const report = await diagnoseByAsking(
      snapshot,
      { registries: { asker, signal: stop.signal, most: 10, progress: () => {} } },
      () => true,
    );
    await asker.close();
    expect(report.findings).toMatchObject([{ cause: "tag-not-found", verdict: "likely" }]);
    expect(report.findings[0]?.notChecked.join()).toContain("no answer came in time");
  });
});

describe("rights", () => {
  let shop: Probed;
  beforeAll(async () => {
    shop = await probedWorld(
      {
        registries: {
          "registry.example.com": {
            dialect: "bearer",
            accounts: { ci: canary },
            repositories: { "team/app": { private: true, tags: ["1.0"] } },
          },
        },
        secrets: { "shop/regcred": { "registry.example.com": { username: "ci", password: canary } } },
        workloads: { "shop/app": { image: "registry.example.com/team/app:2.0", secrets: ["regcred"] } },
        manifests: [
          {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRole",
            metadata: { name: "looker" },
            rules: [
              {
                apiGroups: ["", "apps", "batch"],
                resources: [
                  "pods",
                  "events",
                  "nodes",
                  "serviceaccounts",
                  "deployments",
                  "replicasets",
                  "statefulsets",
                  "daemonsets",
                  "cronjobs",
                  "namespaces",
                ],
                verbs: ["get", "list"],
              },
            ],
          },
          {
            apiVersion: "rbac.authorization.k8s.io/v1",
            kind: "ClusterRoleBinding",
            metadata: { name: "looker" },
            roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "looker" },
            subjects: [{ kind: "User", name: "dev", apiGroup: "rbac.authorization.k8s.io" }],
          },
        ],
      },
      { minutes: 1 },
    );
    const mine = join(folder, "dev-config");
    writeFileSync(
      mine,
      shop.world.kubeconfig.replace(/^(\s*)(client-certificate-data:.*)$/m, "$1as: dev\n$1$2"),
    );
    dev = mine;
  }, 60_000);
  afterAll(() => shop.close());
  let dev: string;

  test("secrets that may not be read are said, and none is called missing", async () => {
    const { code, out } = await shop.run(["secrets", "-n", "shop", "--probe=off", "--kubeconfig", dev]);
    expect(out).toContain("? no pull secret was seen, and not everything could be read");
    expect(out).toContain("secrets in shop: 403 Forbidden");
    expect(out).not.toContain("missing");
    expect(code).toBe(3);
  });

  test("without the secrets nobody asks, and a refusal of nobody proves nothing", async () => {
    const { out } = await shop.run([
      "diagnose",
      "-n",
      "shop",
      "--probe=always",
      "--kubeconfig",
      dev,
      "-o",
      "json",
    ]);
    const [finding] = (
      JSON.parse(out) as { findings: { cause: string; verdict: string; evidence: { shows: string }[] }[] }
    ).findings;
    expect(finding).toMatchObject({ cause: "tag-not-found", verdict: "likely" });
    expect(
      shop.world.registries.requests.some(
        ({ authorization, at }) => authorization === "Basic" && at >= shop.clock.now(),
      ),
    ).toBe(false);
  });

  test("a pod that may not be made is said", async () => {
    const { out } = await shop.run([
      "diagnose",
      "-n",
      "shop",
      "--probe=off",
      "--from=pod",
      "--from-image=busybox",
      "--kubeconfig",
      dev,
    ]);
    expect(out).toMatch(/the pod\s+could\s+not\s+be\s+made:\s+403/);
  });
});
