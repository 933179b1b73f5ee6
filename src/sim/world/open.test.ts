// A world that is open: its clock, its faults in time, its seeds, and what it refuses to hold.

import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { afterEach, describe, expect, test } from "vitest";
import { heldClock } from "../clock.js";
import { openWorld, type World, type WorldOptions } from "./open.js";
import type { WorldData } from "./read.js";

const start = Date.parse("2026-11-27T16:00:00Z");
const open: World[] = [];
afterEach(async () => {
  for (const world of open.splice(0)) await world.close();
});

async function begin(data: WorldData, options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(data, { clock: heldClock(start), ...options });
  open.push(world);
  return world;
}

describe("openWorld", () => {
  test("holds the objects of its file and says where it is", async () => {
    const world = await begin({ workloads: { "shop/api": { image: "r.example/api:v1" } } });
    expect(world.store.find("deployments.apps", "shop", "api")?.kind).toBe("Deployment");
    expect(world.store.find("serviceaccounts", "shop", "default")).toBeDefined();
    expect(world.kubeconfig).toContain(`server: ${world.api.url}`);
    expect(world.resolver.nameserver).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(world.env("/ca.pem")).toMatchObject({
      SSL_CERT_FILE: "/ca.pem",
      HTTPS_PROXY: world.network.proxyUrl,
    });
  });

  test("a namespace that every cluster has may be named, and an account of one's own stays", async () => {
    const world = await begin({
      secrets: { "kube-system/s": { "r.example": { username: "a", password: "b" } } },
      serviceAccounts: { "kube-system/default": ["s"] },
    });
    expect(world.store.find("serviceaccounts", "kube-system", "default")?.imagePullSecrets).toEqual([
      { name: "s" },
    ]);
  });

  test.each([
    [
      {
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "Bad" },
        spec: { containers: [{ name: "a", image: "x" }] },
      },
      "world-object-refused",
    ],
    [{ apiVersion: "example.com/v1", kind: "Thing", metadata: { name: "a" } }, "world-object-refused"],
  ])("refuses what its API server would refuse", async (manifest, code) => {
    await expect(begin({ manifests: [manifest] })).rejects.toMatchObject({ code });
  });

  test("whom its options name may sign in with no more rights than bindings give", async () => {
    const world = await begin({}, { identities: [{ user: "dev", groups: ["team"] }] });
    const statusFor = async (user?: string): Promise<number | undefined> => {
      const { token } = await world.api.credentials(user);
      const asked = get(`${world.api.url}/api/v1/pods`, {
        ca: world.api.authority.ca.certificate,
        headers: { authorization: `Bearer ${token.reveal()}` },
        agent: false,
      });
      const [response] = (await once(asked, "response")) as [IncomingMessage];
      response.resume();
      return response.statusCode;
    };
    expect([await statusFor(), await statusFor("dev")]).toEqual([200, 403]);
  });

  test("a taken port is a ToolError, and nothing is left open", async () => {
    const { api } = await begin({});
    await expect(begin({}, { port: api.port })).rejects.toMatchObject({ code: "cluster-port-taken" });
  });

  test("the same seed gives the same generated names", async () => {
    const names = async (seed: string): Promise<readonly string[]> => {
      const world = await begin({}, { seed });
      return [1, 2, 3].map(() => world.store.nameFrom("web-"));
    };
    expect(await names("one")).toEqual(await names("one"));
    expect(await names("one")).not.toEqual(await names("two"));
  });

  test("a world goes on from what another one left, with the same certificate authority", async () => {
    const before = await begin({ workloads: { "shop/api": { image: "r.example/api:v1" } } });
    const from = { store: before.store.dump(), authority: before.api.authority };
    const after = await begin({}, { from });
    expect(after.store.find("deployments.apps", "shop", "api")?.metadata.uid).toBe(
      before.store.find("deployments.apps", "shop", "api")?.metadata.uid,
    );
    expect(after.api.authority.ca.certificate).toBe(before.api.authority.ca.certificate);
  });
});

describe("faults in time", () => {
  test("below HTTP they come and go with the world's clock", async () => {
    const clock = heldClock(start);
    const world = await begin(
      {
        registries: { "r.example": {} },
        faults: [
          { at: "r.example", stage: "dns", kind: "nxdomain", untilSeconds: 10 },
          { at: "r.example", stage: "dns", kind: "servfail", fromSeconds: 20, untilSeconds: 30 },
        ],
      },
      { clock },
    );
    const seen: unknown[] = [];
    for (let second = 0; second <= 30; second += 10) {
      const found = world.network.resolve("r.example");
      seen.push(found.ok ? "ok" : found.is);
      await clock.advance(10_000);
    }
    expect(seen).toEqual(["nxdomain", "ok", "servfail", "ok"]);
  });
});
