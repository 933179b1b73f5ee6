// `pulldoctor diagnose` against a live API server, from the command line to the words on the screen.

import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { type Right, rights } from "../../src/cluster/rights.js";
import type { KubeObject } from "../../src/sim/api/json.js";
import { type Ran, runCli } from "../cli-run.js";
import { kubeconfig, scratch } from "../cluster-connection/server.js";
import { type Connected, connected } from "./connect.js";
import { account, failure, namespace, node, notFoundWords, now, object, pod, pullSecret } from "./objects.js";
import { type Ask, type ServeOptions, send } from "./serve.js";

const image = "registry.example.com/shop/cart:v9";

function shop(): KubeObject[] {
  const bad = pod("cart-7d9f-abc", {
    image,
    waiting: "ImagePullBackOff",
    message: `Back-off pulling image "${image}"`,
    secrets: ["regcred"],
    owner: { kind: "ReplicaSet", name: "cart-7d9f" },
  });
  const owned = (name: string, revision: string): KubeObject =>
    object("apps/v1", "ReplicaSet", name, {
      metadata: {
        annotations: { "deployment.kubernetes.io/revision": revision },
        ownerReferences: [
          {
            apiVersion: "apps/v1",
            kind: "Deployment",
            name: "cart",
            uid: "Deployment-shop-cart",
            controller: true,
          },
        ],
      },
      spec: {
        template: {
          spec: {
            containers: [{ name: "app", image: revision === "2" ? image : image.replace("v9", "v1") }],
          },
        },
      },
      status: { replicas: 1, readyReplicas: revision === "2" ? 0 : 1 },
    });
  return [
    bad,
    ...failure(bad, image, notFoundWords(image)),
    pod("cart-55b4-old", { owner: { kind: "ReplicaSet", name: "cart-55b4" } }),
    pullSecret("regcred"),
    account(),
    node("node-1"),
    namespace("shop"),
    namespace("data"),
    pod("etl-1", { namespace: "data", image: "quay.io/data/etl:v1" }),
    object("apps/v1", "Deployment", "cart", {
      metadata: { annotations: { "meta.helm.sh/release-name": "cart" } },
      spec: { replicas: 2, selector: { matchLabels: { app: "cart" } } },
      status: { replicas: 2, readyReplicas: 1 },
    }),
    object("apps/v1", "Deployment", "idle", { spec: { replicas: 0 } }),
    owned("cart-7d9f", "2"),
    owned("cart-55b4", "1"),
  ];
}

interface Live extends Ran {
  readonly cluster: Connected;
}

async function diagnosed(
  words: readonly string[],
  options: ServeOptions = {},
  objects: readonly KubeObject[] = shop(),
): Promise<Live> {
  const cluster = await connected(objects, options);
  const ran = await runCli(["diagnose", ...words, "--probe=off", "--kubeconfig", cluster.config], { now });
  return { ...ran, cluster };
}

const first = (ran: Ran): unknown => (JSON.parse(ran.out) as { findings: unknown[] }).findings[0];

describe("what the screen says", () => {
  test("one workload in detail", async () => {
    const ran = await diagnosed(["deploy/cart"]);
    expect(ran.code).toBe(1);
    expect(ran.err).toBe("");
    expect(ran.out).toContain("shop/cart · 1 of 2 pods cannot pull · for 9m");
    expect(ran.out).toContain("tag-not-found");
    expect(ran.out).toContain(image);
    expect(ran.out).toContain("evidence     from the API server of test");
    expect(ran.out).toContain("last good    registry.example.com/shop/cart:v1, revision 1");
    expect(ran.out).toContain("managed by   Helm release cart");
    expect(ran.out).toContain("-n shop rollout undo deployment/cart --to-revision=1");
    expect(ran.out).toMatch(/questions/);
  });

  test("the last image that worked comes from the older revision", async () => {
    const ran = await diagnosed(["-o", "json"]);
    expect(first(ran)).toMatchObject({
      cause: "tag-not-found",
      workloads: [
        {
          kind: "Deployment",
          name: "cart",
          lastGoodImage: "registry.example.com/shop/cart:v1",
          lastGoodRevision: 1,
        },
      ],
    });
  });

  test("a healthy namespace", async () => {
    const ran = await diagnosed(["-n", "data"]);
    expect(ran.code).toBe(0);
    expect(ran.out).toContain("✓ no image pull fails");
  });

  test("a selector", async () => {
    const ran = await diagnosed(["-l", "app=nothing"]);
    expect(ran.code).toBe(0);
    expect(ran.out).not.toContain(image);
    const found = await diagnosed(["-l", "app=cart-7d9f"]);
    expect(found.code).toBe(1);
  });

  test("control characters in what the API server says are shown and do nothing", async () => {
    const ran = await diagnosed(["-n", "shop"], {
      fault: (ask, response) => {
        if (ask.resource !== "secrets") return false;
        send(response, 403, { kind: "Status", message: "no \u001b]0;owned\u0007\u001b[2J secrets" });
        return true;
      },
    });
    for (const acts of ["\u001b", "\u0007"]) expect(ran.out + ran.err).not.toContain(acts);
    expect(ran.out).toContain("! secrets in shop: 403 Forbidden: no \\e]0;owned\\x07\\e[2J secrets");
  });
});

