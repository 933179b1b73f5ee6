// Pods on a node: init containers, sidecars, image volumes, platforms, sandboxes, restarts, deletion.

import { afterEach, describe, expect, test } from "vitest";
import { items, record, text } from "../../../src/sim/api/json.js";
import { type SmallWorld, smallWorld } from "../small-world.js";

let world: SmallWorld | undefined;

afterEach(async () => {
  await world?.close();
  world = undefined;
});

async function start(options: Parameters<typeof smallWorld>[0]): Promise<SmallWorld> {
  world = await smallWorld(options);
  return world;
}

const host = "registry.acme.example";
const registries = {
  [host]: {
    repositories: {
      "shop/api": ["v1"],
      "shop/arm": { tags: { v1: { platforms: ["linux/arm64"] } } },
      "shop/both": { tags: { v1: { platforms: ["linux/amd64", "linux/arm64"] } } },
    },
  },
};
const good = `${host}/shop/api:v1`;
const bad = `${host}/shop/api:v9`;

describe("init containers", () => {
  test("hold up everything behind them", async () => {
    const { create, seconds, pod, pulls, state } = await start({ registries });
    create("api", good, {
      initContainers: [
        { name: "first", image: good, command: ["true"] },
        { name: "second", image: bad },
      ],
    });
    await seconds(6);
    expect(state("api")).toMatch(/^(ErrImagePull|ImagePullBackOff): /);
    expect(new Set(pulls.map(({ image }) => image))).toEqual(new Set([good, bad]));
    const [initialised] = items(pod("api"), "status", "conditions").filter(
      ({ type }) => type === "Initialized",
    );
    expect(initialised).toMatchObject({
      status: "False",
      reason: "ContainersNotInitialized",
      message: "containers with incomplete status: [second]",
    });
    expect(record(items(pod("api"), "status", "containerStatuses")[0], "state")).toEqual({
      waiting: { reason: "PodInitializing" },
    });
  });

  test("run one after the other and leave the pod running", async () => {
    const { create, seconds, state, pod } = await start({ registries });
    create("api", good, { initContainers: [{ name: "first", image: good, command: ["sleep", "2"] }] });
    await seconds(2);
    expect(text(pod("api"), "status", "phase")).toBe("Pending");
    await seconds(6);
    expect(state("api")).toBe("Running");
  });

  test("a sidecar that cannot be pulled does not stop the next init container", async () => {
    const { create, seconds, pod } = await start({ registries });
    create("api", good, {
      initContainers: [
        { name: "side", image: bad, restartPolicy: "Always" },
        { name: "setup", image: good, command: ["true"] },
      ],
    });
    await seconds(8);
    const [side, setup] = items(pod("api"), "status", "initContainerStatuses");
    expect(text(side, "state", "waiting", "reason")).toMatch(/ErrImagePull|ImagePullBackOff/);
    expect(setup?.ready).toBe(true);
    expect(text(pod("api"), "status", "phase")).toBe("Pending");
  });
});

describe("image volumes", () => {
  test("fail before any container, and each container that mounts them says so", async () => {
    const { create, seconds, state, events } = await start({ registries, kubelet: "v1.35.1" });
    create("api", good, {
      containers: [{ name: "app", image: good, volumeMounts: [{ name: "data", mountPath: "/data" }] }],
      volumes: [{ name: "data", image: { reference: bad } }],
    });
    await seconds(1.2);
    expect(state("api").startsWith("ErrImagePull: rpc error: code = NotFound")).toBe(true);
    const said = events("api");
    expect(said).toContain(`Normal Pulling Pulling image "${bad}"`);
    expect(said).toContain("Warning Failed Error: ErrImagePull");
    expect(said.some((line) => line.includes(good))).toBe(false);
  });
});

