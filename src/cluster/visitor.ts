// A pod of ours for a short while: made, waited for, asked, and deleted whatever happens. It ends by itself when we cannot.

import { setTimeout as sleep } from "node:timers/promises";
import type { ActingApi } from "./api.js";
import type { Executed } from "./exec-status.js";
import { isRecord, type Json, record, records, text } from "./objects-fields.js";
import { type ObjectRef, objectPath } from "./resources.js";
import { createObject, deleteObject, getObject } from "./writing.js";

export interface VisitorWish {
  readonly namespace: string;
  readonly image: string;
  /** The node has it already: it is not pulled for us. */
  readonly isOnNode: boolean;
  /** The node to run on; absent: the scheduler's choice. */
  readonly node?: string;
  /** `node`: the node's own network and, read-only under /host, its files. */
  readonly as: "pod" | "node";
}

export interface Visitor {
  readonly name: string;
  readonly namespace: string;
  readonly node?: string;
  run(command: readonly string[], signal: AbortSignal): Promise<Executed>;
}

const lifeSeconds = 180;
const waitMs = 30_000;
const pollMs = 500;

/** Why there is no pod to ask from; one line. */
export interface NoVisitor {
  readonly why: string;
}

/**
 * Runs `visit` in a pod made for it. The pod is deleted before this returns, also after an abort: `acting` must not end with
 * the same signal.
 */
export async function withVisitor<T>(
  wish: VisitorWish,
  acting: ActingApi,
  signal: AbortSignal,
  visit: (visitor: Visitor) => Promise<T>,
): Promise<T | NoVisitor> {
  const name = `pulldoctor-${Math.random().toString(36).slice(2, 8)}`;
  const { namespace } = wish;
  const made = await createObject(acting, podOf(name, wish));
  if (!made.ok) return { why: `the pod could not be made: ${made.why}` };
  const uid = text(record(made.object.metadata).uid) ?? "";
  const ref: ObjectRef = { apiVersion: "v1", kind: "Pod", namespace, name };
  try {
    const ready = await running(ref, acting, signal);
    if ("why" in ready) return ready;
    const run: Visitor["run"] = (command, own) => {
      const words = command.map((word) => `command=${encodeURIComponent(word)}`).join("&");
      return acting.exec(`${objectPath(ref)}/exec?container=ask&stdout=true&stderr=true&${words}`, own);
    };
    return await visit({ name, namespace, run, ...(ready.node === undefined ? {} : { node: ready.node }) });
  } finally {
    await deleteObject(acting, ref, { uid, graceSeconds: 0 });
  }
}

async function running(
  ref: ObjectRef,
  acting: ActingApi,
  signal: AbortSignal,
): Promise<{ readonly node?: string } | NoVisitor> {
  const until = performance.now() + waitMs;
  let last = "it was not started";
  while (!signal.aborted && performance.now() < until) {
    const read = await getObject(acting, ref);
    if (!read.ok) return { why: `the pod cannot be read: ${read.why}` };
    const status = record(read.object.status);
    const [container] = records(status.containerStatuses);
    const state = record(container?.state);
    const node = text(record(read.object.spec).nodeName);
    if (isRecord(state.running)) return node === undefined ? {} : { node };
    const waiting = record(state.waiting);
    last = text(waiting.reason) ?? text(status.reason) ?? text(status.phase) ?? last;
    // An image that the node does not have is not pulled for us.
    if (
      /^(ErrImage|ImagePull|InvalidImage|CreateContainer|RunContainer|CrashLoop)/.test(last) ||
      status.phase === "Failed"
    )
      return { why: `its pod does not start: ${last}` };
    await sleep(pollMs, undefined, { signal }).catch(() => {});
  }
  return { why: signal.aborted ? "it was ended before its pod ran" : `its pod does not start: ${last}` };
}

/** Nothing is mounted into it but, for a node, the node's files, read-only. */
function podOf(name: string, { namespace, image, isOnNode, node, as }: VisitorWish): Json {
  const isNode = as === "node";
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { "app.kubernetes.io/managed-by": "pulldoctor" } },
    spec: {
      restartPolicy: "Never",
      activeDeadlineSeconds: lifeSeconds,
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(node === undefined ? {} : { nodeName: node }),
      ...(isNode
        ? {
            hostNetwork: true,
            dnsPolicy: "Default",
            tolerations: [{ operator: "Exists" }],
            volumes: [{ name: "host", hostPath: { path: "/" } }],
          }
        : {}),
      containers: [
        {
          name: "ask",
          image,
          imagePullPolicy: isOnNode ? "Never" : "IfNotPresent",
          command: ["sh", "-c", `sleep ${lifeSeconds}`],
          resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "64Mi" } },
          ...(isNode
            ? {
                securityContext: { privileged: true },
                volumeMounts: [{ name: "host", mountPath: "/host", readOnly: true }],
              }
            : {
                securityContext: {
                  allowPrivilegeEscalation: false,
                  capabilities: { drop: ["ALL"] },
                  seccompProfile: { type: "RuntimeDefault" },
                },
              }),
        },
      ],
    },
  };
}
