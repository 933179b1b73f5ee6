// The second opinion on the world's API server: a real kube-apiserver v1.35.4 (with etcd, RBAC on, no
// controllers) was put the requests of requests.yaml; its answers are in v1.35.4.json. The world is
// asked the same. Where it answers otherwise is listed in different.txt, so that what was mended has to
// leave that list and nothing new joins it unseen.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { standardAdmission } from "../../../../src/sim/api/admission/standard.js";
import { startApiServer } from "../../../../src/sim/api/http/server.js";
import { seedStandardObjects } from "../../../../src/sim/api/standard-objects.js";
import { Store } from "../../../../src/sim/api/store.js";
import { runningClock } from "../../../../src/sim/clock.js";
import { plainAnswers } from "./plain.js";
import { type Answer, askAll, readRequests } from "./requests.js";

const folder = import.meta.dirname;
const read = (name: string): string => readFileSync(join(folder, name), "utf8");

async function worldAnswers(): Promise<Map<string, Answer>> {
  const clock = runningClock();
  const store = new Store({ clock, admission: standardAdmission, minor: 35 });
  seedStandardObjects(store);
  const nodes = { logs: () => undefined, exec: async () => 0, attach: async () => undefined };
  const server = await startApiServer({ store, clock, version: "v1.35.4", nodes });
  try {
    const { certificate } = await server.credentials();
    const door = {
      url: server.url,
      ca: server.authority.ca.certificate,
      cert: certificate.certificate,
      key: certificate.key.reveal(),
    };
    return plainAnswers(await askAll(door, readRequests(join(folder, "requests.yaml"))));
  } finally {
    await server.close();
  }
}

test("the world answers as a real API server does, but for what is known to differ", async () => {
  const real = new Map(Object.entries(JSON.parse(read("v1.35.4.json")) as Record<string, Answer>));
  const known = new Set(
    read("different.txt")
      .split("\n")
      .filter((line) => line !== ""),
  );
  const world = await worldAnswers();
  expect([...world.keys()]).toEqual([...real.keys()]);
  // A difference that is not known is shown whole.
  for (const [id, answer] of real)
    if (!known.has(id)) expect({ id, ...world.get(id) }).toEqual({ id, ...answer });
  const mended = [...known].filter((id) => isSame(world.get(id), real.get(id)));
  expect(mended, "answers that are the same now: take them out of different.txt").toEqual([]);
}, 60_000);

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
