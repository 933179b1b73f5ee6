// Each reason a container waits for, in the words of each kubelet version. Semantics reference 1.10, 2.

import { afterEach, describe, expect, test } from "vitest";
import { at, items } from "../../../src/sim/api/json.js";
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

const registries = { "registry.acme.example": { repositories: { "shop/api": ["v1"] } } };
const good = "registry.acme.example/shop/api:v1";
const missing = "registry.acme.example/shop/api:v2";
const notFound = `failed to pull and unpack image "${missing}": failed to resolve reference "${missing}": ${missing}: not found`;

describe("a pull that works", () => {
  test.each([
    ["v1.20.2", / in [\d.]+ms$/, "Created container app", "Started container app"],
    [
      "v1.27.9",
      / in [\d.]+ms \([\d.]+ms including waiting\)$/,
      "Created container app",
      "Started container app",
    ],
    ["v1.29.6", / in \d+ms \(\d+ms including waiting\)$/, "Created container app", "Started container app"],
    [
      "v1.32.5",
      / in \d+ms \(\d+ms including waiting\)\. Image size: \d+ bytes\.$/,
      "Created container: app",
      "Started container app",
    ],
    ["v1.35.1", /Image size: \d+ bytes\.$/, "Container created", "Container started"],
  ])("%s", async (kubelet, pulled, created, started) => {
    const { create, seconds, events, state, pod } = await start({ registries, kubelet });
    create("api", good);
    await seconds(5);
    expect(state("api")).toBe("Running");
    const said = events("api");
    expect(said[0]).toBe("Normal Scheduled Successfully assigned shop/api to node-1");
    expect(said[1]).toBe(`Normal Pulling Pulling image "${good}"`);
    expect(said[2]).toMatch(/^Normal Pulled Successfully pulled image "registry.acme.example\/shop\/api:v1"/);
    expect(said[2]).toMatch(pulled);
    expect(said.slice(3)).toEqual([`Normal Created ${created}`, `Normal Started ${started}`]);
    const [status] = items(pod("api"), "status", "containerStatuses");
    expect(status).toMatchObject({ ready: true, started: true, restartCount: 0, image: good });
    expect(status?.imageID).toMatch(/^registry\.acme\.example\/shop\/api@sha256:[0-9a-f]{64}$/);
    expect(status?.containerID).toMatch(/^containerd:\/\/[0-9a-f]{64}$/);
  });

  test("an image on the node is not pulled again", async () => {
    const { create, seconds, events, pulls } = await start({ registries, node: { images: [good] } });
    create("api", good);
    await seconds(5);
    expect(events("api")[1]).toBe(`Normal Pulled Container image "${good}" already present on machine`);
    expect(pulls).toEqual([]);
  });
});

describe("ErrImagePull and ImagePullBackOff", () => {
  test.each([
    ["v1.20.2", `rpc error: code = NotFound desc = ${notFound}`, `Back-off pulling image "${missing}"`],
    ["v1.31.4", `rpc error: code = NotFound desc = ${notFound}`, `Back-off pulling image "${missing}"`],
    [
      "v1.32.5",
      `rpc error: code = NotFound desc = ${notFound}`,
      `Back-off pulling image "${missing}": ErrImagePull: rpc error: code = NotFound desc = ${notFound}`,
    ],
  ])("%s", async (kubelet, error, backOff) => {
    const { create, seconds, state } = await start({ registries, kubelet });
    create("api", missing);
    await seconds(0.3);
    expect(state("api")).toBe("ContainerCreating");
    await seconds(2);
    expect(state("api")).toBe(`ErrImagePull: ${error}`);
    await seconds(16);
    expect(state("api")).toBe(`ImagePullBackOff: ${backOff}`);
  });

  test("code Unknown is shown up to 1.27 alone", async () => {
    for (const [kubelet, head] of [
      ["v1.27.9", "rpc error: code = Unknown desc = failed to pull"],
      ["v1.28.0", "failed to pull"],
    ] as const) {
      const { create, seconds, state, close } = await smallWorld({ kubelet });
      create("api", "nowhere.acme.example/a:1");
      await seconds(3);
      expect(state("api").startsWith(`ErrImagePull: ${head}`)).toBe(true);
      await close();
    }
  });

  test("two containers with one image: the second does not pull", async () => {
    const { create, seconds, pulls, events } = await start({ registries });
    create("api", missing, {
      containers: [
        { name: "a", image: missing },
        { name: "b", image: missing },
      ],
    });
    await seconds(1);
    expect(pulls).toHaveLength(1);
    expect(events("api").slice(1)).toEqual([
      `Normal Pulling Pulling image "${missing}"`,
      `Warning Failed Failed to pull image "${missing}": rpc error: code = NotFound desc = ${notFound}`,
      "Warning Failed Error: ErrImagePull",
      `Normal BackOff Back-off pulling image "${missing}"`,
      "Warning Failed Error: ImagePullBackOff",
    ]);
  });

  test("a pushed tag is found at the next attempt, not before", async () => {
    const { create, seconds, state, registries: hosts, pulls } = await start({ registries });
    create("api", missing);
    await seconds(3);
    hosts.putTag("registry.acme.example", "shop/api", "v2");
    await seconds(3);
    expect(pulls).toHaveLength(1);
    await seconds(20);
    expect(state("api")).toBe("Running");
    expect(pulls).toHaveLength(2);
  });
});

