// Docker Hub's pull limits: what counts, what is said, and when it frees up.

import { afterEach, expect, test } from "vitest";
import { type OpenRegistries, openRegistries } from "../../../test/sim/ask.js";

let world: OpenRegistries;
afterEach(() => world.close());

const manifest = "https://registry-1.docker.io/v2/library/nginx/manifests/1.27";
const open = async (limits: string): Promise<OpenRegistries> => {
  world = await openRegistries(`
registries:
  docker.io:
    accounts: { acme: right }
    limits: ${limits}
    repositories: { library/nginx: [1.27] }
`);
  return world;
};
const left = (headers: Readonly<Record<string, unknown>>): unknown => headers["ratelimit-remaining"];

test("GET counts and HEAD does not; both tell what is left", async () => {
  await open("{ anonymous: 3, account: 5, windowSeconds: 100 }");
  const token = await world.token(manifest);
  const head = await world.ask(manifest, { method: "HEAD", token });
  expect([head.headers["ratelimit-limit"], left(head.headers)]).toEqual(["3;w=100", "3;w=100"]);
  expect(left((await world.ask(manifest, { token })).headers)).toBe("2;w=100");
  expect(left((await world.ask(manifest, { method: "HEAD", token })).headers)).toBe("2;w=100");
});

test("past the limit HEAD still answers and GET is a 429 in the registry's words", async () => {
  await open("{ anonymous: 1, account: 5, windowSeconds: 100 }");
  const token = await world.token(manifest);
  await world.ask(manifest, { token });
  expect((await world.ask(manifest, { method: "HEAD", token })).status).toBe(200);
  const refused = await world.ask(manifest, { token });
  expect([refused.status, refused.code, left(refused.headers)]).toEqual([429, "TOOMANYREQUESTS", "0;w=100"]);
  expect(refused.text).toContain("You have reached your pull rate limit");
  expect(refused.headers["docker-ratelimit-source"]).toBe("198.51.100.10");
});

test("a 401 names whom it would count", async () => {
  await open("{ anonymous: 1, account: 5, windowSeconds: 100 }");
  const { status, headers } = await world.ask(manifest);
  expect([status, headers["docker-ratelimit-source"], left(headers)]).toEqual([
    401,
    "198.51.100.10",
    undefined,
  ]);
});

test("an account has its own count", async () => {
  await open("{ anonymous: 1, account: 2, windowSeconds: 100, used: { anonymous: 1 } }");
  expect((await world.ask(manifest, { token: await world.token(manifest) })).status).toBe(429);
  const token = await world.token(manifest, ["acme", "right"]);
  const answer = await world.ask(manifest, { token });
  expect([answer.status, left(answer.headers)]).toEqual([200, "1;w=100"]);
  expect(answer.headers["docker-ratelimit-source"]).toBe("acme");
});

test("pulls from before the world began leave the window one by one", async () => {
  await open("{ anonymous: 3, account: 9, windowSeconds: 400, used: { anonymous: 3 } }");
  const token = await world.token(manifest);
  expect((await world.ask(manifest, { token })).status).toBe(429);
  await world.clock.advance(101_000);
  expect(left((await world.ask(manifest, { method: "HEAD", token })).headers)).toBe("1;w=400");
});

test("without limits nothing is said about any", async () => {
  world = await openRegistries("registries: { docker.io: { repositories: { library/nginx: [1.27] } } }");
  const answer = await world.ask(manifest, { token: await world.token(manifest) });
  expect([answer.status, left(answer.headers)]).toEqual([200, undefined]);
});