describe("targets", () => {
  test("several", async () => {
    const ran = await diagnosed(["pod/cart-7d9f-abc", "deploy/idle"]);
    expect(ran.code).toBe(1);
  });

  test("a controller without pods is there", async () => {
    const ran = await diagnosed(["deploy/idle"]);
    expect(ran.code).toBe(0);
  });

  test("a name that is not there, with the nearest one", async () => {
    const ran = await diagnosed(["deploy/carts"]);
    expect(ran.code).toBe(2);
    expect(ran.err).toContain("✗ there is no deploy/carts in shop");
    expect(ran.err).toContain("the nearest name is cart");
  });

  test("a namespace that is not there", async () => {
    const ran = await diagnosed(["-n", "shpo"]);
    expect(ran.code).toBe(2);
    expect(ran.err).toBe(
      '✗ there is no namespace shpo in test\n  why  404 Not Found: namespaces "shpo" not found\n  do   name another one with -n; kubectl get namespaces shows all\n',
    );
  });
});

describe("rights", () => {
  test("the printed roles grant all that diagnose asks, and no more kinds", async () => {
    const asked: Ask[] = [];
    for (const words of [["-A"], ["deploy/cart"], ["pod/cart-7d9f-abc"]]) {
      const ran = await diagnosed(words, { forbid: (ask) => ask.resource === "pods" && ask.verb === "list" });
      asked.push(...ran.cluster.asked, ...(await diagnosed(words)).cluster.asked);
    }
    const granted = rights.flatMap(({ resources }: Right) =>
      resources.map(({ group, name }) => `${group}/${name}`),
    );
    const needed = new Set(asked.map(({ group, resource }) => `${group}/${resource}`));
    expect([...needed].filter((one) => !granted.includes(one))).toEqual([]);
    expect(asked.filter(({ verb }) => verb !== "get" && verb !== "list")).toEqual([]);
  });

  test("what may not be read is said under the findings", async () => {
    const ran = await diagnosed([], { forbid: (ask) => ask.resource === "secrets" });
    expect(ran.code).toBe(1);
    expect(ran.out).toContain(
      '  ! secrets in shop: 403 Forbidden: secrets is forbidden: User "dev" cannot list',
    );
  });

  test("a namespace that cannot be read makes it 3, not 0", async () => {
    const healthy = shop().filter(
      ({ metadata }) => metadata.name !== "cart-7d9f-abc" && !metadata.name.includes("."),
    );
    const ran = await diagnosed(
      ["-A"],
      {
        forbid: (ask) =>
          ask.resource !== "namespaces" && (ask.namespace === undefined || ask.namespace === "data"),
      },
      healthy,
    );
    expect(ran.code).toBe(3);
    expect(ran.out).toContain("no failing pull was seen, and not everything could be read");
    expect(ran.out).toContain("pods in data");
  });

  test("403 everywhere", async () => {
    const ran = await diagnosed(["-n", "shop"], { forbid: () => true });
    expect(ran).toMatchObject({ code: 2, out: "" });
    expect(ran.err).toBe(
      '✗ neither pods nor events in namespace shop of test may be read\n  why  403 Forbidden: pods is forbidden: User "dev" cannot list resource "pods" in API group "" in the namespace "shop"\n  do   choose another namespace with -n; pulldoctor check --print-rbac prints the rights to ask for\n',
    );
  });
});

describe("no answer", () => {
  test("no kubeconfig", async () => {
    const ran = await runCli(["diagnose"], { env: { HOME: "/nonexistent" } });
    expect(ran.code).toBe(2);
    expect(ran.err).toBe(
      "✗ there is no kubeconfig, so no cluster to ask\n  why  KUBECONFIG is not set, and /nonexistent/.kube/config does not exist\n  do   set KUBECONFIG, or pass --kubeconfig FILE; diagnose -f FILE reads a dump without a cluster\n",
    );
  });

  test("nobody listens", async () => {
    const ran = await asking(`http://127.0.0.1:${await closedPort()}`);
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(
      /^✗ the API server of test does not answer\n {2}why {2}127\.0\.0\.1:\d+ refuses connections\n {2}do/,
    );
  });

  test("a login that is not accepted any more", async () => {
    const ran = await diagnosed([], {
      fault: (_ask, response) => {
        send(response, 401, { kind: "Status", message: "Unauthorized", code: 401 });
        return true;
      },
    });
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(/^✗ the API server of test does not accept the login\n/);
    expect(ran.err).toContain("401 Unauthorized");
  });

  test("a list that breaks off before its first item", async () => {
    const ran = await diagnosed([], {
      fault: (ask, response) => {
        if (ask.resource !== "pods") return false;
        response.writeHead(200, { "content-type": "application/json" }).end('{"kind":"PodList","meta');
        return true;
      },
    });
    expect(ran.code).toBe(2);
    expect(ran.err).toBe(
      "✗ the pods of test cannot be listed\n  why  an answer of the API server ended in the middle: 1 brace was still open\n  do   run the command again; when it lasts, look at the API server: kubectl get --raw /readyz\n",
    );
  });

  test("429 without an end", async () => {
    const ran = await diagnosed([], {
      fault: (ask, response) => {
        if (ask.resource !== "pods") return false;
        send(response, 429, { kind: "Status", message: "too many requests, please try again later" });
        return true;
      },
    });
    expect(ran.code).toBe(2);
    expect(ran.err).toContain("  why  429 Too Many Requests: too many requests, please try again later\n");
  });
});

async function asking(server: string): Promise<Ran> {
  const { path, remove } = scratch();
  onTestFinished(remove);
  const config = join(path, "config");
  writeFileSync(config, kubeconfig({ server }));
  return runCli(["diagnose", "--probe=off", "--kubeconfig", config]);
}

/** A port that nothing listens on any more. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === "object" && address !== null ? address.port : 1;
}
