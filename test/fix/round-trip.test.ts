// Broken, diagnosed, mended, verified, undone, broken again: for each cause that a user of the cluster can mend. A real
// kubectl looks on.

import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { unpackKubectl } from "../kubectl.js";
import { stories } from "./stories/all.js";
import { base64, host, login, password, type Story } from "./stories/story.js";
import { cannotPull, type MendingWorld, mendingWorld, ownPartOf } from "./world.js";

const kubectl = unpackKubectl(35);
const run = promisify(execFile);

interface Seen {
  readonly kind: string;
  readonly metadata: { readonly ownerReferences?: unknown };
}

/**
 * Everything that a fix may write, as kubectl shows it, without what controllers and the API server write; so of the pods
 * those that nobody else makes.
 */
async function seen({ env }: MendingWorld): Promise<unknown> {
  const kinds = "deployments,statefulsets,daemonsets,jobs,secrets,serviceaccounts,pods";
  const argv = ["-n", "shop", "get", kinds, "-o", "json"];
  const { stdout } = await run(kubectl, argv, { env: { ...env, HTTPS_PROXY: "", HTTP_PROXY: "" } });
  const { items } = JSON.parse(stdout) as { items: Seen[] };
  return items
    .filter(({ kind, metadata }) => kind !== "Pod" || metadata.ownerReferences === undefined)
    .map(ownPartOf);
}

async function opened({ world, hasLogin, prepare }: Story): Promise<MendingWorld> {
  const cluster = await mendingWorld(world);
  if (hasLogin === true) {
    const folder = join(cluster.folder, ".docker");
    mkdirSync(folder);
    const auths = { [host]: login(password), "https://index.docker.io/v1/": login(password) };
    writeFileSync(join(folder, "config.json"), JSON.stringify({ auths }));
    writeFileSync(join(cluster.folder, "aws"), "#!/bin/sh\necho canary-token-today\n");
    chmodSync(join(cluster.folder, "aws"), 0o755);
  }
  await prepare?.(cluster);
  await cluster.until("a pull fails", cannotPull(cluster));
  return cluster;
}

describe("broken, mended, verified, undone, broken again", () => {
  test.for(stories.map((story, at) => ({ ...story, at })))(
    "$at $cause by $fix",
    { timeout: 90_000 },
    async (story) => {
      const cluster = await opened(story);
      try {
        const { cause, fix, argv = [] } = story;
        const env = { PATH: `${cluster.folder}:/usr/bin:/bin` };
        const named = ["-n", "shop"];
        const diagnosed = await cluster.run(["diagnose", ...named, "-o", "json"]);
        expect(diagnosed.out).toContain(`"cause": "${cause}"`);
        const before = await seen(cluster);
        const quick = ["--settle", "300ms", "--timeout", "40s"];
        const id = /"id": "([0-9a-f]{10})"/.exec(diagnosed.out)?.[1] ?? "";
        const fixed = await cluster.run(["fix", id, ...named, ...argv, "--yes", ...quick], { env });
        expect(fixed.out + fixed.err).toContain("running after");
        expect(fixed.code).toBe(0);
        expect(cluster.journal().join("\n")).toContain(`"${fix}"`);
        if (story.staysMended === undefined) expect(await seen(cluster)).not.toEqual(before);
        const verified = await cluster.run(["verify", ...quick]);
        expect(verified).toMatchObject({ code: 0, err: "" });
        const change = /undo (\S+)/.exec(fixed.out)?.[1] ?? "";
        const undone = await cluster.run(["undo", change, "--yes"]);
        expect(undone).toMatchObject({ code: 0, err: "" });
        expect(await seen(cluster)).toEqual(before);
        // What runs keeps what it was made with; new pods meet the old state.
        await story.again?.(cluster);
        const pods = cluster.world.store.list("pods", { namespace: "shop" });
        for (const { metadata } of pods.filter((pod) => pod.metadata.ownerReferences !== undefined))
          cluster.world.store.delete("pods", "shop", metadata.name ?? "");
        if (story.staysMended === undefined) await cluster.until("a pull fails again", cannotPull(cluster));
        const told = [fixed, verified, undone].map(({ out, err }) => out + err).join("\n");
        for (const text of [told, ...cluster.journal()]) {
          expect(text).not.toContain("canary");
          expect(text).not.toContain(base64(`robot:${password}`));
        }
      } finally {
        await cluster.close();
      }
    },
  );
});
