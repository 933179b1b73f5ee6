// `pulldoctor check`: the words that its reader sees, its exit codes, and the roles that it prints.

import type { RequestListener } from "node:http";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { KubeObject } from "../../src/sim/api/json.js";
import { type Ran, runCli } from "../cli-run.js";
import { folderOf } from "../folder.js";
import { certificates, closeAll, serveHttps, serveTcp } from "../probes/loopback.js";
import { schemaKeeper } from "../schema-keeper.js";
import { type Connected, connected } from "./connect.js";
import { namespace, node, object, pod, pullSecret } from "./objects.js";
import type { ServeOptions } from "./serve.js";

const things: readonly KubeObject[] = [
  namespace("shop"),
  namespace("data"),
  node("node-1"),
  pullSecret("regcred"),
  pod("cart-1"),
  pod("cart-2", { image: "registry.example.com/shop/cart:v2" }),
  pod("web-1", { image: "nginx:1.27" }),
  pod("etl-1", { namespace: "data", image: "registry.example.com/data/etl:v1" }),
  object("apps/v1", "Deployment", "cart"),
];

const keeper = schemaKeeper("check-v1.json");
let lastDocument: unknown;

async function checked(
  flags: readonly string[],
  options: ServeOptions = {},
): Promise<Ran & { readonly cluster: Connected; readonly shown: string }> {
  const cluster = await connected(things, options);
  const asks = flags.some((flag) => flag.startsWith("--resolve")) ? [] : ["--probe=off"];
  const ran = await runCli(["check", "--kubeconfig", cluster.config, ...asks, ...flags]);
  const shown = ran.out.replace(/\d+ ms/, "N ms").replaceAll(cluster.config, "FILE");
  return { ...ran, cluster, shown };
}

describe("the screen", () => {
  test("with every right", async () => {
    const { shown, code, err } = await checked([]);
    expect(shown).toBe(`cluster
✓ the API server answers                      test, v1.32.4, N ms
✓ the login is accepted                       dev
✓ pods can be read                            all namespaces
✓ events can be read                          all namespaces
✓ secrets can be read                         all namespaces
✓ serviceaccounts can be read                 all namespaces
✓ nodes can be read
✓ workloads can be read                       all namespaces
✓ namespaces can be read

registries in use
  registry.example.com                        3 pods, 3 images
  docker.io                                   1 pod, 1 image
  how they answer was not asked: --probe=off

all that diagnose reads can be read · 4 pods looked at · nothing was changed
`);
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });

  test("with secrets of one namespace, and without nodes", async () => {
    const { shown, code } = await checked([], {
      forbid: (ask) => ask.resource === "nodes" || (ask.resource === "secrets" && ask.namespace !== "shop"),
    });
    expect(shown).toContain(`! secrets can be read                         only in shop
    without them: which credential a pull would use stays unknown elsewhere
`);
    expect(shown).toContain(`
to grant what is missing, as somebody who may
    pulldoctor check --print-rbac diagnose | kubectl --kubeconfig FILE apply -f -
    kubectl --kubeconfig FILE create clusterrolebinding pulldoctor-diagnose --clusterrole=pulldoctor-diagnose --user=dev
    pulldoctor check --print-rbac secrets | kubectl --kubeconfig FILE apply -f -
    kubectl --kubeconfig FILE create clusterrolebinding pulldoctor-secrets --clusterrole=pulldoctor-secrets --user=dev

`);
    expect(shown).toContain(`! nodes cannot be read
    │ 403 Forbidden: nodes is forbidden: User "dev" cannot list resource "nodes"
    │ in API group "" at the cluster scope
    without them: architecture, runtime and cached images of the nodes stay
    unknown
`);
    expect(shown).toMatch(/\n2 warnings · 4 pods looked at · nothing was changed\n$/);
    expect(code).toBe(0);
  });

  test("one namespace, without its pods", async () => {
    const { shown, code, cluster } = await checked(["-n", "shop"], {
      forbid: (ask) => ask.resource === "pods",
    });
    expect(shown).toContain("✗ pods cannot be read");
    expect(shown).toContain("    without them: failing pulls are not seen\n");
    expect(shown).toContain(
      "kubectl --kubeconfig FILE -n shop create rolebinding pulldoctor-diagnose --role=pulldoctor-diagnose --user=dev",
    );
    expect(shown).toContain("✓ events can be read                          in shop");
    expect(shown).not.toContain("registries in use");
    expect(shown).toMatch(/\n1 problem · 0 pods looked at · nothing was changed\n$/);
    expect(code).toBe(1);
    expect(
      cluster.asked.every((ask) => ask.namespace === "shop" || /^(nodes|namespaces|self)/.test(ask.resource)),
    ).toBe(true);
  });

  test("a server that is out of order is not taken for a missing right", async () => {
    const { shown, code } = await checked([], {
      fault: (ask, response) => {
        if (ask.resource !== "nodes") return false;
        response.writeHead(500, { "content-type": "application/json" });
        response.end('{"kind":"Status","message":"etcdserver: request timed out\\u001b[31m"}');
        return true;
      },
    });
    expect(shown).toContain(
      "? nodes may be readable\n    │ 500 Internal Server Error: etcdserver: request timed out\\e[31m\n",
    );
    expect(shown).toMatch(/\n1 unknown · 4 pods looked at/);
    expect(code).toBe(3);
  });

  test("as JSON", async () => {
    const { out, code } = await checked(["-o", "json"], {
      forbid: (ask) => ask.resource === "nodes" || (ask.resource === "secrets" && ask.namespace !== "data"),
    });
    const document: unknown = JSON.parse(out);
    expect(keeper.departures(document)).toEqual([]);
    lastDocument = document;
    expect(document).toMatchObject({
      cluster: "test",
      serverVersion: "v1.32.4",
      user: "dev",
      podsLookedAt: 4,
      registries: [{ registry: "registry.example.com", pods: 3, images: 3 }, { registry: "docker.io" }],
    });
    expect(document).toHaveProperty(["reads", 2], {
      what: "secrets",
      can: "some",
      namespaces: ["data"],
      lost: "which credential a pull would use stays unknown",
      role: "secrets",
    });
    expect(code).toBe(0);
  });
});

