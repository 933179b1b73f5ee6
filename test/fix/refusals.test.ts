// What fix does not do, and what it says instead.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Gate, openGate } from "./gate.js";
import { type MendingWorld, mendingWorld } from "./world.js";

const host = "registry.acme.example";
const cart = `${host}/shop/cart`;

const deployment = (name: string, more: object = {}, annotations: object = {}) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { namespace: "shop", name, annotations },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: {
        containers: [
          { name: "app", image: `${cart}:v2.4.l` },
          ...(name === "twins" ? [{ name: "side", image: `${host}/shop/side:v1.O` }] : []),
        ],
      },
    },
    ...more,
  },
});

let cluster: MendingWorld;
let gate: Gate;
const run = (...argv: readonly string[]) => cluster.run(argv);
const deployments = (): string => JSON.stringify(cluster.own("deployments.apps"));

beforeAll(async () => {
  cluster = await mendingWorld({
    registries: {
      [host]: {
        dialect: "harbor",
        accounts: { robot: "canary-p4ss" },
        repositories: {
          "shop/cart": ["v2.4.0", "v2.4.1"],
          "shop/side": ["v1.0"],
          "shop/paid": { private: true, tags: ["v1"] },
        },
      },
    },
    secrets: { "shop/taken": { "other.example": { username: "somebody", password: "canary-else" } } },
    workloads: { "shop/paid": { image: `${host}/shop/paid:v1` } },
    manifests: [
      deployment("cart"),
      deployment("twins"),
      deployment(
        "released",
        {},
        { "meta.helm.sh/release-name": "shop", "meta.helm.sh/release-namespace": "shop" },
      ),
    ],
  });
  gate = await openGate(cluster.world.kubeconfig);
  writeFileSync(join(cluster.folder, "config"), gate.kubeconfig);
  await cluster.until("all fail", () => {
    const pods = cluster.world.store.list("pods", { namespace: "shop" });
    return (
      pods.length === 4 &&
      pods.every((pod) => /ErrImagePull|ImagePullBackOff/.test(JSON.stringify(pod.status ?? {})))
    );
  });
}, 60_000);
afterAll(async () => {
  await gate.close();
  await cluster.close();
});

describe("without a yes nothing is changed", () => {
  test("no terminal: the kubectl line, and exit code 1", async () => {
    const before = deployments();
    const { code, out } = await run("fix", "deploy/cart");
    expect(code).toBe(1);
    expect(out).toContain(`kubectl -n shop set image deployment/cart app=${cart}:v2.4.1`);
    expect(out).toContain("Nothing was changed.");
    expect(deployments()).toBe(before);
    expect(cluster.journal()).toEqual([]);
  });

  test("a question that names the cluster; p prints the patch, n ends it", async () => {
    const before = deployments();
    const { code, out, err } = await cluster.run(["fix", "deploy/cart"], { typed: "p\nn\n" });
    expect(code).toBe(1);
    expect(err).toContain("Restarts 1 pod in gate.  Apply?  [y]es  [n]o  [p]rint patch");
    expect(out).toContain('"path": "/spec/template/spec/containers/0/image"');
    expect(out).toMatch(/Nothing was changed\.\n$/);
    expect(deployments()).toBe(before);
  });

  test("--dry-run", async () => {
    const { code, out } = await run("fix", "deploy/cart", "--dry-run", "--yes");
    expect(code).toBe(0);
    expect(out).toContain("This was a dry run. Nothing was changed.");
    expect(gate.writes).toEqual([]);
  });

  test.for(["patch", "yaml", "kubectl"])("-o %s is the document and nothing else", async (format) => {
    const { code, out, err } = await run("fix", "deploy/cart", "-o", format, "--yes");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    if (format === "patch") expect(JSON.parse(out)).toMatchObject([{ kind: "Deployment", do: "patch" }]);
    else expect(out).toContain(`${cart}:v2.4.1`);
    expect(gate.writes).toEqual([]);
  });
});

