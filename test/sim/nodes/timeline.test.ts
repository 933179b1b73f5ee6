// When pulls are tried again and what the events then show: the tables of semantics reference 1.4 and 2.4.

import { afterEach, describe, expect, test } from "vitest";
import { type SmallWorld, smallWorld } from "../small-world.js";

let world: SmallWorld | undefined;

afterEach(async () => {
  await world?.close();
  world = undefined;
});

const image = "registry.acme.example/shop/api:v2";
const registries = { "registry.acme.example": { repositories: { "shop/api": ["v1"] } } };

/** Syncs of failing pods 13, 13 and 14 s apart: the table's 13.3 s on average. */
function rhythm() {
  let n = 0;
  return {
    tickAtMs: 0,
    relistAtMs: 200,
    share: () => {
      n += 1;
      return n % 3 === 0 ? 0.65 : 0.5;
    },
  };
}

async function failing(kubelet: string): Promise<SmallWorld> {
  world = await smallWorld({ registries, kubelet, rhythm: rhythm() });
  world.create("api", image);
  return world;
}

/** Counts of an event by the start of its line without the count. */
function counts({ events }: SmallWorld) {
  const count = (head: string, reason: string): number => {
    const found = events("api").find((line) => line.startsWith(head) && line.includes(reason));
    return found === undefined ? 0 : Number(/ x(\d+) /.exec(found)?.[1] ?? 1);
  };
  return {
    pulling: count("Normal Pulling", ""),
    failed: count("Warning Failed", "Failed to pull"),
    errImagePull: count("Warning Failed", "Error: ErrImagePull"),
    backOff: count("Normal BackOff", ""),
    imagePullBackOff: count("Warning Failed", "Error: ImagePullBackOff"),
  };
}

describe("attempts", () => {
  test("10, 20, 40, 80, 160, 300, 300 seconds of back-off", async () => {
    const { seconds, pulls } = await failing("v1.32.5");
    await seconds(1200);
    const times = pulls.map(({ s }) => s);
    const gaps = times.slice(1).map((s, index) => s - (times[index] ?? 0));
    expect(gaps).toHaveLength(7);
    for (const [index, least] of [10, 20, 40, 80, 160, 300, 300].entries()) {
      expect(gaps[index]).toBeGreaterThanOrEqual(least);
      expect(gaps[index]).toBeLessThan(least + 16);
    }
  });

  test("one pull for all syncs of a window, and the status one sync late", async () => {
    const { seconds, pulls, state } = await failing("v1.32.5");
    const seen: string[] = [];
    for (let n = 0; n < 100; n++) {
      await seconds(1);
      const now = (state("api").split(":")[0] ?? "") + (pulls.length > 0 ? ` after ${pulls.length}` : "");
      if (seen.at(-1) !== now) seen.push(now);
    }
    expect(seen).toEqual([
      "ContainerCreating after 1",
      "ErrImagePull after 1",
      "ImagePullBackOff after 2",
      "ErrImagePull after 2",
      "ImagePullBackOff after 3",
      "ErrImagePull after 3",
      "ImagePullBackOff after 3",
      "ImagePullBackOff after 4",
    ]);
  });
});

describe("events", () => {
  test("2 minutes, any version", async () => {
    for (const kubelet of ["v1.24.9", "v1.32.5"]) {
      const small = await failing(kubelet);
      await small.seconds(115);
      expect(counts(small)).toEqual({
        pulling: 4,
        failed: 4,
        errImagePull: 4,
        backOff: 6,
        imagePullBackOff: 6,
      });
      await small.close();
    }
    world = undefined;
  });

  test("up to 1.31 one budget for all: frozen after 25", async () => {
    const small = await failing("v1.31.4");
    await small.seconds(300);
    expect(counts(small)).toMatchObject({
      pulling: 4,
      failed: 4,
      errImagePull: 4,
      backOff: 7,
      imagePullBackOff: 6,
    });
    await small.seconds(300);
    expect(counts(small)).toMatchObject({ pulling: 4, failed: 4, errImagePull: 4, imagePullBackOff: 6 });
    expect(counts(small).backOff).toBeGreaterThanOrEqual(18);
    await small.seconds(3000);
    expect(counts(small).backOff).toBeGreaterThan(200);
  });

  test("from 1.32 on a budget for each type", async () => {
    const small = await failing("v1.32.5");
    await small.seconds(300);
    expect(counts(small)).toMatchObject({ pulling: 5, failed: 5, errImagePull: 5 });
    expect(Math.abs(counts(small).backOff - 19)).toBeLessThanOrEqual(1);
    expect(counts(small).imagePullBackOff).toBeGreaterThanOrEqual(14);
    await small.seconds(300);
    expect(counts(small)).toMatchObject({ pulling: 5, failed: 5, errImagePull: 5 });
  });

  test("ten distinct messages become one combined event", async () => {
    world = await smallWorld({
      registries: { "rst.acme.example": {} },
      more: { faults: [{ at: "rst.acme.example", stage: "connect", kind: "reset" }] },
      rhythm: rhythm(),
    });
    const containers = Array.from({ length: 12 }, (_, index) => ({
      name: `c${index}`,
      image: `rst.acme.example/a:${index}`,
    }));
    world.create("api", "", { containers });
    await world.seconds(3);
    const pulling = world.events("api").filter((line) => line.startsWith("Normal Pulling"));
    expect(pulling).toHaveLength(10);
    expect(pulling.at(-1)).toBe(
      'Normal Pulling x3 (combined from similar events): Pulling image "rst.acme.example/a:11"',
    );
  });
});
