// Workloads in short form: `shop/checkout: { image: ..., replicas: 3, secrets: [regcred] }`.

import type { Json } from "../api/json.js";
import type { WorldObject } from "./config.js";
import { placeOf } from "./place.js";
import type { Part } from "./yaml.js";

const kinds = ["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod"] as const;
const policies = ["Always", "IfNotPresent", "Never"] as const;

export function readWorkload([key, part]: readonly [string, Part]): WorldObject {
  const metadata = placeOf(key, part);
  const fields = part.fields(
    "kind",
    "image",
    "containers",
    "init",
    "replicas",
    "secrets",
    "serviceAccount",
    "policy",
    "nodeSelector",
    "schedule",
    "labels",
    "annotations",
  );
  const kind = fields.get("kind", (one) => one.choice(kinds)) ?? "Deployment";
  const policy = fields.take("policy", (one) => one.choice(policies));
  const container = ([name, image]: readonly [string, Part]): Json => ({
    name,
    image: image.text(),
    ...(policy.policy === undefined ? {} : { imagePullPolicy: policy.policy }),
  });
  const containers = fields.entries("containers").map(container);
  const image = fields.get("image", (one) => container([metadata.name.slice(0, 63), one]));
  if (image !== undefined) containers.unshift(image);
  if (containers.length === 0) part.fail("lacks the field image");
  const init = fields.entries("init").map(container);
  const secrets = fields.get("secrets", (one) => one.texts().map((name) => ({ name }))) ?? [];
  const nodeSelector = fields.get("nodeSelector", textMap);
  const isJob = kind === "Job" || kind === "CronJob";
  const spec: Json = {
    containers,
    ...(init.length === 0 ? {} : { initContainers: init }),
    ...(secrets.length === 0 ? {} : { imagePullSecrets: secrets }),
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
    ...(isJob ? { restartPolicy: "Never" } : {}),
    ...serviceAccountOf(fields.get("serviceAccount", (one) => one.text())),
  };
  const labels = { app: metadata.name, ...fields.get("labels", textMap) };
  const annotations = fields.take("annotations", textMap);
  const replicas = fields.get("replicas", (one) => one.whole()) ?? 1;
  const template = { metadata: { labels }, spec };
  const selector = { matchLabels: { app: metadata.name } };
  const head = { metadata: { ...metadata, labels, ...annotations } };
  switch (kind) {
    case "Pod":
      return { apiVersion: "v1", kind, ...head, spec };
    case "Job":
      return { apiVersion: "batch/v1", kind, ...head, spec: { template } };
    case "CronJob": {
      const schedule = fields.need("schedule", (one) => one.text());
      return {
        apiVersion: "batch/v1",
        kind,
        ...head,
        spec: { schedule, jobTemplate: { spec: { template } } },
      };
    }
    case "DaemonSet":
      return { apiVersion: "apps/v1", kind, ...head, spec: { selector, template } };
    case "StatefulSet":
      return {
        apiVersion: "apps/v1",
        kind,
        ...head,
        spec: { replicas, selector, serviceName: metadata.name, template },
      };
    case "Deployment":
      return { apiVersion: "apps/v1", kind, ...head, spec: { replicas, selector, template } };
  }
}

const serviceAccountOf = (name: string | undefined): Json =>
  name === undefined ? {} : { serviceAccountName: name };

function textMap(part: Part): Record<string, string> {
  return Object.fromEntries(part.entries().map(([name, value]) => [name, value.text()]));
}