describe("what is refused, also with --yes", () => {
  test("a value that nothing heeds", async () => {
    const slip = await run("fix", "deploy/cart", "--yes", "--with", "secert=regcred");
    expect(slip.code).toBe(2);
    expect(slip.err).toContain("no fix takes a value secert");
    expect(slip.err).toContain("did you mean --with secret=...?");
    const other = await run("fix", "deploy/cart", "--yes", "--by", "set-image", "--with", "mirror=m.example");
    expect(other.err).toContain("set-image takes no value mirror");
    expect(other.err).toContain("what can be given: image, tag, container");
    expect(gate.writes).toEqual([]);
  });

  test("a context that is protected", async () => {
    const { code, err } = await run("fix", "deploy/cart", "--yes", "--protect", "ga*");
    expect(code).toBe(2);
    expect(err).toContain("--yes is refused in gate");
  });

  test("what Helm manages, unless --live-too", async () => {
    const { code, out } = await run("fix", "deploy/released", "--yes");
    expect(code).toBe(1);
    expect(out).toContain("Helm manages Deployment shop/released");
    expect(out).toMatch(/--live-too\. Nothing was changed\.\n$/);
    expect(gate.writes).toEqual([]);
  });

  test("a tag that is not there", async () => {
    const { code, out } = await run("fix", "deploy/cart", "--tag", "v9", "--yes");
    expect(code).toBe(1);
    expect(out).toContain("v9 is not there");
    expect(gate.writes).toEqual([]);
  });

  test("a login that does not open the image", async () => {
    const argv = ["fix", "deploy/paid", "--by", "create-pull-secret", "--with", "secret=harbor", "--yes"];
    const login = ["--username", "robot", "--password-stdin"];
    const { code, out } = await cluster.run([...argv, ...login], { stdin: "canary-wrong\n" });
    expect(code).toBe(1);
    expect(out).toContain("the credential does not open it");
    expect(out).not.toContain("canary");
    expect(gate.writes).toEqual([]);
  });

  test("a name that another Secret has: it gets a number, and the other stays", async () => {
    const argv = ["fix", "deploy/paid", "--by", "create-pull-secret", "--with", "secret=taken", "--dry-run"];
    const { out } = await cluster.run([...argv, "--username", "robot", "--password-stdin"], {
      stdin: "canary-p4ss",
    });
    expect(out).toContain("Secret shop/taken-2 (kubernetes.io/dockerconfigjson)");
    expect(out).toContain("Secret taken is there with other content and stays as it is");
  });

  test("without a login at hand", async () => {
    const { code, err } = await run(
      "fix",
      "deploy/paid",
      "--by",
      "create-pull-secret",
      "--with",
      "secret=x",
      "--yes",
    );
    expect(code).toBe(2);
    expect(err).toContain(`there is no login for ${host} at hand`);
  });

  test("several findings and no name", async () => {
    const { code, out } = await run("fix", "--yes");
    expect(code).toBe(1);
    expect(out).toContain("findings; name one of them");
    expect(gate.writes).toEqual([]);
  });
});

test("two findings of one Deployment are one patch", async () => {
  const { code, err } = await run("fix", "deploy/twins", "--yes", "--settle", "300ms");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const { steps } = JSON.parse(cluster.journal().at(-1) ?? "{}") as { steps: { edits: unknown[] }[] };
  expect(steps).toHaveLength(1);
  expect(steps[0]?.edits).toHaveLength(2);
});

test("somebody else's change in between: it is computed again, and theirs stays", async () => {
  let times = 0;
  gate.onWrite = () => {
    times += 1;
    if (times > 1) return;
    cluster.world.store.patch("deployments.apps", "shop", "cart", (draft) => {
      draft.metadata.labels = { ...draft.metadata.labels, owner: "somebody" };
    });
  };
  const { code, out } = await run("fix", "deploy/cart", "--yes", "--settle", "300ms");
  gate.onWrite = undefined;
  expect(out).toContain("was changed by somebody else meanwhile");
  expect(code).toBe(0);
  expect(deployments()).toContain('"owner":"somebody"');
  const id = /undo (\S+)\n$/.exec(out)?.[1] ?? "";
  // And undo leaves what somebody changed since.
  cluster.world.store.patch("deployments.apps", "shop", "cart", (draft) => {
    const spec = JSON.stringify(draft.spec).replace("v2.4.1", "v2.4.0");
    draft.spec = JSON.parse(spec);
  });
  const undone = await run("undo", id, "--yes");
  expect(undone.code).toBe(1);
  expect(undone.out).toContain("was changed since");
  expect(undone.out).toContain("Nothing was changed.");
  expect((await run("undo")).out).toContain(id);
});

test("the journal is readable by its owner alone", () => {
  expect(cluster.journalModes()).toEqual(cluster.journalModes().map(() => 0o600));
  expect(cluster.journalModes().length).toBeGreaterThan(0);
});
