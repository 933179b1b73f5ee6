// A real process that is killed in the middle of its writes: what the API server did or did not do, undo brings it back.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { WorldData } from "../../src/sim/world/read.js";
import { root } from "../tree.js";
import { openGate } from "./gate.js";
import { base64, cart, host, login, oldPassword, one, paid, password } from "./stories/story.js";
import { cannotPull, mendingWorld } from "./world.js";

interface Death {
  readonly when: string;
  readonly world: WorldData;
  /** Of the writes that it makes. */
  readonly write: number;
  readonly how: "hang-before" | "hang-after";
  /** In the cluster when it has died, or not. */
  readonly holds: Readonly<Record<string, boolean>>;
}

const image = one({ image: `${cart}:v2.4.l` });
const renewed = one(
  { image: paid, secrets: ["harbor"] },
  { secrets: { "shop/harbor": { [host]: { username: "robot", password: oldPassword } } } },
);
const auths = JSON.stringify({ auths: { [host]: login(password) } });
const opaque = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { namespace: "shop", name: "harbor", labels: { team: "shop" }, annotations: { note: "by hand" } },
  type: "Opaque",
  data: { ".dockerconfigjson": base64(auths) },
};
const repaired = one({ image: paid, secrets: ["harbor"] }, { manifests: [opaque] });

const [copy, itself] = ['"type":"pulldoctor.dev/backup"', '"name":"harbor","namespace":"shop"'];

const deaths: readonly Death[] = [
  { when: "before the patch", world: image, write: 0, how: "hang-before", holds: { "v2.4.1": false } },
  {
    when: "between the patch and the journal",
    world: image,
    write: 0,
    how: "hang-after",
    holds: { "v2.4.1": true },
  },
  {
    when: "between the copy and the patch of a Secret",
    world: renewed,
    write: 1,
    how: "hang-before",
    holds: { [copy]: true, [itself]: true },
  },
  {
    when: "between the patch of a Secret and the journal",
    world: renewed,
    write: 1,
    how: "hang-after",
    holds: { [copy]: true, [itself]: true },
  },
  {
    when: "between the deletion of a Secret and its creation",
    world: repaired,
    write: 1,
    how: "hang-after",
    holds: { [copy]: true, [itself]: false },
  },
  {
    when: "between the creation of a Secret and the journal",
    world: repaired,
    write: 2,
    how: "hang-after",
    holds: { [copy]: true, [itself]: true, '"type":"kubernetes.io/dockerconfigjson"': true },
  },
];

test.for(deaths)("kill -9 $when", { timeout: 90_000 }, async ({ world, write, how, holds }) => {
  const cluster = await mendingWorld(world);
  const gate = await openGate(cluster.world.kubeconfig);
  const seen = () => [cluster.own("deployments.apps"), cluster.own("secrets")];
  try {
    writeFileSync(join(cluster.folder, "config"), gate.kubeconfig);
    writeFileSync(join(cluster.folder, "docker.json"), auths);
    await cluster.until("a pull fails", cannotPull(cluster));
    const before = seen();
    const struck = gate.trouble(write, how);
    const program = ["--import", "tsx", join(root, "test/fix/program.ts")];
    const login = ["--docker-config", join(cluster.folder, "docker.json")];
    const argv = ["fix", "deploy/app", "-n", "shop", "--yes", "--skip-verify", ...login];
    const child = spawn(process.execPath, [...program, ...argv], {
      cwd: root,
      env: { ...cluster.env, NODE_NO_WARNINGS: "1" },
      stdio: "ignore",
    });
    await struck;
    child.kill("SIGKILL");
    expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);

    const now = JSON.stringify(seen());
    for (const [text, is] of Object.entries(holds))
      expect({ text, is: now.includes(text) }).toEqual({ text, is });
    const [entry = ""] = cluster.journal();
    expect(entry).toContain('"state": "writing"');
    expect(entry).not.toContain("canary");
    const id = /"id": "([^"]+)"/.exec(entry)?.[1] ?? "";
    expect((await cluster.run(["undo"])).out).toMatch(new RegExp(`${id}.*not finished`));
    expect(await cluster.run(["undo", id, "--yes"])).toMatchObject({ code: 0, err: "" });
    expect(seen()).toEqual(before);
  } finally {
    await gate.close();
    await cluster.close();
  }
});
