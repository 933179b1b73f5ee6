// Starts the kubelets of a world and shares out the pods among them.

import { type KubeObject, text } from "../api/json.js";
import { traitsOfContainerd } from "../runtime/containerd/version.js";
import { pullImage } from "../runtime/pull.js";
import { ImageBackoff, PullRate } from "./backoff.js";
import { CrashLoops } from "./crash-loops.js";
import { credentialsFor } from "./credentials.js";
import { ImageManager } from "./image-manager.js";
import { ImageStore } from "./image-store.js";
import { Kubelet } from "./kubelet.js";
import type { KubeletParts, NodeState } from "./kubelet-parts.js";
import { loadedImage } from "./loaded-image.js";
import type { Node, NodeConfig, NodeParts, Nodes } from "./node-config.js";
import { keepNode } from "./node-object.js";
import { PullQueue } from "./pull-queue.js";
import { EventRecorder } from "./recorder.js";
import { Rhythm } from "./rhythm.js";
import { runtimeDown } from "./sandbox.js";
import { traitsOf } from "./version.js";

interface Running {
  readonly node: Node;
  readonly kubelet: Kubelet;
  stop(): void;
}

/** Registers each node in the store and runs the pods that are bound to it. */
export function startNodes(configs: readonly NodeConfig[], parts: NodeParts): Nodes {
  const running = new Map<string, Running>();
  for (const [index, config] of configs.entries()) running.set(config.name, startNode(config, index, parts));
  const stopWatch = parts.store.watch("pods", {}, ({ type, object }) => {
    const kubelet = running.get(text(object, "spec", "nodeName"))?.kubelet;
    if (type === "DELETED") kubelet?.drop(object);
    else kubelet?.take(object);
  });
  return {
    find: (name) => running.get(name)?.node,
    all: () => [...running.values()].map(({ node }) => node),
    logs: (pod: KubeObject, container, previous) =>
      running.get(text(pod, "spec", "nodeName"))?.node.logs(pod.metadata.uid, container, previous),
    stop() {
      stopWatch();
      for (const one of running.values()) one.stop();
    },
  };
}

function startNode(config: NodeConfig, index: number, parts: NodeParts): Running {
  const { store, clock, network, random = Math.random } = parts;
  const traits = traitsOf(config.kubelet);
  const platform = { os: "linux", architecture: config.architecture ?? "amd64" };
  const address = config.address ?? `198.51.100.${10 + (index % 240)}`;
  const state: NodeState = { pull: config.pull ?? {}, isRuntimeUp: true };
  const imageStore = new ImageStore();
  const isSerial = config.serializeImagePulls ?? config.maxParallelImagePulls === undefined;
  const pull: KubeletParts["pull"] = (image, auth, signal) => {
    parts.onPull?.({ node: config.name, image, at: clock.now() });
    return pullImage({
      image,
      platform,
      runtime: config.runtime,
      network,
      clock,
      node: { address, ...state.pull },
      ...(auth === undefined ? {} : { auth: { username: auth.username, password: auth.password } }),
      ...(signal === undefined ? {} : { signal }),
    });
  };
  const backoff = new ImageBackoff();
  const images = new ImageManager({
    clock,
    traits,
    images: imageStore,
    queue: new PullQueue(isSerial ? 1 : (config.maxParallelImagePulls ?? Number.POSITIVE_INFINITY)),
    rate: new PullRate(config.registryPullQps ?? 5, config.registryBurst ?? 10),
    backoff,
    keyring: (pod, image) => credentialsFor(pod, image, store, config.credentials),
    runtimeDown: () => (state.isRuntimeUp ? undefined : runtimeDown({ traits, runtime: config.runtime })),
    pull,
  });
  let lastAddress = 1;
  const recorder = new EventRecorder(store, config.name, traits, random);
  const shared: KubeletParts = {
    config,
    store,
    clock,
    random,
    traits,
    rhythm: new Rhythm(clock, random, parts.rhythm),
    recorder,
    images,
    imageStore,
    crashLoops: new CrashLoops(),
    platform,
    runtime: config.runtime,
    leavesUnpacked: leavesUnpacked(config),
    address,
    state,
    podAddress: () => {
      lastAddress = (lastAddress % 65_000) + 1;
      return `10.${244 + Math.floor(index / 256)}.${index % 256}.${lastAddress % 254}`;
    },
    pull,
    ...(parts.processes === undefined ? {} : { processes: parts.processes }),
  };
  for (const image of config.images ?? []) imageStore.preload(image, loadedImage(image, platform));
  imageStore.restore(parts.images?.get(config.name) ?? []);
  const kubelet = new Kubelet(shared);
  const stopNode = keepNode(shared);
  const node: Node = {
    config,
    load: (image, contents) => imageStore.preload(image, loadedImage(image, platform, contents)),
    async pull(image, auth) {
      const outcome = await pull(image, auth);
      if (outcome.ok) imageStore.add(outcome.repoTag ?? outcome.repoDigest, outcome, image, undefined);
      return outcome;
    },
    images: () => imageStore.report(),
    dumpImages: () => imageStore.dump(),
    changePull(change) {
      state.pull = { ...state.pull, ...change };
    },
    setRuntimeDown(isDown) {
      state.isRuntimeUp = !isDown;
    },
    logs(uid, container, previous = false) {
      const made = kubelet.instances(uid)?.of(container) ?? [];
      return made.at(previous ? -2 : -1)?.log;
    },
    restartKubelet() {
      backoff.clear();
      recorder.clear();
    },
  };
  return {
    node,
    kubelet,
    stop() {
      stopNode();
      kubelet.stop();
    },
  };
}

/** containerd since 2.2.2, unless it is set up to pull the old way. */
function leavesUnpacked({ runtime, pull }: NodeConfig): boolean {
  if (runtime.name !== "containerd" || pull?.isLocalPull === true) return false;
  const [major = 0, minor = 0, patch = 0] = runtime.version
    .replace(/^v/, "")
    .split(/[.+~-]/)
    .map(Number);
  return (
    traitsOfContainerd(runtime.version).hasTransfer && (major > 2 || minor > 2 || (minor === 2 && patch >= 2))
  );
}
