// `kubectl describe pod`: everything but pull secrets and the waiting messages.

import type { Container, ContainerKind, ContainerState, Pod } from "../model/objects.js";
import { describedTime } from "./ages.js";
import type { Description } from "./describe.js";
import { type Field, readConditions, readFields, readOwners, readPairs } from "./describe-fields.js";

export function readDescribedPod({ name, lines, base, top }: Description): Pod | undefined {
  const containers = readContainers(readFields(lines, base));
  if (containers.length === 0) return undefined;
  const startedAt = describedTime(top.get("Start Time") ?? "");
  const [node] = (top.get("Node") ?? "").split("/");
  const status = top.get("Status") ?? "";
  const serviceAccount = top.get("Service Account");
  const message = top.get("Message");
  const reason = top.get("Reason");
  return {
    kind: "Pod",
    namespace: top.get("Namespace") ?? "",
    name,
    uid: "",
    serviceAccount: serviceAccount ?? "",
    pullSecrets: [],
    containers,
    imageVolumes: readImageVolumes(lines, base),
    phase: status.startsWith("Terminating") ? "" : status,
    conditions: readConditions(lines),
    owners: readOwners(top.get("Controlled By")),
    labels: readPairs(lines, "Labels"),
    nodeSelector: readPairs(lines, "Node-Selectors"),
    managedBy: [],
    notShown: [
      "pullSecrets",
      "waitingMessage",
      "times",
      ...(serviceAccount === undefined ? (["serviceAccount"] as const) : []),
    ],
    ...(node && node !== "<none>" ? { node } : {}),
    ...(startedAt ? { startedAt } : {}),
    ...(reason ? { reason } : {}),
    ...(message ? { message } : {}),
  };
}

const sections: Readonly<Record<string, ContainerKind>> = {
  "Init Containers": "init",
  Containers: "container",
  "Ephemeral Containers": "ephemeral",
};

export function readContainers(fields: readonly Field[]): Container[] {
  const containers: Container[] = [];
  let kind: ContainerKind | undefined;
  let open: { name: string; kind: ContainerKind; fields: Field[] } | undefined;
  const close = (): void => {
    if (open !== undefined) containers.push(readContainer(open.name, open.kind, open.fields));
    open = undefined;
  };
  let nameIndent = 0;
  for (const field of fields) {
    if (field.indent === 0) {
      close();
      kind = field.value === "" ? sections[field.key] : undefined;
      nameIndent = 0;
    } else if (
      kind !== undefined &&
      field.value === "" &&
      (nameIndent === 0 || field.indent === nameIndent)
    ) {
      close();
      nameIndent = field.indent;
      open = { name: field.key, kind, fields: [] };
    } else open?.fields.push(field);
  }
  close();
  return containers.filter(({ image }) => image !== "");
}

/** `Reason:` below `State:` is two further in. */
const stateIndent = 2;

function readContainer(name: string, kind: ContainerKind, all: readonly Field[]): Container {
  // Deeper lie the environment and the mounts, whose names are the user's own.
  const own = Math.min(...all.map(({ indent }) => indent));
  const fields = all.filter(({ indent }) => indent <= own + stateIndent);
  const value = (key: string): string =>
    fields.find((field) => field.key === key && field.indent === own)?.value ?? "";
  const state = readState(fields, "State");
  const lastState = readState(fields, "Last State");
  return {
    name,
    kind,
    image: value("Image"),
    isReady: value("Ready") === "True",
    restarts: Number.parseInt(value("Restart Count"), 10) || 0,
    imageId: value("Image ID"),
    ...(state ? { state } : {}),
    ...(lastState ? { lastState } : {}),
  };
}

/** A waiting container's message is not part of this text; only its reason is. */
function readState(fields: readonly Field[], key: string): ContainerState | undefined {
  const at = fields.findIndex((field) => field.key === key);
  const head = fields[at];
  if (head === undefined) return undefined;
  const end = fields.findIndex((field, i) => i > at && field.indent <= head.indent);
  const inner = new Map(
    fields.slice(at + 1, end === -1 ? undefined : end).map((field) => [field.key, field.value]),
  );
  const reason = inner.get("Reason") ?? "";
  const message = inner.get("Message");
  const startedAt = describedTime(inner.get("Started") ?? "");
  const finishedAt = describedTime(inner.get("Finished") ?? "");
  switch (head.value) {
    case "Waiting":
      return { is: "waiting", reason };
    case "Running":
      return { is: "running", ...(startedAt ? { startedAt } : {}) };
    case "Terminated":
      return {
        is: "terminated",
        reason,
        exitCode: Number.parseInt(inner.get("Exit Code") ?? "", 10) || 0,
        ...(message ? { message } : {}),
        ...(startedAt ? { startedAt } : {}),
        ...(finishedAt ? { finishedAt } : {}),
      };
    default:
      return undefined;
  }
}

/** `Type:  Image (...)` with `Reference:` and `PullPolicy:`, as kubectl shows image volumes since 1.31. */
function readImageVolumes(lines: readonly string[], base: number): Pod["imageVolumes"] {
  const fields = readFields(lines, base);
  return fields.flatMap((field, at) => {
    if (field.key !== "Type" || !field.value.startsWith("Image ")) return [];
    const next = fields.slice(at + 1, at + 3).filter(({ indent }) => indent === field.indent);
    const image = next.find(({ key }) => key === "Reference")?.value;
    const pullPolicy = next.find(({ key }) => key === "PullPolicy")?.value;
    const name = fields[at - 1]?.key ?? "";
    if (image === undefined || image === "") return [];
    const isPolicy = pullPolicy === "Always" || pullPolicy === "IfNotPresent" || pullPolicy === "Never";
    return { name, image, ...(isPolicy ? { pullPolicy } : {}) };
  });
}
