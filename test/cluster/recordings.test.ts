// The final state of recordings, two of each cause, served by an API server and given as files:
// both ways lead to the same findings.

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import type { KubeObject } from "../../src/sim/api/json.js";
import { runCli } from "../cli-run.js";
import { cases } from "../recordings/load.js";
import { connected } from "./connect.js";
import { namespace } from "./objects.js";

/** Files that `kubectl get` wrote; the others are streams, tables and logs. */
const isObjects = (name: string): boolean =>
  /^(final-pod|final-events|serviceaccount|node|secret|deployments|replicasets|daemonsets|jobs|cronjobs|statefulsets|controllerrevisions)\.(json|yaml)$/.test(
    name,
  );

interface Sighting {
  readonly at: string;
  readonly findings: readonly string[];
  readonly code: number;
}

/** Its events are of a pod that is gone. */
const besides: ReadonlySet<string> = new Set(["fix-sa-patched-pod"]);

describe("live and from files", () => {
  test.each(chosen())("$id", async ({ folder: unpack }) => {
    const folder = await unpack();
    const files = (await readdir(folder)).filter(isObjects).map((name) => join(folder, name));
    const objects = (await Promise.all(files.map(objectsIn))).flat();
    const at = objects.find(({ kind }) => kind === "Pod")?.metadata.namespace;
    if (at === undefined) return;
    const fromFiles = sighting(
      await runCli(["diagnose", ...files.flatMap((file) => ["-f", file]), "-o", "json"]),
    );
    const cluster = await connected([...objects, namespace(at)], {}, at);
    const live = sighting(
      await runCli(["diagnose", "--probe=off", "--kubeconfig", cluster.config, "-o", "json"], {
        now: new Date(fromFiles.at),
      }),
    );
    expect(live.findings).toEqual(fromFiles.findings);
    expect(live.code).toBe(fromFiles.code);
  });
});

function chosen(): ReturnType<typeof cases> {
  const taken = new Map<string, number>();
  return cases().filter(({ id, answer: { cause } }) => {
    taken.set(cause, (taken.get(cause) ?? 0) + 1);
    return besides.has(id) || (taken.get(cause) ?? 0) <= 2;
  });
}

async function objectsIn(path: string): Promise<KubeObject[]> {
  const text = await readFile(path, "utf8");
  if (path.endsWith(".json")) return listed(JSON.parse(text));
  return parseAllDocuments(text).flatMap((one) => listed(one.toJS()));
}

function listed(value: unknown): KubeObject[] {
  if (Array.isArray(value)) return value.flatMap(listed);
  const object = value as KubeObject & { items?: KubeObject[] };
  return object.items ?? [object];
}

function sighting({ out, code }: { readonly out: string; readonly code: number }): Sighting {
  const report = JSON.parse(out) as {
    at: string;
    findings: {
      cause: string;
      verdict: string;
      endedAt?: string;
      pods: { name: string; container: string }[];
    }[];
  };
  const findings = report.findings.map(
    ({ cause, verdict, endedAt, pods }) =>
      `${verdict} ${cause}${endedAt === undefined ? "" : " ended"}: ${pods.map((pod) => `${pod.name}/${pod.container}`).sort()}`,
  );
  return { at: report.at, findings: findings.sort(), code };
}
