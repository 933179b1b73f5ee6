// Asking from inside the cluster: by a pod beside those that fail, and from a node. What was made is gone afterwards.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/cli/main.js";
import { schemaKeeper } from "../schema-keeper.js";
import { type Printed, type Probed, probedWorld } from "./world.js";

let cluster: Probed;

beforeAll(async () => {
  cluster = await probedWorld(
    {
      nodes: [
        { name: "node-1", images: ["busybox:1.36"] },
        { name: "node-2", unschedulable: true },
      ],
      registries: {
        "docker.io": { repositories: { "library/busybox": ["1.36"] } },
        "refused.example": { repositories: { "team/app": ["1.0"] } },
        "well.example": { repositories: { "team/app": ["1.0"] } },
      },
      faults: [{ at: "refused.example", stage: "connect", kind: "refused" }],
      workloads: {
        "shop/refused": { image: "refused.example/team/app:1.0" },
        "shop/nameless": { image: "nameless.example/team/app:1.0" },
        "shop/missing": { image: "well.example/team/app:2.0" },
      },
    },
    { minutes: 2 },
  );
}, 120_000);
afterAll(() => cluster.close());

/** The world's time goes on while the program runs. */
async function meanwhile<T>(work: Promise<T>): Promise<T> {
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await cluster.clock.advance(250);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return over;
}

const diagnose = (...flags: readonly string[]): Promise<Printed> =>
  meanwhile(cluster.diagnose(["-n", "shop", "--probe=off", ...flags]));

function of(report: Printed, name: string): Printed["findings"][number] {
  const found = report.findings.find(({ workloads }) => workloads.some((one) => one.name === name));
  if (found === undefined) throw new Error(`no finding about ${name}`);
  return found;
}

const ours = (): readonly string[] =>
  cluster.world.store
    .list("pods")
    .map(({ metadata }) => metadata.name)
    .filter((name) => name.startsWith("pulldoctor-"));

describe("from a pod", () => {
  test("what its programs say, from where, and that a pod is no node", async () => {
    const report = await diagnose("--from", "pod");
    const finding = of(report, "refused");
    expect(finding.summary).toMatch(
      /From pod\/pulldoctor-\w+ on node-1 it is the same: (?:curl|wget) says: /,
    );
    const evidence = finding.evidence.filter(({ source }) => source === "registry");
    expect(evidence).toMatchObject([{ where: "GET https://refused.example/v2/" }]);
    expect(evidence[0]?.from).toMatch(/^pod\/pulldoctor-\w+ on node-1$/);
    expect(finding.verdict).toBe(of(await diagnose(), "refused").verdict);
    expect(of(report, "nameless").evidence.at(-1)?.shows).toBe("its DNS server answers NXDOMAIN (nslookup)");
    expect(of(report, "missing").evidence.some(({ source }) => source === "registry")).toBe(false);
    expect(ours()).toEqual([]);
  });

  test("an image that the user names", async () => {
    const report = await diagnose("--from=pod", "--from-image", "busybox:1.36");
    expect(of(report, "refused").summary).toContain("From pod/pulldoctor-");
  });

  test("an image that does not start is said, costs nothing and leaves nothing", async () => {
    const report = await diagnose("--from=pod", "--from-image", "nameless.example/tools:1");
    // Which of the two is seen depends on when we look.
    expect(of(report, "refused").summary).toMatch(
      /nothing was asked: its pod does not start: (?:ErrImagePull|ImagePullBackOff)\b/,
    );
    expect(of(report, "refused").cause).toBe("connection-refused");
    expect(ours()).toEqual([]);
  });

  test("after Ctrl-C the pod is gone and what is known is printed", async () => {
    const stop = new AbortController();
    let out = "";
    const ended = run(["diagnose", "-n", "shop", "--probe=off", "--from=pod"], {
      out: (text) => {
        out += text;
      },
      err: () => {},
      stdin: nothing(),
      env: { LANG: "C.UTF-8", HOME: "/nonexistent", ...cluster.env },
      cwd: "/",
      now: () => new Date(cluster.clock.now()),
      isTerminal: { in: false, out: false, err: false },
      signal: stop.signal,
      program: "pulldoctor",
    });
    while (ours().length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    stop.abort();
    expect(await meanwhile(ended)).toBe(1);
    expect(ours()).toEqual([]);
    expect(out).toContain("connection-refused");
  });
});

async function* nothing(): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(0);
}

describe("check", () => {
  const keeper = schemaKeeper("check-v1.json");

  test("tells how registries answer there, beside how they answer here", async () => {
    const ran = await meanwhile(cluster.run(["check", "-n", "shop", "--from", "pod"]));
    const [, inside = ""] = ran.out.split(/^registries, from pod\/pulldoctor-\w+ on node-1$/m);
    expect(inside).toMatch(/^✓ well\.example +\S/m);
    expect(inside).toMatch(/^✗ nameless\.example +fails at dns$/m);
    expect(inside).toMatch(/^✗ refused\.example +fails at tcp$/m);
    expect([ran.code, ran.err, ours()]).toEqual([1, "", []]);
    for (const line of ran.out.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("as JSON, and where nothing could be asked from", async () => {
    const from = async (place: string) => {
      const { out } = await meanwhile(
        cluster.run(["check", "-n", "shop", "--probe=off", "--from", place, "-o", "json"]),
      );
      expect(keeper.departures(JSON.parse(out))).toEqual([]);
      return JSON.parse(out).ways as readonly { readonly stages: readonly object[]; readonly why?: string }[];
    };
    const there = await from("node/node-1");
    expect(there.map(({ stages }) => stages.length > 0)).toEqual([true, true, true]);
    expect((await from("node/node-2")).map(({ why }) => why)[0]).toContain("--from-image");
    expect(ours()).toEqual([]);
  });
});

describe("from a node", () => {
  test("the node's own word confirms, and its mirrors are told", async () => {
    const report = await diagnose("--from", "node/node-1");
    const finding = of(report, "refused");
    expect(finding.verdict).toBe("confirmed");
    expect(finding.summary).toContain("It is so from node node-1 as well.");
    expect(finding.summary).toContain("Its mirrors: no mirror is configured");
    expect(finding.evidence.at(-1)?.from).toBe("node node-1");
    expect(ours()).toEqual([]);
  });

  test("a node without an image to ask with", async () => {
    const report = await diagnose("--from", "node/node-2");
    expect(of(report, "refused").summary).toContain(
      "From node node-2 nothing was asked: node node-2 has no image that surely holds a shell; name one with --from-image.",
    );
  });
});

test.each([["attic"], ["node/"], ["node/--x"], ["nodes/a b"]])("--from %s is no place", async (place) => {
  const { code, err } = await cluster.run(["diagnose", "--probe=off", `--from=${place}`]);
  expect(code).toBe(2);
  expect(err).toContain(`--from ${place} is no place to ask from`);
});