describe("the registries in use", () => {
  const resolved = (ports: Readonly<Record<string, number>>): readonly string[] =>
    Object.entries(ports).flatMap(([host, port]) => ["--resolve", `${host}=127.0.0.1:${port}`]);
  const closedPort = async (): Promise<number> => {
    const gone = await serveTcp(() => {});
    await gone.close();
    return gone.port;
  };
  afterAll(closeAll);

  /** Docker Hub as it answers strangers: tokens for all, and a limit told by HEAD. */
  const hub =
    (left: number): RequestListener =>
    (request, response) => {
      if (request.url?.startsWith("/token")) return void response.end('{"token":"t"}');
      if (request.headers.authorization === undefined) {
        const realm = 'Bearer realm="https://registry-1.docker.io/token",service="registry.docker.io"';
        return void response.writeHead(401, { "www-authenticate": realm }).end();
      }
      response.writeHead(200, {
        "content-type": "application/vnd.oci.image.index.v1+json",
        "ratelimit-limit": "100;w=21600",
        "ratelimit-remaining": `${left};w=21600`,
        "docker-ratelimit-source": "192.0.2.1",
      });
      response.end();
    };

  test("that answer, that count, and that are not there", async () => {
    const ca = join(folderOf({ "ca.pem": (await certificates()).ca }), "ca.pem");
    const own = await serveHttps("registry.example.com", (_request, response) => response.end("{}"));
    const docker = await serveHttps("registry-1.docker.io", hub(12));
    const ports = { "registry.example.com": own.port, "registry-1.docker.io": docker.port };
    const { shown, code, err } = await checked([...resolved(ports), "--ca", ca]);
    const screen = shown.replace(/TLS until \S+ \d+ ms/g, "TLS until DAY, N ms");
    expect(screen).toContain(`registries in use
✓ registry.example.com                        TLS until DAY, N ms
! docker.io                                   TLS until DAY, N ms
    12 of 100 pulls left in 6h to this address without a login
`);
    expect(shown).toMatch(/✓ registry\.example\.com +TLS until 20\d\d-\d\d-\d\d, \d+ ms\n/);
    expect(screen).toMatch(/\n1 warning · 4 pods looked at · nothing was changed\n$/);
    expect([code, err]).toEqual([0, ""]);
    // What is left is asked of an open image by HEAD; own images are not asked for by a stranger.
    expect(docker.heard()).toContain("HEAD /v2/library/nginx/manifests/1.27");
    expect(own.heard()).not.toContain("manifests");
    expect(own.heard() + docker.heard()).not.toMatch(/authorization\n(?!Bearer t)/i);

    const dead = await closedPort();
    const there = resolved({ ...ports, "registry.example.com": dead });
    const broken = await checked([...there, "--ca", ca]);
    expect(
      broken.shown,
    ).toContain(`✗ registry.example.com                        no good answer to this machine
    the connection was refused (ECONNREFUSED)
    nodes may reach it; --from pod asks from inside
`);
    expect([broken.code, broken.shown.includes("1 problem, 1 warning")]).toEqual([1, true]);

    const json = await checked([...there, "--ca", ca, "-o", "json"]);
    expect(JSON.parse(json.out)).toMatchObject({
      registries: [
        {
          registry: "registry.example.com",
          pods: 3,
          asked: { is: "fails", stage: "tcp", code: "ECONNREFUSED" },
        },
        { registry: "docker.io", asked: { is: "answers", limit: { left: 12, limit: 100 } } },
      ],
    });
    expect(keeper.departures(JSON.parse(json.out))).toEqual([]);
  });

  test("one that is not trusted here may be on the nodes", async () => {
    const own = await serveHttps("registry.example.com", (_request, response) => response.end("{}"));
    const docker = await serveHttps("registry-1.docker.io", hub(90));
    const ports = { "registry.example.com": own.port, "registry-1.docker.io": docker.port };
    const { shown, code } = await checked(resolved(ports));
    expect(shown).toContain("nodes may trust it; --ca FILE has it trusted here");
    expect(code).toBe(1);
  });

  test("one that never answers costs its time and is said", async () => {
    const mute = await serveTcp(() => {});
    const ports = { "registry.example.com": mute.port, "registry-1.docker.io": mute.port };
    const started = performance.now();
    const { shown, code } = await checked(resolved(ports));
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(shown).toMatch(/[✗?] registry\.example\.com +(no good answer to this machine|not asked)/);
    expect(shown).toMatch(/[✗?] docker\.io +(no good answer to this machine|not asked)/);
    expect([0, 1]).toContain(code);
  });

  test("without names of any the machine is cut off, which is no registry's fault", async () => {
    const { shown, code } = await checked(["--resolve", "other.example=127.0.0.1", "--dns", "127.0.0.1:9"]);
    expect(shown).toContain("? registry.example.com");
    expect(shown).toContain("no name was resolved: that may be this machine, and says nothing of the nodes");
    expect(code).toBe(0);
  });
});

