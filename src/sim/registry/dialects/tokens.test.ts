// Token endpoints beyond the way of a pull, and each service's words for a missing tag.

import { afterAll, beforeAll, expect, test } from "vitest";
import type { OpenRegistries } from "../../../../test/sim/ask.js";
import { ecrHost, garHost, good, openServices, way } from "../../../../test/sim/services.js";

let world: OpenRegistries;
beforeAll(async () => {
  world = await openServices();
});
afterAll(() => world.close());

test.each([
  ["docker.io", "MANIFEST_UNKNOWN", "manifest unknown"],
  [ecrHost, "MANIFEST_UNKNOWN", "Requested image not found"],
  ["public.ecr.aws", "MANIFEST_UNKNOWN", "Requested image not found"],
  ["ghcr.io", "MANIFEST_UNKNOWN", "manifest unknown"],
  [garHost, "MANIFEST_UNKNOWN", 'Failed to fetch \\"v9\\" from image \\"open\\".'],
  ["acme.azurecr.io", "MANIFEST_UNKNOWN", 'manifest tagged by \\"v9\\" is not found'],
  ["quay.io", "MANIFEST_UNKNOWN", "manifest unknown"],
  ["registry.gitlab.com", "MANIFEST_UNKNOWN", "manifest unknown"],
  ["harbor.example", "NOT_FOUND", "artifact acme/open:v9 not found"],
  ["jfrog.example", "MANIFEST_UNKNOWN", "The named manifest is not known to the registry."],
])("%s has its own words for a missing tag", async (host, code, message) => {
  const login = host === ecrHost ? (["AWS", "right"] as const) : good;
  const { statuses, text } = await way(
    world,
    host,
    host === garHost ? "proj/repo/open" : "acme/open",
    "v9",
    login,
  );
  expect(statuses.at(-1)).toBe(404);
  expect(text).toContain(`"code":"${code}","message":"${message}"`);
});

test.each([
  ["acme.azurecr.io", "/oauth2/token", 400],
  ["jfrog.example", "/v2/token", 401],
  ["harbor.example", "/service/token", 405],
])("%s does not take POST at its token endpoint: %s %i", async (host, path, status) => {
  const answer = await world.ask(`https://${host}${path}`, { method: "POST", body: "grant_type=password" });
  expect(answer.status).toBe(status);
});

test("Docker Hub takes OAuth 2 logins and refresh tokens by POST", async () => {
  const url = "https://auth.docker.io/token";
  const form = (fields: Readonly<Record<string, string>>) =>
    world.ask(url, { method: "POST", body: new URLSearchParams(fields).toString() });
  const scope = "repository:acme/own:pull";
  const first = await form({
    grant_type: "password",
    username: "reader",
    password: "right",
    access_type: "offline",
    scope,
  });
  const { refresh_token: refreshToken } = first.json();
  const second = await form({ grant_type: "refresh_token", refresh_token: String(refreshToken), scope });
  const token = String(second.json().access_token);
  expect((await world.ask("https://registry-1.docker.io/v2/acme/own/manifests/v1", { token })).status).toBe(
    200,
  );
  expect((await form({ grant_type: "refresh_token", refresh_token: "made-up", scope })).status).toBe(401);
});

test("Harbor takes a password at the registry itself, other token services do not", async () => {
  const ask = (host: string) => world.ask(`https://${host}/v2/acme/own/manifests/v1`, { login: good });
  expect([(await ask("harbor.example")).status, (await ask("token.example")).status]).toEqual([200, 401]);
});

test("a token ends after its lifetime", async () => {
  const url = "https://token.example/v2/acme/own/manifests/v1";
  const token = await world.token(url, good);
  expect((await world.ask(url, { token })).status).toBe(200);
  await world.clock.advance(301_000);
  expect((await world.ask(url, { token })).status).toBe(401);
});
