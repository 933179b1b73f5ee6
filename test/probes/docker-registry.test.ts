// The real docker-registry of Debian: open, behind htpasswd, behind a token server, in TLS by a CA of the test's own.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { conclude, settledByTags } from "../../src/diagnose/conclude.js";
import { parseReference } from "../../src/model/reference.js";
import { type Asker, createAsker } from "../../src/probes/asker.js";
import { askReferrers } from "../../src/probes/referrers.js";
import { anonymous, type Login } from "../../src/registry/credential.js";
import { ask, basic, endOf } from "./asking.js";
import {
  type DockerRegistry,
  newStorage,
  password,
  push,
  startDockerRegistry,
  tokenServer,
} from "./docker-registry.js";
import { certificates, closeAll, serveHttps } from "./loopback.js";

const storage = newStorage();
const running: DockerRegistry[] = [];
const doors = ["open", "htpasswd", "token", "tls"] as const;
type Door = (typeof doors)[number];
const ports = new Map<Door, number>();
let asker: Asker;
let digest: string;

beforeAll(async () => {
  const made = await certificates();
  const shown = await made.show("registry.test", "good", []);
  const tokens = await serveHttps("token.registry.test", tokenServer(shown, "issuer"));
  const realm = "https://token.registry.test/token";
  const tls = shown;
  const start = async (door: Door, more: Parameters<typeof startDockerRegistry>[1]): Promise<void> => {
    const one = await startDockerRegistry(storage, more);
    running.push(one);
    ports.set(door, one.port);
  };
  await start("open", {});
  const port = ports.get("open") ?? 0;
  digest = await push(port, "shop/api", "v1", ["amd64", "arm64"]);
  await push(port, "private/api", "v1", ["amd64"]);
  await start("htpasswd", { htpasswd: true });
  await start("tls", { tls });
  await start("token", {
    tls,
    // The token's certificate is checked against this bundle: it is its own root.
    token: { realm, service: "registry.test", issuer: "issuer", cert: `${shown.cert}\n${made.ca}` },
  });
  asker = createAsker({
    env: {},
    names: {
      pinned: new Map([
        ["registry.test", [{ address: "127.0.0.1" }]],
        ["token.registry.test", [{ address: "127.0.0.1", port: tokens.port }]],
      ]),
    },
    ca: [made.ca],
    signal: new AbortController().signal,
    now: () => new Date(),
  });
}, 60_000);
afterAll(async () => {
  await asker.close();
  await Promise.all(running.map((one) => one.stop()));
  await closeAll();
  storage.remove();
});

const at = (door: Door): string => {
  const isTls = door === "tls" || door === "token";
  return `${isTls ? "registry.test" : "127.0.0.1"}:${ports.get(door)}`;
};
const right = basic("ci", password);
const wrong = basic("ci", "wrong");

const causeOf = async (door: Door, image: string, login: Login, depth: "quick" | "full"): Promise<string> => {
  const answer = await ask(asker, `${at(door)}/${image}`, login, { depth });
  if (answer.failure === undefined) return "well";
  const found = conclude(answer.failure, {
    family: "other",
    ...(answer.dialect === undefined ? {} : { dialect: answer.dialect }),
    isSignedIn: login.is !== "anonymous",
    isByDigest: false,
  });
  if (found === undefined) return endOf(answer);
  const tags = await asker.tags(parseReference(`${at(door)}/${image}`), login);
  return settledByTags(found, tags).cause;
};

describe("docker-registry", () => {
  const rows: readonly (readonly [Door, string, Login, string])[] = [
    ["open", "shop/api:v1", anonymous, "well"],
    ["open", "shop/api:v9", anonymous, "tag-not-found"],
    ["open", "shop/nothere:v1", anonymous, "repository-not-found"],
    ["tls", "shop/api:v1", anonymous, "well"],
    ["htpasswd", "shop/api:v1", right, "well"],
    ["htpasswd", "shop/api:v1", anonymous, "credentials-missing"],
    ["htpasswd", "shop/api:v1", wrong, "credentials-rejected"],
    ["htpasswd", "shop/api:v9", right, "tag-not-found"],
    ["htpasswd", "shop/nothere:v1", right, "repository-not-found"],
    ["token", "shop/api:v1", anonymous, "well"],
    ["token", "private/api:v1", right, "well"],
    ["token", "private/api:v1", anonymous, "credentials-missing"],
    ["token", "private/api:v1", wrong, "credentials-rejected"],
    ["token", "shop/api:v9", anonymous, "tag-not-found"],
    ["token", "shop/nothere:v1", right, "repository-not-found"],
  ];
  test.each(rows.flatMap((row) => (["quick", "full"] as const).map((depth) => [...row, depth] as const)))(
    "%s: %s as %o is %s, %s",
    async (door, image, login, cause, depth) => {
      expect(await causeOf(door, image, login, depth)).toBe(cause);
    },
  );

  test("an index is walked to its first layer", async () => {
    const answer = await ask(asker, `${at("token")}/shop/api:v1`, anonymous, {
      nodes: [
        { os: "linux", architecture: "arm64" },
        { os: "linux", architecture: "s390x" },
      ],
    });
    expect(answer.digest).toBe(digest);
    expect(answer.platforms).toEqual(["linux/amd64", "linux/arm64"]);
    expect(answer.fits?.map(({ fits }) => fits)).toEqual([true, false]);
    expect(answer.failure?.stage).toBe("platform");
    expect(answer.createdAt?.toISOString()).toBe("2026-11-01T00:00:00.000Z");
    expect(answer.dialect?.id).toBe("distribution");
  });

  test("its certificate's CA is not this machine's", async () => {
    const alone = createAsker({
      env: {},
      names: { pinned: new Map([["registry.test", [{ address: "127.0.0.1" }]]]) },
      signal: new AbortController().signal,
      now: () => new Date(),
    });
    const answer = await ask(alone, `${at("tls")}/shop/api:v1`);
    await alone.close();
    expect(answer.failure?.stage).toBe("tls");
    expect(answer.failure?.why).toContain("issued by World CA, whom this machine does not trust");
  });

  test("has no list of referrers, and says nothing is attached by tags", async () => {
    const session = await asker.session(parseReference(`${at("open")}/shop/api:v1`), anonymous);
    expect(await askReferrers(session, "shop/api", digest)).toEqual({ by: "tags", found: [] });
  });

  test("tags come page by page", async () => {
    const answer = await asker.tags(parseReference(`${at("open")}/shop/api`), anonymous, { pageSize: 1 });
    expect(answer).toEqual({ tags: ["v1"], isComplete: true });
  });
});
