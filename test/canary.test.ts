// A password and a token are planted wherever secrets can be, and looked for in everything that
// the program can print. They must be nowhere, in no spelling.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { readFiles } from "../src/files/read.js";
import { type Ran, runCli } from "./cli-run.js";
import { folderOf, tarGzOf } from "./folder.js";

const password = "cAnArY-p4ss\"w0rd'%/+é";
const token = "canary-t0ken-0123456789abcdef";
const image = "registry.example.com/shop/cart:1.0";

const folder = mkdtempSync(join(tmpdir(), "pulldoctor-canary-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const base64 = (text: string): string => Buffer.from(text).toString("base64");

const auths = {
  "registry.example.com": { username: "robot", password, auth: base64(`robot:${password}`) },
  "other.example.com": { identitytoken: token, registrytoken: token },
  "third.example.com": { auth: base64(`robot:${token}`) },
};

/** One secret in every state that is told apart, all holding the canaries. */
const secrets: Readonly<Record<string, object>> = {
  good: dockerConfig(JSON.stringify({ auths })),
  "wrong-host": dockerConfig(
    JSON.stringify({ auths: { "elsewhere.example.com": auths["third.example.com"] } }),
  ),
  malformed: dockerConfig(JSON.stringify({ auths }).slice(0, -1)),
  "not-json": dockerConfig(`${password} ${token}`),
  "auth-not-base64": dockerConfig(
    JSON.stringify({ auths: { "registry.example.com": { auth: `${token}!!` } } }),
  ),
  "auth-no-colon": dockerConfig(
    JSON.stringify({ auths: { "registry.example.com": { auth: base64(token) } } }),
  ),
  twice: dockerConfig(base64(JSON.stringify({ auths }))),
  command: dockerConfig(
    JSON.stringify({ auths: { "registry.example.com": { username: "AWS", password: `$(echo ${token})` } } }),
  ),
  spaced: dockerConfig(
    JSON.stringify({ auths: { "registry.example.com": { username: "robot", password: `${token}\n` } } }),
  ),
  "no-auths": dockerConfig(JSON.stringify(auths)),
  cfg: { type: "kubernetes.io/dockercfg", data: { ".dockercfg": base64(JSON.stringify(auths)) } },
  opaque: {
    type: "Opaque",
    data: { ".dockerconfigjson": base64(JSON.stringify({ auths })), password: base64(token) },
  },
  "wrong-key": {
    type: "kubernetes.io/dockerconfigjson",
    data: { "config.json": base64(JSON.stringify({ auths })) },
  },
  plain: {
    type: "kubernetes.io/dockerconfigjson",
    stringData: { ".dockerconfigjson": JSON.stringify({ auths }) },
  },
};

function dockerConfig(text: string): object {
  return { type: "kubernetes.io/dockerconfigjson", data: { ".dockerconfigjson": base64(text) } };
}

const spellings = [password, token].flatMap((value) => [
  value,
  base64(value),
  base64(`robot:${value}`),
  encodeURIComponent(value),
  JSON.stringify(value).slice(1, -1),
  value.slice(0, 10),
]);

function expectNoCanary(text: string): void {
  expect(spellings.filter((spelling) => text.includes(spelling))).toEqual([]);
  // The encoded whole begins like this; no part of it may be quoted either.
  expect(text).not.toContain(base64('{"auths":').slice(0, 11));
}

function objectsWith(name: string, secret: object): readonly object[] {
  const state = { waiting: { reason: "ImagePullBackOff", message: `Back-off pulling image "${image}"` } };
  const lastApplied = JSON.stringify({ kind: "Secret", ...secret });
  return [
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: {
        namespace: "shop",
        name,
        uid: "s",
        annotations: { "kubectl.kubernetes.io/last-applied-configuration": lastApplied },
      },
      ...secret,
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace: "shop", name: "cart-0", uid: "p", creationTimestamp: "2026-11-24T10:00:00Z" },
      spec: {
        nodeName: "node-a",
        serviceAccountName: "default",
        imagePullSecrets: [{ name }],
        containers: [{ name: "app", image, env: [{ name: "PASSWORD", value: password }] }],
      },
      status: {
        phase: "Pending",
        containerStatuses: [{ name: "app", image, imageID: "", ready: false, restartCount: 0, state }],
      },
    },
    {
      apiVersion: "v1",
      kind: "Event",
      metadata: { namespace: "shop", name: "cart-0.1", uid: "e" },
      involvedObject: { kind: "Pod", namespace: "shop", name: "cart-0", uid: "p" },
      type: "Warning",
      reason: "Failed",
      message: `Failed to pull image "${image}": rpc error: code = Unknown desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`,
      count: 3,
      firstTimestamp: "2026-11-24T10:00:05Z",
      lastTimestamp: "2026-11-24T10:05:05Z",
      source: { component: "kubelet", host: "node-a" },
    },
  ];
}

