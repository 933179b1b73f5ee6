// A fix that is killed, cut off or refused at each of its writes: what it says is so, and undo still brings everything back.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { WorldData } from "../../src/sim/world/read.js";
import { type Gate, openGate, type Trouble } from "./gate.js";
import { cannotPull, type MendingWorld, mendingWorld } from "./world.js";

const host = "registry.acme.example";
const password = "canary-robot-p4ss";
const base64 = (value: string): string => Buffer.from(value, "utf8").toString("base64");
const config = JSON.stringify({
  auths: { [host]: { username: "robot", password, auth: base64(`robot:${password}`) } },
});
const paid = `${host}/shop/paid:v1`;

const registries = {
  [host]: {
    dialect: "harbor",
    accounts: { robot: password },
    repositories: { "shop/cart": ["v2.4.1"], "shop/paid": { private: true, tags: ["v1"] } },
  },
};

interface Plot {
  readonly name: string;
  /** Writes that it takes when all goes well. */
  readonly writes: number;
  readonly world: WorldData;
  readonly argv?: readonly string[];
}

const plots: readonly Plot[] = [
  {
    name: "an image in a Deployment",
    writes: 1,
    world: { registries, workloads: { "shop/app": { image: `${host}/shop/cart:v2.4.l`, policy: "Always" } } },
  },
  {
    name: "a Secret renewed in place",
    writes: 2,
    world: {
      registries,
      secrets: { "shop/harbor": { [host]: { username: "robot", password: "canary-old" } } },
      workloads: { "shop/app": { image: paid, secrets: ["harbor"], policy: "Always" } },
    },
  },
  {
    name: "a Secret of another type",
    writes: 3,
    world: {
      registries,
      manifests: [
        {
          apiVersion: "v1",
          kind: "Secret",
          metadata: { namespace: "shop", name: "harbor", annotations: { note: "by hand" } },
          type: "Opaque",
          data: { ".dockerconfigjson": base64(config) },
        },
      ],
      workloads: { "shop/app": { image: paid, secrets: ["harbor"], policy: "Always" } },
    },
  },
  {
    name: "a new Secret, its ServiceAccount and the pods",
    writes: 3,
    argv: ["--by", "create-pull-secret", "--with", "secret=harbor"],
    world: { registries, workloads: { "shop/app": { image: paid, policy: "Always" } } },
  },
];

const troubles: readonly Trouble[] = [
  "hang-before",
  "hang-after",
  "cut-before",
  "cut-after",
  {
    status: 403,
    body: status(403, "Forbidden", 'deployments.apps "app" is forbidden: User "dev" cannot patch'),
  },
  {
    status: 400,
    body: status(
      400,
      "BadRequest",
      'admission webhook "policy.acme.example" denied the request: no \u001b[31mchanges\u001b[0m on Friday',
    ),
  },
];

function status(code: number, reason: string, message: string): object {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", code, reason, message };
}

const kinds = ["deployments.apps", "secrets", "serviceaccounts"] as const;
const everything = (cluster: MendingWorld): unknown => kinds.map((kind) => cluster.own(kind));

async function opened(world: WorldData): Promise<{ cluster: MendingWorld; gate: Gate }> {
  const cluster = await mendingWorld(world);
  writeFileSync(join(cluster.folder, "docker.json"), config);
  const gate = await openGate(cluster.world.kubeconfig);
  writeFileSync(join(cluster.folder, "config"), gate.kubeconfig);
  await cluster.until("a pull fails", cannotPull(cluster));
  return { cluster, gate };
}

const nameOf = (trouble: Trouble): string => (typeof trouble === "string" ? trouble : String(trouble.status));

describe.for(plots)("$name", (plot) => {
  const points = Array.from({ length: plot.writes }, (_, at) => at);
  const meetings = points.flatMap((at) => troubles.map((trouble) => ({ at, trouble, how: nameOf(trouble) })));

  test.for(meetings)("write $at: $how", { timeout: 60_000 }, async ({ at, trouble }) => {
    const { cluster, gate } = await opened(plot.world);
    try {
      const before = everything(cluster);
      const argv = [
        "fix",
        "deploy/app",
        "--yes",
        "--skip-verify",
        "--docker-config",
        join(cluster.folder, "docker.json"),
      ];
      const struck = gate.trouble(at, trouble);
      const running = cluster.run([...argv, ...(plot.argv ?? [])]);
      await Promise.race([struck, running]);
      const isKilled = typeof trouble === "string" && trouble.startsWith("hang");
      if (!isKilled) {
        const { code, out, err } = await running;
        expect(code).not.toBe(0);
        const now = everything(cluster);
        const isChanged = JSON.stringify(now) !== JSON.stringify(before);
        if (out.includes("Nothing was changed")) expect(isChanged).toBe(false);
        else
          expect(out).toMatch(
            /Half of it is done|not known whether|its copy, a Secret beside it, may be left/,
          );
        if (typeof trouble === "object" && trouble.status === 400) expect(out).toContain("\\e[31mchanges");
        expect(out + err).not.toContain("canary");
        expect(out + err).not.toContain("\u001b");
      }
      const [entry = ""] = cluster.journal();
      expect(entry).not.toContain("canary");
      const id = /"id": "([^"]+)"/.exec(entry)?.[1] ?? "";
      const undone = await cluster.run(["undo", id, "--yes"]);
      expect(undone).toMatchObject({ code: 0, err: "" });
      expect(everything(cluster)).toEqual(before);
      // Once more is no harm.
      expect((await cluster.run(["undo", id, "--yes"])).code).toBe(0);
      expect(everything(cluster)).toEqual(before);
    } finally {
      await gate.close();
      await cluster.close();
    }
  });
});

test("a journal that cannot be written any more: what was changed is told, and undo finds it", async () => {
  const [plot] = plots;
  const { cluster, gate } = await opened(plot?.world ?? {});
  const folder = join(cluster.folder, "state", "pulldoctor", "journal");
  let inTheWay = "";
  try {
    const before = everything(cluster);
    gate.onWrite = () => {
      const [name = ""] = readdirSync(folder);
      inTheWay = join(folder, `${name}.new`);
      mkdirSync(inTheWay);
    };
    const { code, out } = await cluster.run(["fix", "deploy/app", "--yes", "--skip-verify"]);
    gate.onWrite = undefined;
    expect(out).toContain("Deployment shop/app was changed, but the journal could not be written");
    expect(code).toBe(1);
    rmSync(inTheWay, { recursive: true });
    const id = /undo (\S+)\n$/.exec(out)?.[1] ?? "";
    expect((await cluster.run(["undo"])).out).toMatch(new RegExp(`${id} .*not finished`));
    expect(await cluster.run(["undo", id, "--yes"])).toMatchObject({ code: 0, err: "" });
    expect(everything(cluster)).toEqual(before);
  } finally {
    await gate.close();
    await cluster.close();
  }
});
