// What kubectl prints, and texts with it in them, read into one snapshot.

import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { kubectlSays } from "../../test/kubectl-says/load.js";
import { expectRollout, items, json, listOf, read, recorded } from "../../test/rollout.js";

describe("kubectl get", () => {
  const everything = (): unknown[] =>
    ["final-pod.json", "final-events.json", "deployments.json", "replicasets.json"].flatMap((name) =>
      items(recorded(name)),
    );

  test("-o json of several kinds, on stdin", async () => {
    const snapshot = await read({}, ["-"], json(listOf("List", everything())));
    expectRollout(snapshot);
    expect(snapshot.from).toBe("stdin");
    expect(snapshot.unread).toEqual([]);
  });

  test("-o yaml: a list, and documents one after the other", async () => {
    // The events of the recording leave their kind out, as the API server's lists do.
    const typed = everything().map((one) => ({ kind: "Event", ...(one as object) }));
    expectRollout(await read({ "all.yaml": stringify(listOf("List", typed)) }));
    expectRollout(await read({ "all.yaml": typed.map((one) => stringify(one)).join("---\n") }));
  });

  test.each<[string, (text: string) => Uint8Array | string]>([
    ["with Windows line ends", (text) => text.replaceAll("\n", "\r\n")],
    ["with a byte order mark", (text) => `\ufeff${text}`],
    ["in UTF-16, as PowerShell writes it", (text) => Buffer.from(`\ufeff${text}`, "utf16le")],
    ["in big-endian UTF-16", (text) => Buffer.from(`\ufeff${text}`, "utf16le").swap16()],
  ])("%s", async (_how, written) => {
    expectRollout(await read({ "a.json": written(json(listOf("List", everything()))) }));
    const typed = everything().map((one) => ({ kind: "Event", ...(one as object) }));
    expectRollout(await read({ "a.yaml": written(stringify(listOf("List", typed))) }));
  });

  test("one file for each kind, in a folder and named one by one", async () => {
    const files = {
      "pods.json": json(recorded("final-pod.json")),
      "events.json": json(recorded("final-events.json")),
      "deployments.json": json(recorded("deployments.json")),
      "replicasets.json": json(recorded("replicasets.json")),
    };
    expectRollout(await read(files));
    expectRollout(await read(files, Object.keys(files)));
  });

  test("an empty list is understood and says nothing", async () => {
    const snapshot = await read({ "pods.json": json(listOf("PodList", [])) });
    expect(snapshot).toMatchObject({ pods: [], unread: [] });
  });

  test("a first page says that there is more", async () => {
    const page = { ...listOf("PodList", items(recorded("final-pod.json"))), metadata: { continue: "abc" } };
    const snapshot = await read({ "pods.json": json(page) });
    expect(snapshot.unread).toEqual([
      {
        what: "file",
        name: expect.stringMatching(/\/pods\.json$/),
        why: "is only the first 3 items of a longer list: the API server had more to tell",
        isMinor: false,
      },
    ]);
  });

  test("only a typed list proves that a namespace was read whole", async () => {
    const pods = items(recorded("final-pod.json"));
    expect((await read({ "a.json": json(listOf("List", pods)) })).complete).toEqual([]);
    expect((await read({ "a.json": json(listOf("PodList", pods)) })).complete).toEqual([
      { what: "pods", namespace: "platform-78-q" },
    ]);
  });
});

