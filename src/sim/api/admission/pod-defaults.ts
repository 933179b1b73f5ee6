// What the API server fills into a pod and into the pod templates of workloads.

import { at, count, isJson, items, type Json, record, text } from "../json.js";
import { defaultPullPolicy } from "./pull-policy.js";

/** Sets a key that is absent (or "" where text is meant). */
export function fill(target: Json, key: string, value: unknown): void {
  if (target[key] === undefined || target[key] === null || target[key] === "") target[key] = value;
}

/** The defaults that pods and templates share. */
export function completePodSpec(spec: Json): void {
  fill(spec, "restartPolicy", "Always");
  fill(spec, "terminationGracePeriodSeconds", 30);
  fill(spec, "dnsPolicy", "ClusterFirst");
  fill(spec, "securityContext", {});
  fill(spec, "schedulerName", "default-scheduler");
  const name = text(spec, "serviceAccountName") || text(spec, "serviceAccount");
  if (name !== "") Object.assign(spec, { serviceAccountName: name, serviceAccount: name });
  for (const key of ["initContainers", "containers", "ephemeralContainers"]) {
    for (const container of items(spec, key)) completeContainer(container);
  }
  for (const volume of items(spec, "volumes")) completeVolume(volume);
}

function completeContainer(container: Json): void {
  fill(container, "resources", {});
  fill(container, "terminationMessagePath", "/dev/termination-log");
  fill(container, "terminationMessagePolicy", "File");
  fill(container, "imagePullPolicy", defaultPullPolicy(text(container, "image")));
  for (const port of items(container, "ports")) fill(port, "protocol", "TCP");
  for (const variable of items(container, "env")) {
    const field = at(variable, "valueFrom", "fieldRef");
    if (isJson(field)) fill(field, "apiVersion", "v1");
  }
  for (const key of ["livenessProbe", "readinessProbe", "startupProbe"]) {
    const probe = container[key];
    if (isJson(probe)) completeProbe(probe);
  }
}

function completeProbe(probe: Json): void {
  fill(probe, "timeoutSeconds", 1);
  fill(probe, "periodSeconds", 10);
  fill(probe, "successThreshold", 1);
  fill(probe, "failureThreshold", 3);
  const http = probe.httpGet;
  if (!isJson(http)) return;
  fill(http, "path", "/");
  fill(http, "scheme", "HTTP");
}

function completeVolume(volume: Json): void {
  if (Object.keys(volume).every((key) => key === "name")) volume.emptyDir = {};
  for (const key of ["secret", "configMap", "downwardAPI", "projected"]) {
    const source = volume[key];
    if (isJson(source)) fill(source, "defaultMode", 420);
  }
  for (const source of items(volume, "projected", "sources")) {
    const token = source.serviceAccountToken;
    if (isJson(token)) fill(token, "expirationSeconds", 3600);
  }
  const host = volume.hostPath;
  if (isJson(host) && host.type === undefined) host.type = "";
  const image = volume.image;
  if (isJson(image)) fill(image, "pullPolicy", defaultPullPolicy(text(image, "reference")));
}

/** What only a pod gets, not a template: admission's tolerations and priority, the first status. */
export function completePod(pod: Json): void {
  const spec = record(pod, "spec");
  pod.spec = spec;
  completePodSpec(spec);
  fill(spec, "enableServiceLinks", true);
  fill(spec, "preemptionPolicy", "PreemptLowerPriority");
  fill(spec, "priority", 0);
  for (const container of [...items(spec, "containers"), ...items(spec, "initContainers")]) {
    const limits = record(container, "resources", "limits");
    if (Object.keys(limits).length === 0) continue;
    const resources = record(container, "resources");
    resources.requests = { ...limits, ...record(resources, "requests") };
  }
  const tolerations = items(spec, "tolerations");
  for (const key of ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"]) {
    if (tolerations.some((one) => isTolerant(one, key))) continue;
    tolerations.push({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 });
  }
  spec.tolerations = tolerations;
  const status = record(pod, "status");
  fill(status, "phase", "Pending");
  fill(status, "qosClass", qualityOf(spec));
  pod.status = status;
}

function isTolerant(toleration: Json, key: string): boolean {
  const effect = text(toleration, "effect");
  const hasKey = text(toleration, "key") === key || text(toleration, "key") === "";
  return hasKey && (effect === "" || effect === "NoExecute");
}

function qualityOf(spec: Json): "Guaranteed" | "Burstable" | "BestEffort" {
  const containers = [...items(spec, "containers"), ...items(spec, "initContainers")];
  const resources = containers.map((container) => ({
    requests: record(container, "resources", "requests"),
    limits: record(container, "resources", "limits"),
  }));
  const isNone = resources.every(({ requests, limits }) => !named(requests) && !named(limits));
  if (isNone) return "BestEffort";
  const isFull = resources.every(({ requests, limits }) =>
    ["cpu", "memory"].every(
      (name) =>
        limits[name] !== undefined && (requests[name] === undefined || requests[name] === limits[name]),
    ),
  );
  return isFull ? "Guaranteed" : "Burstable";
}

function named(resources: Json): boolean {
  return resources.cpu !== undefined || resources.memory !== undefined;
}

/** True for a container that a kubelet restarts beside the main ones (a sidecar). */
export function isSidecar(container: Json): boolean {
  return text(container, "restartPolicy") === "Always";
}

/** A pod's replicas or the like: a number that may be zero. */
export function fillCount(target: Json, key: string, value: number): void {
  if (count(target, key) === undefined) target[key] = value;
}