function written(name: string, secret: object): string {
  const path = join(folder, `${name}.json`);
  writeFileSync(path, JSON.stringify({ apiVersion: "v1", kind: "List", items: objectsWith(name, secret) }));
  return path;
}

describe("diagnose shows no credential", () => {
  const states = Object.keys(secrets);
  const formats = ["text", "json", "yaml", "markdown", "name"];

  test.each(states.flatMap((state) => formats.map((format) => ({ state, format }))))(
    "$state as $format",
    async ({ state, format }) => {
      const path = written(state, secrets[state] ?? {});
      const ran = await runCli(["diagnose", "-f", path, "-o", format], { env: { PULLDOCTOR_DEBUG: "1" } });
      // The pod fails in every state: a diagnosis was made, and the secret was read for it.
      expect([1, 3]).toContain(ran.code);
      expect(ran.out).toContain("cart-0");
      expectNoCanary(ran.out + ran.err);
    },
  );

  test.each(states)("nor does the snapshot of %s, printed or inspected to its depth", async (state) => {
    const world = { cwd: folder, readStdin: nothing, now: new Date("2026-11-24T12:00:00Z") };
    const snapshot = await readFiles([written(state, secrets[state] ?? {})], world);
    expect(snapshot.secrets.map(({ name }) => name)).toEqual([state]);
    expectNoCanary(JSON.stringify(snapshot));
    expectNoCanary(inspect(snapshot, { depth: null, showHidden: true, maxStringLength: null }));
  });

  test.each(["text", "json", "markdown"])("nor in other forms of a file, as %s", async (format) => {
    const objects = objectsWith("good", secrets.good ?? {});
    const yaml = objects.map((object) => stringify(object)).join("---\n");
    const described = [
      "Name:         cart-0",
      "Namespace:    shop",
      "Containers:",
      "  app:",
      `    Image:          ${image}`,
      "    State:          Waiting",
      "      Reason:       ImagePullBackOff",
      "    Environment:",
      `      PASSWORD:  ${password}`,
      `      TOKEN:     ${token}`,
      "Events:         <none>",
    ].join("\n");
    const files = {
      "all.yaml": yaml,
      "session.txt": `$ kubectl get secret good -o yaml\n${yaml}`,
      "ticket.md": `see:\n\`\`\`\n${JSON.stringify(objects, null, 2)}\n\`\`\``,
      "describe.txt": described,
      "watch.jsonl": objects.map((object) => JSON.stringify({ type: "ADDED", object })).join("\n"),
    };
    const bundle = await tarGzOf(files);
    const inputs = [...Object.keys(files), "bundle.tar.gz", "."];
    const cwd = folderOf({ ...files, "bundle.tar.gz": bundle });
    for (const input of inputs) {
      const ran = await runCli(["diagnose", "-f", input, "-o", format], { cwd });
      expect([1, 3], `${input}: ${ran.err}`).toContain(ran.code);
      expect(ran.out).toContain("cart-0");
      expectNoCanary(ran.out + ran.err);
    }
  });

  test("nor where two files of one secret disagree", async () => {
    const [first] = objectsWith("good", secrets.good ?? {});
    const [second, pod] = objectsWith("good", secrets.spaced ?? {});
    const cwd = folderOf({ "a.json": JSON.stringify(first), "b.json": JSON.stringify([second, pod]) });
    const ran = await runCli(["diagnose", "-f", "."], { cwd });
    expect([1, 3]).toContain(ran.code);
    expectNoCanary(ran.out + ran.err);
  });

  test("nor in a report of a bug", async () => {
    const { showBug } = await import("../src/cli/errors.js");
    const error = new Error(`cannot read ${token}`);
    error.stack = `Error: ${password} ${token}\n    at read (/home/me/${token}/src/files/read.ts:1:1)`;
    let said = "";
    const io = {
      err: (text: string) => {
        said += text;
      },
      env: {},
      now: () => new Date(0),
    };
    showBug(error, "diagnose", io as unknown as Parameters<typeof showBug>[2]);
    const path = /report without your data is in (\S+);/.exec(said)?.[1] ?? "";
    expectNoCanary(said + readFileSync(path, "utf8"));
    rmSync(dirname(path), { recursive: true });
  });

  test("nor a file that breaks off inside of a secret", async () => {
    const whole = JSON.stringify(objectsWith("good", secrets.good ?? {})[0]);
    for (const cut of [0.3, 0.6, 0.9]) {
      const path = join(folder, "cut.json");
      writeFileSync(path, whole.slice(0, Math.floor(whole.length * cut)));
      const ran = await runCli(["diagnose", "-f", path], { env: { PULLDOCTOR_DEBUG: "1" } });
      expect(ran.code).toBe(2);
      expectNoCanary(ran.out + ran.err);
    }
  });

  test("nor YAML that does not parse near a secret", async () => {
    const path = join(folder, "broken.yaml");
    writeFileSync(
      path,
      `apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData:\n  password: "${token}\n   : [\n`,
    );
    const ran = await runCli(["diagnose", "-f", path], { env: { PULLDOCTOR_DEBUG: "1" } });
    expect(ran.code).toBe(2);
    expectNoCanary(ran.out + ran.err);
  });
});

