// What happens beside a fix while it is made: a tag that goes, and a second finding about the same Secret.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openGate } from "./gate.js";
import { cart, host, login, oldPassword, one, password } from "./stories/story.js";
import { cannotPull, mendingWorld } from "./world.js";

test("the tag vanishes between the check and the write: the new diagnosis, and how to take it back", async () => {
  const cluster = await mendingWorld(one({ image: `${cart}:v2.4.l` }));
  const gate = await openGate(cluster.world.kubeconfig);
  try {
    writeFileSync(join(cluster.folder, "config"), gate.kubeconfig);
    await cluster.until("a pull fails", cannotPull(cluster));
    const before = cluster.own("deployments.apps");
    gate.onWrite = () =>
      cluster.world.registries.setFaults(host, [
        { stage: "manifest", kind: "status", status: 404, repository: "shop/cart", reference: "v2.4.1" },
      ]);
    const argv = ["fix", "deploy/app", "--yes", "--timeout", "10s", "--settle", "500ms"];
    const { code, out } = await cluster.run(argv);
    gate.onWrite = undefined;
    expect(out).toContain("v2.4.1 exists");
    expect(out).toMatch(/0 of 1 running after \d+s/);
    const again = out.slice(out.indexOf("running after"));
    expect(again).toContain("tag does not exist");
    expect(again).toContain(`${cart}:v2.4.1`);
    // The old pod, which waits for the rollout to go on, is not what this is about.
    expect(again).not.toContain("v2.4.l");
    expect(out).toMatch(/\n {2}undo\n {4}pulldoctor undo \S+\n$/);
    expect(code).toBe(1);
    const id = /undo (\S+)\n$/.exec(out)?.[1] ?? "";
    expect(await cluster.run(["undo", id, "--yes"])).toMatchObject({ code: 0, err: "" });
    expect(cluster.own("deployments.apps")).toEqual(before);
  } finally {
    await gate.close();
    await cluster.close();
  }
}, 90_000);

test("two findings about one Secret under --all: one after the other, and taken back in turn", async () => {
  const other = "registry.other.example";
  const registry = { dialect: "harbor", accounts: { robot: password } };
  const image = (at: string): string => `${at}/shop/paid:v1`;
  const workload = (at: string) => ({ image: image(at), secrets: ["logins"], policy: "Always" });
  const repositories = { "shop/paid": { private: true, tags: ["v1"] } };
  const old = { username: "robot", password: oldPassword };
  const cluster = await mendingWorld({
    registries: { [host]: { ...registry, repositories }, [other]: { ...registry, repositories } },
    secrets: { "shop/logins": { [host]: old, [other]: old } },
    workloads: { "shop/one": workload(host), "shop/two": workload(other) },
  });
  try {
    const docker = join(cluster.folder, "docker.json");
    writeFileSync(docker, JSON.stringify({ auths: { [host]: login(password), [other]: login(password) } }));
    await cluster.until("both fail", () => {
      const pods = cluster.world.store.list("pods", { namespace: "shop" });
      return (
        pods.filter((pod) => /ErrImagePull|ImagePullBackOff/.test(JSON.stringify(pod.status))).length === 2
      );
    });
    const secrets = () => cluster.own("secrets");
    const before = secrets();
    const fixed = await cluster.run(["fix", "-n", "shop", "--all", "--yes", "--docker-config", docker]);
    expect(fixed.out).toContain("2 findings mended, 0 refused, 0 left as they are");
    const held = Buffer.from(
      JSON.stringify(secrets()).match(/"\.dockerconfigjson":"([^"]+)"/)?.[1] ?? "",
      "base64",
    ).toString();
    expect(held).not.toContain(oldPassword);
    expect(held.split(password)).toHaveLength(3);
    // The newest stands first; the other is not as its change left it, until that one is taken back.
    const ids = cluster.journal().map((text) => (JSON.parse(text) as { id: string; at: string }).id);
    const listed = (await cluster.run(["undo"])).out;
    const [newest = "", oldest = ""] = ids.toSorted((a, b) => listed.indexOf(a) - listed.indexOf(b));
    const early = await cluster.run(["undo", oldest, "--yes"]);
    expect(early.code).toBe(1);
    expect(early.out).toContain("it was changed since, last written by pulldoctor");
    for (const id of [newest, oldest])
      expect(await cluster.run(["undo", id, "--yes"])).toMatchObject({ code: 0, err: "" });
    expect(secrets()).toEqual(before);
  } finally {
    await cluster.close();
  }
}, 90_000);