describe("texts", () => {
  test("describe, with the namespace that each object has", async () => {
    const snapshot = await read({ "d.txt": kubectlSays("odd", "1.29") });
    expect(snapshot.pods.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(["odd/odd"]);
    expect(snapshot.serviceAccounts.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
      "odd/builder",
    ]);
    // kubectl 1.29 leaves out the namespace of a DaemonSet.
    expect(snapshot.workloads.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual(["odd/agent"]);
  });

  test("a table of events beside the objects does not tell everything twice", async () => {
    const table =
      "LAST SEEN   TYPE      REASON   OBJECT        MESSAGE\n13s         Warning   Failed   pod/web-0     Error: ErrImagePull";
    const event = {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name: "web-0.1", namespace: "shop" },
      involvedObject: { kind: "Pod", namespace: "shop", name: "web-0" },
      type: "Warning",
      reason: "Failed",
      message: "Error: ErrImagePull",
    };
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "web-0", namespace: "shop", uid: "u" } };
    const snapshot = await read({ "e.txt": table, "e.json": json([event, pod]) });
    expect(snapshot.events).toHaveLength(1);
  });

  test("recorded tables carry the time at which each was printed", async () => {
    const text = [
      "# +0.9s 2026-11-21T19:44:46.900Z",
      "NAME       READY   STATUS         RESTARTS   AGE",
      "frontend   0/1     ErrImagePull   0          1s",
      "# +110.0s kubectl get pods -o wide",
      "NAME       READY   STATUS             RESTARTS   AGE    IP             NODE",
      "frontend   0/1     ImagePullBackOff   0          111s   198.18.0.233   node-1",
    ];
    const snapshot = await read({ "get-pods.txt": text.join("\n") });
    expect(snapshot.at).toEqual(new Date("2026-11-21T19:46:36Z"));
    expect(snapshot.pods).toMatchObject([{ node: "node-1", createdAt: new Date("2026-11-21T19:44:45Z") }]);
  });

  test("a terminal session: tables, JSON and YAML below the commands that printed them", async () => {
    const [pod] = items(recorded("final-pod.json"));
    const session = (document: string): string =>
      [
        "$ kubectl get pods -n platform-78-q",
        "NAME   READY   STATUS             RESTARTS   AGE",
        "db-0   0/1     ImagePullBackOff   0          5m",
        "",
        "$ kubectl get pod x -n platform-78-q -o something",
        document,
        "$ kubectl describe pod web -n shop-76-q",
        kubectlSays("pod", "1.35"),
      ].join("\n");
    for (const document of [json(pod), stringify(pod)]) {
      const snapshot = await read({ "session.txt": session(document) }, ["session.txt"]);
      const names = snapshot.pods.map(({ namespace, name }) => `${namespace}/${name}`).sort();
      expect(names).toEqual([
        "platform-78-q/db-0",
        expect.stringMatching(/^platform-78-q\/frontend-/),
        "shop-76-q/web",
      ]);
      expect(snapshot.unread).toEqual([]);
    }
  });

  test("YAML between the fences of a ticket", async () => {
    const [pod] = items(recorded("final-pod.json"));
    const ticket = `It does not start:\n\n\`\`\`yaml\n${stringify(pod)}\`\`\`\n\nWhat can we do?\n`;
    expect((await read({ "ticket.md": ticket }, ["ticket.md"])).pods).toHaveLength(1);
  });

  test("a bare message, in a file that was named or on stdin", async () => {
    const message = 'Failed to pull image "ghcr.io/acme/api:1": not found';
    expect((await read({ "m.txt": message }, ["m.txt"])).messages).toMatchObject([
      { text: message, where: "m.txt" },
    ]);
    expect((await read({}, ["-"], message)).messages).toMatchObject([{ text: message, where: "stdin" }]);
  });

  test("in a folder, prose that mentions images is no message", async () => {
    const pod = items(recorded("final-pod.json"))[0];
    const snapshot = await read({ "README.md": "How to pull the image", "pod.json": json(pod) });
    expect(snapshot.messages).toEqual([]);
    expect(snapshot.unread).toMatchObject([{ name: expect.stringMatching(/\/README\.md$/), isMinor: true }]);
  });

  test("an error that kubectl printed in a table's place is told", async () => {
    const error = 'Error from server (Forbidden): pods is forbidden: User "dev" cannot list resource "pods"';
    const snapshot = await read({
      "pods.txt": error,
      "pod.json": json(items(recorded("final-pod.json"))[0]),
    });
    expect(snapshot.unread).toMatchObject([
      { name: expect.stringMatching(/\/pods\.txt$/), why: `holds an error of kubectl: ${error}` },
    ]);
  });
});
