// Folders and archives that tools collect from a cluster, each with its own layout.

import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { type Files, folderOf, tarGzOf } from "../../test/folder.js";
import { kubectlSays } from "../../test/kubectl-says/load.js";
import {
  bytesOf,
  expectRollout,
  failing,
  items,
  json,
  listOf,
  now,
  read,
  recorded,
  recording,
} from "../../test/rollout.js";
import { readFiles } from "./read.js";

describe("bundles", () => {
  const dump = (): Files => ({
    "nodes.json": json(listOf("NodeList", items(recorded("node.json")))),
    "platform-78-q/pods.json": json(listOf("PodList", items(recorded("final-pod.json")))),
    "platform-78-q/events.json": json(listOf("EventList", items(recorded("final-events.json")))),
    "platform-78-q/deployments.json": json(listOf("DeploymentList", items(recorded("deployments.json")))),
    "platform-78-q/replicasets.json": json(listOf("ReplicaSetList", items(recorded("replicasets.json")))),
    "platform-78-q/services.json": json(listOf("ServiceList", [])),
    "platform-78-q/frontend-dcf9b8d6-d7jwt/logs.txt":
      '==== START logs for container a ====\nE1121 19:44:46.291348   1 a.go:1] Failed to pull image "not/ours:1"\n',
  });

  const mustGather = (): Files => {
    const root =
      "must-gather.local.5421342344627712289/quay-io-openshift-release-dev-ocp-v4-0-art-dev-sha256-00";
    const of = `${root}/namespaces/platform-78-q`;
    const blank = Buffer.from("117 bytes long").toString("base64");
    const secret = {
      metadata: { name: "regcred", namespace: "platform-78-q", uid: "s" },
      type: "kubernetes.io/dockerconfigjson",
      data: { ".dockerconfigjson": blank },
    };
    const [pod] = items(recorded("final-pod.json"));
    return {
      "must-gather.local.5421342344627712289/event-filter.html":
        "<html><body>Failed to pull image</body></html>",
      "must-gather.local.5421342344627712289/timestamp": "2026-11-21 20:46:10.1 +0000 UTC m=+0.07\n",
      [`${root}/version`]: "v4.16.0\n",
      [`${root}/cluster-scoped-resources/core/nodes/node-1.yaml`]: `---\n${stringify(recorded("node.json"))}`,
      [`${of}/platform-78-q.yaml`]:
        "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: platform-78-q\n",
      [`${of}/core/pods.yaml`]: `---\n${stringify(listOf("PodList", items(recorded("final-pod.json"))))}`,
      [`${of}/core/events.yaml`]: `---\n${stringify(listOf("EventList", items(recorded("final-events.json"))))}`,
      [`${of}/core/secrets.yaml`]: `---\n${stringify(listOf("SecretList", [secret]))}`,
      [`${of}/apps/deployments.yaml`]: `---\n${stringify(recorded("deployments.json"))}`,
      [`${of}/apps/replicasets.yaml`]: `---\n${stringify(recorded("replicasets.json"))}`,
      [`${of}/pods/${failing}/${failing}.yaml`]: `---\n${stringify(pod)}`,
      [`${of}/pods/frontend-dcf9b8d6-d7jwt/frontend/frontend/logs/current.log`]:
        '2026-11-21T20:46:00.1Z E1121 19:44:46.291348   1 a.go:1] Failed to pull image "not/ours:1"\n',
    };
  };

  const supportBundle = (): Files => {
    const of = "support-bundle-2026-11-21T20_46_10/cluster-resources";
    return {
      "support-bundle-2026-11-21T20_46_10/version.yaml":
        "apiVersion: troubleshoot.sh/v1beta2\nkind: SupportBundle\n",
      "support-bundle-2026-11-21T20_46_10/analysis.json": '[{"name":"x","labels":{}}]',
      [`${of}/nodes.json`]: json(listOf("NodeList", items(recorded("node.json")))),
      [`${of}/pods/platform-78-q.json`]: json(listOf("PodList", items(recorded("final-pod.json")))),
      // Older versions write bare arrays, and objects without their kind.
      [`${of}/events/platform-78-q.json`]: json(items(recorded("final-events.json"))),
      [`${of}/deployments/platform-78-q.json`]: json(
        listOf("DeploymentList", items(recorded("deployments.json"))),
      ),
      [`${of}/replicasets/platform-78-q.json`]: json(
        listOf("ReplicaSetList", items(recorded("replicasets.json"))),
      ),
      [`${of}/image-pull-secrets/platform-78-q/regcred.json`]: '{"registry.acme.example":"robot"}',
      [`${of}/pods-errors.json`]: "null",
      [`${of}/pods/logs/platform-78-q/frontend-dcf9b8d6-d7jwt/frontend.log`]:
        'E1121 19:44:46.291348   1 a.go:1] Failed to pull image "not/ours:1"\n',
    };
  };

  test.each([
    ["kubectl cluster-info dump", dump],
    ["must-gather", mustGather],
    ["Troubleshoot.sh", supportBundle],
  ])("%s, as a folder and as .tar.gz", async (_name, files) => {
    const folder = await read(files());
    const archive = await read({ "bundle.tar.gz": await tarGzOf(files()) }, ["bundle.tar.gz"]);
    for (const snapshot of [folder, archive]) {
      expectRollout(snapshot);
      expect(snapshot.nodes).toHaveLength(1);
      // What a program in the cluster logged is not heard.
      expect(snapshot.messages).toEqual([]);
      expect(snapshot.unread.filter(({ isMinor }) => !isMinor)).toEqual([]);
    }
    expect(archive.from).toBe("archive bundle.tar.gz");
  });

  test("cluster-info dump on stdout, with the logs between its lists", async () => {
    const snapshot = await read({}, ["-"], kubectlSays("cluster-info-dump", "1.35"));
    expect(snapshot.pods.map(({ name }) => name)).toEqual(["web"]);
    expect(snapshot.nodes).toHaveLength(1);
    expect(snapshot.messages).toEqual([]);
    expect(snapshot.unread).toEqual([]);
  });

  test("secrets of must-gather are there, with values that are not shown", async () => {
    const snapshot = await read(mustGather());
    expect(snapshot.secrets).toMatchObject([{ name: "regcred", entries: [], trouble: { is: "not-shown" } }]);
    expect(snapshot.complete).toContainEqual({ what: "secrets", namespace: "platform-78-q" });
  });
});

