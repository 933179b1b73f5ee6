// What was pushed to a world's registries is there when the world goes on, and gone when it begins anew.

import { mkdtempSync, readdirSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Answer, type Asked, askOnce } from "../../../test/sim/ask.js";
import { type HeldClock, heldClock } from "../../sim/clock.js";
import { digestOf } from "../../sim/registry/image.js";
import { openWorld, type World } from "../../sim/world/open.js";
import { keepState, loadState } from "./kept-state.js";
import { type StateFolder, stateFolder } from "./state-folder.js";

const host = "https://registry.acme.example";
const ecr = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
const data = {
  name: "small",
  registries: {
    "registry.acme.example": { openPush: true, repositories: { "shop/api": ["v1"] } },
    [ecr]: { accounts: { AWS: "right" }, repositories: { "shop/api": ["v1"] } },
  },
};

let home: string;
let folder: StateFolder;
let open: World[];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "pulldoctor-kept-"));
  folder = stateFolder({ env: { XDG_STATE_HOME: home }, cwd: home });
  open = [];
});
afterEach(async () => {
  for (const world of open) await world.close();
  rmSync(home, { recursive: true, force: true });
});

async function begin(isFresh = false): Promise<World> {
  const from = isFresh ? undefined : await loadState(folder, "small");
  const clock = heldClock(from?.worldTime ?? Date.parse("2026-11-27T16:00:00Z"));
  const world = await openWorld(data, { clock, ...(from === undefined ? {} : { from }) });
  open.push(world);
  return world;
}

/** As much is on disk as after a kill: nothing is saved at the end. */
function keep(world: World): void {
  keepState(folder, world)();
}

const ask = (world: World, path: string, asked: Asked = {}): Promise<Answer> =>
  askOnce(world.network, `${host}/v2/shop/${path}`, asked);

const config = "{}";
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config: { mediaType: "application/vnd.oci.empty.v1+json", digest: digestOf(Buffer.from(config)), size: 2 },
  layers: [],
});

async function push(world: World, tag: string): Promise<number> {
  await ask(world, `api/blobs/uploads/?digest=${digestOf(Buffer.from(config))}`, {
    method: "POST",
    body: config,
  });
  const headers = { "content-type": "application/vnd.oci.image.manifest.v1+json" };
  return (await ask(world, `api/manifests/${tag}`, { method: "PUT", body: manifest, headers })).status;
}

test("a pushed tag, also over one of the world file, is there again with its blobs", async () => {
  const first = await begin();
  expect(await push(first, "v1")).toBe(201);
  expect(await push(first, "v2")).toBe(201);
  keep(first);
  const second = await begin();
  expect((await ask(second, "api/manifests/v1")).text).toBe(manifest);
  expect((await ask(second, "api/tags/list")).json().tags).toEqual(["v1", "v2"]);
  expect((await ask(second, `api/blobs/${digestOf(Buffer.from(config))}`)).text).toBe(config);
  // What was taken up is kept on.
  keep(second);
  expect((await ask(await begin(), "api/manifests/v2")).text).toBe(manifest);
});

test("a push alone is a change that is saved", async () => {
  const world = await begin();
  const stop = keepState(folder, world);
  await push(world, "v3");
  stop();
  expect((await ask(await begin(), "api/manifests/v3")).status).toBe(200);
});

test("a node has its images still", async () => {
  const first = await begin();
  const pulled = first.nodes.all()[0]?.pull("registry.acme.example/shop/api:v1");
  await (first.clock as HeldClock).advance(5000);
  expect((await pulled)?.ok).toBe(true);
  keep(first);
  const names = (world: World) => world.nodes.all()[0]?.images();
  const second = await begin();
  expect(names(second)).toHaveLength(1);
  expect(names(second)).toEqual(names(first));
});

test("a world that begins anew has none of it, on disk neither", async () => {
  const first = await begin();
  await push(first, "v2");
  keep(first);
  const fresh = await begin(true);
  keep(fresh);
  expect((await ask(fresh, "api/manifests/v2")).status).toBe(404);
  expect(readdirSync(folder.contentOf("small"))).toEqual([]);
});

test("bytes that were damaged on disk are left out, the rest is there", async () => {
  const first = await begin();
  await push(first, "v2");
  keep(first);
  truncateSync(join(folder.contentOf("small"), digestOf(Buffer.from(manifest)).replace(":", "-")), 5);
  const second = await begin();
  expect((await ask(second, "api/manifests/v2")).status).toBe(404);
  expect((await ask(second, `api/blobs/${digestOf(Buffer.from(config))}`)).text).toBe(config);
});

test("a password that ECR gave out goes on to be good, until it ends", async () => {
  const first = await begin();
  const answer = await askOnce(first.network, `https://api.ecr.eu-central-1.amazonaws.com/`, {
    method: "POST",
    headers: {
      "x-amz-target": "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
      "content-type": "application/x-amz-json-1.1",
      authorization: "AWS4-HMAC-SHA256 Credential=AKIA/20261127/eu-central-1/ecr/aws4_request",
    },
    body: "{}",
  });
  const [given] = answer.json().authorizationData as { authorizationToken: string }[];
  const [user = "", password = ""] = Buffer.from(given?.authorizationToken ?? "", "base64")
    .toString()
    .split(/:(.*)/s);
  keep(first);
  const lifetimeMs = 12 * 3_600_000;
  const second = await begin();
  const signIn = () =>
    askOnce(second.network, `https://${ecr}/v2/shop/api/manifests/v1`, { login: [user, password] });
  expect((await signIn()).status).toBe(200);
  await (second.clock as HeldClock).advance(lifetimeMs + 1000);
  expect((await signIn()).status).toBe(403);
});