describe("platforms", () => {
  test("an image of another platform starts, ends at once and says why in its log alone", async () => {
    const { create, seconds, state, events, nodes, pod } = await start({ registries });
    create("api", `${host}/shop/arm:v1`);
    await seconds(8);
    expect(state("api")).toMatch(
      /^CrashLoopBackOff: back-off 10s restarting failed container=app pod=api_shop\(/,
    );
    const running = pod("api");
    expect(running && nodes.logs(running, "app")).toBe("exec /app/server: exec format error\n");
    expect(events("api").some((line) => line.includes("exec format"))).toBe(false);
    expect(events("api")).toContainEqual(
      expect.stringMatching(
        /^Warning BackOff( x\d+)? Back-off restarting failed container app in pod api_shop\(/,
      ),
    );
  });

  test("an index has something for each node", async () => {
    const { create, seconds, state } = await start({ registries, node: { architecture: "arm64" } });
    create("api", `${host}/shop/both:v1`);
    await seconds(4);
    expect(state("api")).toBe("Running");
  });

  test("containerd 2.2.2 fetches it and can make no container", async () => {
    const node = { runtime: { name: "containerd", version: "2.2.3" } as const };
    const { create, seconds, state } = await start({ registries, node });
    create("api", `${host}/shop/arm:v1`);
    await seconds(4);
    expect(state("api")).toMatch(
      /^CreateContainerError: failed to create containerd container: .*missing parent/,
    );
  });
});

describe("credentials", () => {
  const secured = {
    "private.acme.example": {
      dialect: "htpasswd",
      accounts: { deploy: "right" },
      repositories: { "shop/api": ["v1"] },
    },
  };
  const image = "private.acme.example/shop/api:v1";
  const secret = (password: string) => ({
    metadata: { name: "regcred" },
    type: "kubernetes.io/dockerconfigjson",
    data: {
      ".dockerconfigjson": Buffer.from(
        JSON.stringify({ auths: { "private.acme.example": { username: "deploy", password } } }),
      ).toString("base64"),
    },
  });
  const withSecret = { imagePullSecrets: [{ name: "regcred" }] };

  test("a mended secret counts at the next attempt", async () => {
    const { create, seconds, state, apply, store } = await start({ registries: secured });
    apply(secret("wrong"), "secrets");
    create("api", image, withSecret);
    await seconds(3);
    expect(state("api")).toContain("401 Unauthorized");
    store.patch("secrets", "shop", "regcred", (draft) => {
      draft.data = secret("right").data;
    });
    await seconds(30);
    expect(state("api")).toBe("Running");
  });

  test.each([
    ["v1.34.1", "Running"],
    ["v1.35.1", "ErrImagePull"],
  ])("an image that another pod's secret brought, %s", async (kubelet, expected) => {
    const { create, seconds, state, apply } = await start({ registries: secured, kubelet });
    apply(secret("right"), "secrets");
    create("one", image, withSecret);
    await seconds(4);
    expect(state("one")).toBe("Running");
    create("two", image);
    await seconds(2);
    expect(state("two").split(":")[0]).toBe(expected);
  });
});

describe("sandboxes", () => {
  test("a pause image that cannot be had leaves the pod creating", async () => {
    const node = { pauseImage: `${host}/pause:3.9` };
    const { create, seconds, state, events } = await start({ registries, node });
    create("api", good);
    await seconds(3);
    expect(state("api")).toBe("ContainerCreating");
    expect(events("api")[1]).toMatch(
      /^Warning FailedCreatePodSandBox Failed to create pod sandbox: rpc error: code = NotFound desc = failed to get sandbox image "registry.acme.example\/pause:3.9": failed to pull image/,
    );
  });

  test("a runtime that is down", async () => {
    const { create, seconds, events, nodes, state, store } = await start({ registries });
    nodes.find("node-1")?.setRuntimeDown(true);
    create("api", good);
    await seconds(15);
    expect(events("api")[1]).toBe(
      'Warning FailedCreatePodSandBox Failed to create pod sandbox: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory"',
    );
    const ready = items(store.get("nodes", undefined, "node-1"), "status", "conditions").at(-1);
    expect(ready).toMatchObject({ type: "Ready", status: "False" });
    nodes.find("node-1")?.setRuntimeDown(false);
    await seconds(20);
    expect(state("api")).toBe("Running");
  });
});

describe("ephemeral containers", () => {
  test("are pulled like others and count for nothing", async () => {
    const { create, seconds, pod, store, events } = await start({ registries });
    create("api", good);
    await seconds(4);
    store.patch("pods", "shop", "api", (draft) => {
      record(draft, "spec").ephemeralContainers = [
        { name: "debug", image: bad, imagePullPolicy: "IfNotPresent" },
      ];
    });
    await seconds(16);
    const [debug] = items(pod("api"), "status", "ephemeralContainerStatuses");
    expect(text(debug, "state", "waiting", "reason")).toMatch(/ErrImagePull|ImagePullBackOff/);
    expect(debug).not.toHaveProperty("started");
    expect(text(pod("api"), "status", "phase")).toBe("Running");
    expect(events("api")).toContainEqual(expect.stringContaining(`Pulling image "${bad}"`));
    const subject = store
      .list("events", { namespace: "shop" })
      .find((event) => text(event, "message") === `Pulling image "${bad}"`);
    expect(text(subject, "involvedObject", "fieldPath")).toBe("spec.ephemeralContainers{debug}");
  });
});

describe("what can be done to a node", () => {
  test("a pull by hand, a restart of its kubelet", async () => {
    const { create, seconds, nodes, pulls, state, clock } = await start({ registries });
    const node = nodes.find("node-1");
    const pulled = node?.pull(good);
    await clock.advance(1000);
    expect(await pulled).toMatchObject({ ok: true });
    expect(node?.images().map(({ names }) => names[1])).toEqual([good]);
    create("api", bad);
    await seconds(25);
    const before = pulls.length;
    node?.restartKubelet();
    await seconds(16);
    expect(pulls.length).toBe(before + 1);
    expect(state("api")).toMatch(/ImagePull/);
  });

  test("what a container wrote, this time and the time before", async () => {
    const { create, seconds, nodes, pod } = await start({ registries });
    create("api", good, {
      containers: [{ name: "app", image: good, command: ["sh", "-c", "echo hello; exit 3"] }],
    });
    await seconds(20);
    const running = pod("api");
    expect(running && nodes.logs(running, "app")).toBe("hello\n");
    expect(running && nodes.logs(running, "app", true)).toBe("hello\n");
    const [status] = items(running, "status", "containerStatuses");
    expect(status).toMatchObject({ lastState: { terminated: { exitCode: 3, reason: "Error" } } });
    expect(Number(status?.restartCount)).toBeGreaterThanOrEqual(1);
  });
});

describe("pods that end", () => {
  test("a deleted pod goes, also in the middle of a pull", async () => {
    const faults = [{ at: host, stage: "blob", kind: "slow", bytesPerSecond: 100 }];
    const { create, seconds, pod, store, events } = await start({ registries, more: { faults } });
    create("api", good);
    await seconds(5);
    expect(text(pod("api"), "status", "phase")).toBe("Pending");
    store.delete("pods", "shop", "api");
    await seconds(4);
    expect(pod("api")).toBeUndefined();
    expect(events("api").filter((line) => line.startsWith("Normal Pulled"))).toEqual([]);
  });

  test("a running one says that it is stopped", async () => {
    const { create, seconds, pod, store, events } = await start({ registries });
    create("api", good);
    await seconds(4);
    store.delete("pods", "shop", "api");
    await seconds(4);
    expect(pod("api")).toBeUndefined();
    expect(events("api")).toContain("Normal Killing Stopping container app");
  });

  test("a job's pod succeeds, a failing one fails", async () => {
    const { create, seconds, pod } = await start({ registries });
    for (const [name, command] of [
      ["good", "true"],
      ["bad", "false"],
    ] as const) {
      create(name, good, {
        restartPolicy: "Never",
        containers: [{ name: "app", image: good, command: [command] }],
      });
    }
    await seconds(5);
    expect(text(pod("good"), "status", "phase")).toBe("Succeeded");
    expect(text(pod("bad"), "status", "phase")).toBe("Failed");
  });
});

describe("pull limits", () => {
  test("serial pulls wait for each other, parallel ones do not", async () => {
    for (const [serializeImagePulls, expected] of [
      [true, 1],
      [false, 2],
    ] as const) {
      const faults = [{ at: host, stage: "blob", kind: "slow", bytesPerSecond: 100 }];
      const small = await smallWorld({ registries, more: { faults }, node: { serializeImagePulls } });
      small.create("one", good);
      small.create("two", `${host}/shop/both:v1`);
      await small.seconds(5);
      expect(small.pulls).toHaveLength(expected);
      expect(small.events("two")[1]).toMatch(/^Normal Pulling/);
      await small.close();
    }
  });

  test("more than the rate fail at once", async () => {
    const node = { registryPullQps: 1, registryBurst: 1, serializeImagePulls: false };
    const { create, seconds, state } = await start({ registries, node });
    for (const name of ["a", "b", "c"]) create(name, bad);
    await seconds(2);
    const all = ["a", "b", "c"].map(state);
    expect(all.filter((one) => one === "ErrImagePull: pull QPS exceeded").length).toBeGreaterThanOrEqual(1);
  });

  test("a full disk, and a node under pressure", async () => {
    const full = await smallWorld({ registries, node: { pull: { diskFreeBytes: 3000 } } });
    full.create("api", good);
    await full.seconds(3);
    expect(full.state("api")).toContain("no space left on device");
    await full.close();
    const { create, seconds, pod, store } = await start({
      registries,
      node: { pull: { hasDiskPressure: true } },
    });
    const waiting = create("api", good);
    await seconds(3);
    expect(text(pod("api"), "spec", "nodeName")).toBe("");
    expect(items(store.get("nodes", undefined, "node-1").spec, "taints")).toMatchObject([
      { key: "node.kubernetes.io/disk-pressure", effect: "NoSchedule" },
    ]);
    expect(waiting.metadata.name).toBe("api");
  });
});
