// A real process that is killed in the middle of a write: what the API server did or did not do, undo brings it back.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../tree.js";
import { openGate } from "./gate.js";
import { cannotPull, mendingWorld } from "./world.js";

const host = "registry.acme.example";

test.each(["hang-before", "hang-after"] as const)(
  "kill -9 at %s the patch",
  { timeout: 60_000 },
  async (trouble) => {
    const cluster = await mendingWorld({
      registries: { [host]: { repositories: { "shop/cart": ["v2.4.1"] } } },
      workloads: { "shop/app": { image: `${host}/shop/cart:v2.4.l`, policy: "Always" } },
    });
    const gate = await openGate(cluster.world.kubeconfig);
    try {
      writeFileSync(join(cluster.folder, "config"), gate.kubeconfig);
      await cluster.until("a pull fails", cannotPull(cluster));
      const before = cluster.own("deployments.apps");
      const struck = gate.trouble(0, trouble);
      const program = ["--import", "tsx", join(root, "test/fix/program.ts")];
      const argv = ["fix", "deploy/app", "-n", "shop", "--yes", "--skip-verify"];
      const child = spawn(process.execPath, [...program, ...argv], {
        cwd: root,
        env: { ...cluster.env, NODE_NO_WARNINGS: "1" },
        stdio: "ignore",
      });
      await struck;
      child.kill("SIGKILL");
      expect(await once(child, "exit")).toEqual([null, "SIGKILL"]);

      const [entry = ""] = cluster.journal();
      const id = /"id": "([^"]+)"/.exec(entry)?.[1] ?? "";
      expect(entry).toContain(`${host}/shop/cart:v2.4.1`);
      const changed = JSON.stringify(cluster.own("deployments.apps")).includes("v2.4.1");
      expect(changed).toBe(trouble === "hang-after");
      expect(await cluster.run(["undo", id, "--yes"])).toMatchObject({ code: 0, err: "" });
      expect(cluster.own("deployments.apps")).toEqual(before);
    } finally {
      await gate.close();
      await cluster.close();
    }
  },
);