describe("a login shows no credential", () => {
  const user = { token, username: "robot", password };

  test("when the API server refuses it", async () => {
    const ran = await answered(401, {
      kind: "Status",
      status: "Failure",
      reason: "Unauthorized",
      code: 401,
      message: "Unauthorized",
    });
    expect(ran.code).toBe(2);
    expectNoCanary(ran.out + ran.err);
  });

  test("when the API server repeats it", async () => {
    const ran = await answered(403, { kind: "Status", message: `token ${token} is not allowed`, code: 403 });
    expect(ran.code).toBe(2);
    expectNoCanary(ran.out + ran.err);
  });

  test("when the API server repeats the password of a basic login", async () => {
    const login = base64(`robot:${password}`);
    const body = { kind: "Status", message: `robot:${password} (${login}) is wrong`, code: 401 };
    const ran = await answered(401, body, { username: "robot", password });
    expect(ran.code).toBe(2);
    expectNoCanary(ran.out + ran.err);
  });

  test("when nobody listens", async () => {
    const ran = await asked("http://127.0.0.1:1");
    expect(ran.code).toBe(2);
    expectNoCanary(ran.out + ran.err);
  });

  test("when the kubeconfig cannot be parsed", async () => {
    const path = join(folder, "config");
    writeFileSync(
      path,
      `apiVersion: v1\nkind: Config\nusers:\n- name: me\n  user: {token: "${token}\n  password: ${token}`,
    );
    const ran = await runCli(["diagnose", "--probe=off", "--kubeconfig", path], {
      env: { PULLDOCTOR_DEBUG: "1" },
    });
    expect(ran.code).toBe(2);
    expectNoCanary(ran.out + ran.err);
  });

  async function answered(status: number, body: object, as: object = user): Promise<Ran> {
    const server = createServer((_request, response) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    try {
      return await asked(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, as);
    } finally {
      server.close();
    }
  }

  function asked(server: string, as: object = user): Promise<Ran> {
    const path = join(folder, "config");
    const config = {
      apiVersion: "v1",
      kind: "Config",
      "current-context": "here",
      clusters: [{ name: "here", cluster: { server } }],
      users: [{ name: "me", user: as }],
      contexts: [{ name: "here", context: { cluster: "here", user: "me" } }],
    };
    writeFileSync(path, JSON.stringify(config));
    return runCli(["diagnose", "--probe=off", "--kubeconfig", path], { env: { PULLDOCTOR_DEBUG: "1" } });
  }
});

test("explain does not decode what a message quotes", async () => {
  const quoted = base64(JSON.stringify({ auths }));
  const message = `Failed to pull image "${image}": unable to retrieve some image pull secrets (${quoted.slice(0, 8)}); attempting to pull the image may not succeed.`;
  const ran = await runCli(["explain", message, "-o", "json"]);
  expect(spellings.filter((spelling) => (ran.out + ran.err).includes(spelling))).toEqual([]);
});

async function* nothing(): AsyncGenerator<Uint8Array> {}
