// Two sentences that a reader checks against what he knows: why a cause stays open, and how far a node's own limit reaches.

import { expect, test } from "vitest";
import { diagnose } from "../src/diagnose/diagnose.js";
import { readFiles } from "../src/files/read.js";
import type { Report } from "../src/model/report.js";
import { type Files, folderOf } from "./folder.js";

async function* noStdin(): AsyncGenerator<Uint8Array> {}

const reportOn = async (files: Files, input = "."): Promise<Report> =>
  diagnose(
    await readFiles([input], {
      cwd: folderOf(files),
      readStdin: noStdin,
      now: new Date("2026-11-24T00:00:00Z"),
    }),
  );

test("a login that may have run out stays open for a reason of its own", async () => {
  const image = "harbor.example.com/web/shop:1";
  const text = `Failed to pull image "${image}": failed to pull and unpack image "${image}": failed to resolve reference "${image}": failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://harbor.example.com/service/token?scope=repository%3Aweb%2Fshop%3Apull&service=harbor-registry: 401 Unauthorized`;
  const [finding] = (await reportOn({ "message.txt": text }, "message.txt")).findings;
  expect(finding?.cause).toBe("credentials-rejected");
  const why = finding?.open.find(({ cause }) => cause === "credentials-expired")?.why;
  expect(why).toMatch(/answers alike to a login that is wrong and to one that has run out/);
});

test("pulls that one node's limit turned away are one finding, about the node", async () => {
  const pod = (name: string, image: string): object => ({
    kind: "Pod",
    apiVersion: "v1",
    metadata: { name, namespace: "shop", uid: name, creationTimestamp: "2026-11-23T23:50:00Z" },
    spec: { nodeName: "node-1", containers: [{ name: "main", image }] },
    status: {
      phase: "Pending",
      containerStatuses: [
        {
          name: "main",
          image,
          imageID: "",
          ready: false,
          restartCount: 0,
          state: { waiting: { reason: "ErrImagePull", message: "pull QPS exceeded" } },
        },
      ],
    },
  });
  const items = [pod("cart", "quay.io/acme/cart:1"), pod("search", "ghcr.io/acme/search:1")];
  const list = JSON.stringify({ kind: "List", apiVersion: "v1", items });
  const { findings } = await reportOn({ "pods.json": list });
  expect(findings.map(({ cause, pods }) => ({ cause, pods: pods.length }))).toEqual([
    { cause: "kubelet-throttled", pods: 2 },
  ]);
  expect(findings[0]?.scope).toEqual({
    is: "node",
    why: "the limit is that of the kubelet on node-1, for whatever image",
  });
});