describe("recordings", () => {
  test("the answers beside a recording are never opened", async () => {
    const poison = "\u0000poison";
    const keys = ["case.yaml", "INDEX.tsv", "actions.jsonl", "registry-requests.jsonl"];
    const opened: string[] = [];
    const folder = folderOf({
      "pod.json": json(items(recorded("final-pod.json"))[0]),
      ...Object.fromEntries(
        keys.flatMap((key) => [
          [key, poison],
          [`deep/${key}`, poison],
        ]),
      ),
    });
    const world = {
      cwd: folder,
      readStdin: () => bytesOf(""),
      now,
      progress: (text: string) => opened.push(text),
    };
    const snapshot = await readFiles(["."], world);
    expect(opened).toEqual([expect.stringMatching(/^reading pulldoctor-files-\w+\/pod\.json$/)]);
    expect(snapshot.unread).toEqual([]);
    // Named one by one they are refused as well: the report would be worth nothing.
    await expect(readFiles(["case.yaml"], world)).rejects.toMatchObject({ code: "files-without-evidence" });
  });

  test("a whole recording proves its namespace complete; a part of one does not", async () => {
    const whole = await readFiles([recording ?? ""], { cwd: "/", readStdin: () => bytesOf(""), now });
    expect(whole.complete).toContainEqual({ what: "secrets", namespace: "platform-78-q" });
    const part = await read({ "final-pod.json": json(recorded("final-pod.json")) });
    expect(part.complete).toEqual([]);
  });
});