describe("reasons without a pull", () => {
  test.each([
    [
      "v1.20.2",
      "couldn't parse image reference",
      "invalid reference format: repository name must be lowercase",
    ],
    [
      "v1.32.5",
      "couldn't parse image name",
      "invalid reference format: repository name (Shop/api) must be lowercase",
    ],
  ])("InvalidImageName, %s", async (kubelet, words, why) => {
    const image = "registry.acme.example/Shop/api:v1";
    const { create, seconds, state, events, pulls } = await start({ registries, kubelet });
    create("api", image);
    await seconds(20);
    const message = `Failed to apply default image tag "${image}": ${words} "${image}": ${why}`;
    expect(state("api")).toBe(`InvalidImageName: ${message}`);
    expect(events("api")).toContainEqual(expect.stringContaining(`Warning InspectFailed x3 ${message}`));
    expect(events("api")).toContain("Warning Failed x3 Error: InvalidImageName");
    expect(pulls).toEqual([]);
  });

  test("ErrImageNeverPull", async () => {
    const { create, seconds, state, events } = await start({ registries });
    create("api", good, { containers: [{ name: "app", image: good, imagePullPolicy: "Never" }] });
    await seconds(3);
    const message = `Container image "${good}" is not present with pull policy of Never`;
    expect(state("api")).toBe(`ErrImageNeverPull: ${message}`);
    expect(events("api")).toContain(`Warning ErrImageNeverPull x2 ${message}`);
  });

  test("Never runs once the image was loaded by hand", async () => {
    const { create, seconds, state, nodes } = await start({ registries });
    create("api", good, { containers: [{ name: "app", image: good, imagePullPolicy: "Never" }] });
    await seconds(3);
    nodes.find("node-1")?.load(good);
    await seconds(16);
    expect(state("api")).toBe("Running");
  });

  test.each([
    ["v1.32.5", true],
    ["v1.33.2", false],
  ])("an undecodable secret, %s", async (kubelet, hasPulling) => {
    const { create, seconds, state, events, apply } = await start({ registries, kubelet });
    apply(
      {
        metadata: { name: "broken" },
        type: "kubernetes.io/dockerconfigjson",
        data: { ".dockerconfigjson": Buffer.from('{"auths":"x"}').toString("base64") },
      },
      "secrets",
    );
    create("api", good, { imagePullSecrets: [{ name: "broken" }] });
    await seconds(3);
    const why =
      "json: cannot unmarshal string into Go struct field DockerConfigJSON.auths of type credentialprovider.DockerConfig";
    expect(state("api").endsWith(why)).toBe(true);
    expect(state("api").startsWith(hasPulling ? "ErrImagePull: " : `${why}: `)).toBe(true);
    expect(events("api").some((line) => line.startsWith("Normal Pulling"))).toBe(hasPulling);
  });
});

describe("what only some versions say", () => {
  test.each([
    ["v1.27.9", false],
    ["v1.28.1", true],
  ])("a missing secret, %s", async (kubelet, isSaid) => {
    const { create, seconds, events, state } = await start({ registries, kubelet });
    create("api", good, { imagePullSecrets: [{ name: "a" }, { name: "b" }] });
    await seconds(3);
    expect(state("api")).toBe("Running");
    const text =
      "Warning FailedToRetrieveImagePullSecret Unable to retrieve some image pull secrets (a, b); attempting to pull the image may not succeed.";
    expect(events("api").some((line) => line.replace(/ x\d+/, "") === text)).toBe(isSaid);
  });

  test("CRI-O tells a refused connection apart, and kubelets from 1.28 on hear it", async () => {
    const more = {
      registries: { "down.acme.example": {} },
      faults: [{ at: "down.acme.example", stage: "connect", kind: "refused" }],
    };
    const node = { runtime: { name: "cri-o", version: "1.30.2" } as const };
    const image = "down.acme.example/shop/api:v1";
    for (const [kubelet, head] of [
      ["v1.27.9", "ErrImagePull: rpc error: code = Unknown desc = RegistryUnavailable: initializing source"],
      [
        "v1.30.2",
        `RegistryUnavailable: image pull failed for ${image} because the registry is unavailable: initializing source`,
      ],
    ] as const) {
      const { create, seconds, state, close } = await smallWorld({ more, node, kubelet });
      create("api", image);
      await seconds(3);
      expect(state("api").slice(0, head.length)).toBe(head);
      await close();
    }
  });

  test.each([
    ["v1.28.4", []],
    ["v1.32.5", ["PodReadyToStartContainers"]],
  ])("conditions, %s", async (kubelet, extra) => {
    const { create, seconds, pod } = await start({ registries, kubelet });
    create("api", missing);
    await seconds(3);
    expect(items(pod("api"), "status", "conditions").map(({ type }) => type)).toEqual([
      ...extra,
      "Initialized",
      "Ready",
      "ContainersReady",
      "PodScheduled",
    ]);
    expect(at(pod("api"), "status", "conditions", extra.length + 1)).toMatchObject({
      status: "False",
      reason: "ContainersNotReady",
      message: "containers with unready status: [app]",
    });
  });
});