test("few questions: one of each kind, and the pods", async () => {
  const { cluster } = await checked([]);
  expect(cluster.asked).toHaveLength(1 + 14 + 1);
  const secrets = cluster.asked.filter(({ resource }) => resource === "secrets");
  expect(secrets.map(({ path }) => path)).toEqual([
    "/api/v1/secrets?limit=1&fieldSelector=type%3Dkubernetes.io%2Fdockerconfigjson",
  ]);
});

describe("--print-rbac asks nothing and prints one screenful", () => {
  test("a ClusterRole", async () => {
    const { out, code } = await runCli(["check", "--print-rbac"]);
    expect(parse(out)).toEqual({
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "pulldoctor-diagnose" },
      rules: [
        {
          apiGroups: [""],
          resources: ["pods", "events", "serviceaccounts", "nodes", "replicationcontrollers", "namespaces"],
          verbs: ["get", "list"],
        },
        {
          apiGroups: ["apps"],
          resources: ["deployments", "replicasets", "statefulsets", "daemonsets", "controllerrevisions"],
          verbs: ["get", "list"],
        },
        { apiGroups: ["batch"], resources: ["jobs", "cronjobs"], verbs: ["get", "list"] },
        { apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["get", "list"] },
      ],
    });
    expect(out.split("\n").length).toBeLessThanOrEqual(24);
    expect(out).toContain("# Then bind it: kubectl create clusterrolebinding pulldoctor-diagnose");
    expect(code).toBe(0);
  });

  test("a Role for secrets, without what a Role cannot grant", async () => {
    const { out } = await runCli(["check", "--print-rbac", "secrets", "-n", "shop"]);
    expect(parse(out)).toMatchObject({
      kind: "Role",
      metadata: { name: "pulldoctor-secrets", namespace: "shop" },
      rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get", "list"] }],
    });
    const diagnose = await runCli(["check", "--print-rbac=diagnose", "-n", "shop"]);
    expect(diagnose.out).not.toMatch(/resources:.*(nodes|namespaces)/);
    expect(diagnose.out).toContain("# Without nodes and namespaces: a Role cannot grant them.");
  });

  test("another role is refused with the ones that there are", async () => {
    const { err, code } = await runCli(["check", "--print-rbac", "secret"]);
    expect(err).toContain("the nearest value is secrets, of diagnose, secrets");
    expect(code).toBe(2);
  });
});

test("the schema describes nothing that is never there", () => {
  // A limit that was reached, and a registry that answers with an error, stand for what these clusters do not have.
  const asked = [
    { is: "answers", limited: { retryAt: new Date() } },
    { is: "fails", stage: "api", why: "it answered 503", status: 503, certificateUntil: new Date() },
  ];
  const registries = asked.map((one) => ({ registry: "docker.io", pods: 1, images: 1, asked: one }));
  const whole = { ...Object(lastDocument), namespace: "shop", registries };
  expect(keeper.departures(JSON.parse(JSON.stringify(whole)))).toEqual([]);
  // What is asked from inside has a world of its own: test/probing/inside.test.ts.
  expect(keeper.unseen().filter((path) => !path.startsWith("ways"))).toEqual([]);
});
