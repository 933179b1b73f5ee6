// The names of the images on a node, and which of them a container status gives.

import { describe, expect, test } from "vitest";
import type { PulledImage } from "../runtime/pull-types.js";
import { ImageStore } from "./image-store.js";
import { imageNames } from "./instances.js";

const image = (name: string, tag: string, build = "1"): PulledImage => ({
  ok: true,
  imageRef: `sha256:${build.repeat(64)}`,
  repoDigest: `${name}@sha256:${build.repeat(64)}`,
  repoTag: `${name}:${tag}`,
  sizeBytes: 1,
  platform: { os: "linux", architecture: "amd64" },
  entrypoint: ["/bin/app"],
  env: [],
});

function stored(...images: readonly PulledImage[]): ImageStore {
  const store = new ImageStore();
  for (const one of images) store.add(one.repoTag ?? "", one, one.repoTag ?? "", undefined);
  return store;
}

const first = image("registry.acme.example/team/api", "1.0");
const copy = image("mirror.acme.example/team/api", "1.0");

describe("an image that a node knows by two names", () => {
  const names = stored(first, copy).namesOf(first);

  test.each(["containerd", "cri-dockerd"] as const)("%s tells the first by letter", (runtime) => {
    const { image, imageID } = imageNames(first, names, runtime);
    expect(image).toBe(copy.repoTag);
    expect(imageID.replace("docker-pullable://", "")).toBe(copy.repoDigest);
  });

  test("CRI-O tells the one it was pulled by", () => {
    const told = imageNames(first, names, "cri-o");
    expect(told).toEqual({ image: first.repoTag, imageID: first.repoDigest });
  });

  test("the other name finds it too", () => {
    expect(stored(first, copy).find(copy.repoTag ?? "")?.imageRef).toBe(first.imageRef);
  });
});

test("once its tag has gone to another image, containerd has only the id to tell", () => {
  const newer = image("registry.acme.example/team/api", "1.0", "2");
  const names = stored(first, newer).namesOf(first);
  expect(imageNames(first, names, "containerd")).toEqual({
    image: first.imageRef,
    imageID: first.repoDigest,
  });
});
