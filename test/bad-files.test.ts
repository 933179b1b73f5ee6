// Files that are missing, cut, broken, hostile or at odds with each other: the words that the user
// reads for each, through the command itself.

import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { type Ran, runCli } from "./cli-run.js";
import { type Files, folderOf, tarGzOf } from "./folder.js";
import { cases } from "./recordings/load.js";

/** The pod and the events of a recording whose tag does not exist. */
async function recorded(name: string): Promise<string> {
  const folder = await cases()
    .find(({ id }) => id === "tag-not-found-registry")
    ?.folder();
  return readFileSync(join(folder ?? "", name), "utf8");
}

const pod = await recorded("final-pod.json");
const parsedPod = JSON.parse(pod);

const diagnose = (cwd: string, ...inputs: string[]): Promise<Ran> =>
  runCli(["diagnose", ...inputs.flatMap((input) => ["-f", input])], { cwd });

const diagnosed = (files: Files, ...inputs: string[]): Promise<Ran> => diagnose(folderOf(files), ...inputs);

/** The block about what could not be read, as it stands on the screen. */
const notRead = (out: string): string =>
  /^(?:not read|about what was read)\n(?: .*\n)+/m.exec(out)?.[0] ?? "";

const advice = "  do   give kubectl's -o json or describe output, a dump, or the message itself\n";

function expectRefused(ran: Ran, what: string, why: string | RegExp, todo = advice): void {
  const [first, second = "", ...rest] = ran.err.split("\n");
  expect(first).toBe(`✗ ${what}`);
  if (typeof why === "string") expect(second).toBe(`  why  ${why}`);
  else expect(second.replace(/^ {2}why {2}/, "")).toMatch(why);
  expect(rest.join("\n")).toBe(todo);
  expect(ran.out).toBe("");
  expect(ran.code).toBe(2);
}

/** A diagnosis was made in spite of everything. */
function expectTold(ran: Ran): void {
  expect(ran.err).toBe("");
  expect(ran.out).toContain("tag-not-found");
  expect(ran.code).toBe(1);
}

describe("nothing to read", () => {
  test("a manifest tells nothing of a pull", async () => {
    const { name, namespace } = parsedPod.metadata;
    const manifest = { kind: "Pod", apiVersion: "v1", metadata: { name, namespace }, spec: parsedPod.spec };
    const ran = await diagnosed({ "pod.yaml": stringify(manifest) }, "pod.yaml");
    expect(ran.out).toBe(
      "? no failing pull was seen, and not everything could be read\n\nnot read\n" +
        "  ! file pod.yaml: holds manifests alone: nothing in it tells how a pull went\n\n1 pod looked at\n",
    );
    expect(ran.code).toBe(3);
  });

  test("a recording's answers, named by themselves", async () => {
    expectRefused(
      await diagnosed({ "case.yaml": pod }, "case.yaml"),
      "nothing in case.yaml can be used",
      "it has the name of a recording's answers, which are never read",
    );
  });

  test("a file that does not exist", async () => {
    expectRefused(
      await diagnosed({}, "missing.json"),
      "cannot read missing.json",
      "it does not exist",
      "  do   name a file, a folder or an archive that exists, or - for stdin\n",
    );
  });

  test("an empty folder", async () => {
    const folder = folderOf({});
    mkdirSync(join(folder, "dump"));
    expectRefused(await diagnose(folder, "dump"), "nothing in dump can be used", "there is no file in it");
  });

  test("an empty file, and nothing on stdin", async () => {
    expectRefused(
      await diagnosed({ "a.json": "" }, "a.json"),
      "nothing in a.json can be used",
      "it is empty",
    );
    expectRefused(await diagnosed({}, "-"), "nothing in stdin can be used", "it is empty");
  });

  test("a folder without anything useful", async () => {
    expectRefused(
      await diagnosed({ "d/a.txt": "hello", "d/b.md": "# hello", "d/c.bin": "\u0000" }, "d"),
      "nothing in d can be used",
      "d/a.txt holds no objects, no describe text, no table, no log and no message about a pull; 2 more files are of no use either",
    );
  });

  test("a binary file, and archives of other kinds", async () => {
    const program = Buffer.concat([Buffer.from("\u007fELF"), Buffer.alloc(200)]);
    expectRefused(
      await diagnosed({ kubectl: program }, "kubectl"),
      "nothing in kubectl can be used",
      "it is a binary file",
    );
    expectRefused(
      await diagnosed({ "a.zip": "PK\u0003\u0004" }, "a.zip"),
      "nothing in a.zip can be used",
      "it is a zip archive; unpack it, or pack it as .tar.gz",
    );
  });

  test("text about something else", async () => {
    expectRefused(
      await diagnosed({ "a.txt": "hello world" }, "a.txt"),
      "nothing in a.txt can be used",
      "it holds no objects, no describe text, no table, no log and no message about a pull",
    );
  });
});

describe("cut", () => {
  test("one object of JSON", async () => {
    expectRefused(
      await diagnosed({ "pod.json": pod.slice(0, 1500) }, "pod.json"),
      "nothing in pod.json can be used",
      /^it ends in the middle of a document \(byte 1500, line \d+\)$/,
    );
  });

  test("a list of JSON and one of YAML: whole items count, and the cut is said", async () => {
    const other = { ...parsedPod, metadata: { ...parsedPod.metadata, name: "other", uid: "other" } };
    const list = structuredClone({ apiVersion: "v1", items: [JSON.parse(pod), other], kind: "List" });
    const json = JSON.stringify(list, null, 1);
    const ofJson = await diagnosed({ "pods.json": json.slice(0, -400) }, "pods.json");
    expectTold(ofJson);
    expect(ofJson.out).not.toContain("other");
    expect(notRead(ofJson.out).replace(/\s+/g, " ")).toMatch(
      /! pods\.json: ends in the middle of a document, after 1 whole item \(byte \d+, line \d+\)/,
    );
    const ofYaml = await diagnosed({ "pods.yaml": stringify(list).slice(0, -400) }, "pods.yaml");
    expectTold(ofYaml);
    expect(notRead(ofYaml.out).replace(/\s+/g, " ")).toMatch(
      /! pods\.yaml: ends in the middle of a list, after 1 whole item \(line \d+\)/,
    );
  });

  test("a .tar.gz", async () => {
    const noise = Buffer.from(Array.from({ length: 200_000 }, (_, at) => 97 + ((at * at * 31) % 23)));
    const packed = await tarGzOf({ "b/pod.json": pod, "b/noise.txt": noise });
    const ran = await diagnosed({ "b.tar.gz": packed.subarray(0, packed.length - 2000) }, "b.tar.gz");
    expectTold(ran);
    expect(notRead(ran.out)).toMatch(
      /b\.tar\.gz.*: ends in the middle: it was cut or is still being written/,
    );
  });
});

describe("made to do harm", () => {
  test("a gzip bomb beside a good file", async () => {
    const bomb = gzipSync(Buffer.alloc(80 << 20, "{"), { level: 9 });
    const ran = await diagnosed({ "d/pod.json": pod, "d/bomb.gz": bomb }, "d");
    expectTold(ran);
    expect(notRead(ran.out).replace(/\s+/g, " ")).toMatch(
      /! d\/bomb\.gz: (?:is nested more than 500 levels deep|unpacks to more than 200 times its size, as a gzip bomb does)/,
    );
  });

  test("archives in archives in archives", async () => {
    let packed = await tarGzOf({ "pod.json": pod });
    for (let depth = 0; depth < 4; depth++) packed = await tarGzOf({ [`level-${depth}.tar.gz`]: packed });
    expectRefused(
      await diagnosed({ "b.tar.gz": packed }, "b.tar.gz"),
      "nothing in b.tar.gz can be used",
      /^b\.tar\.gz: level-3\.tar\.gz lies in 3 other archives$/,
    );
  });

  test("a bomb of YAML aliases", async () => {
    const lines = "abcdefghi".split("").map((name, at, all) => {
      const value =
        at === 0
          ? '"lol"'
          : Array(9)
              .fill(`*${all[at - 1]}`)
              .join(",");
      return `${name}: &${name} [${value}]`;
    });
    expectRefused(
      await diagnosed({ "a.yaml": `kind: Pod\n${lines.join("\n")}\n` }, "a.yaml"),
      "nothing in a.yaml can be used",
      "it repeats parts of itself by alias more than 100 times, as a YAML bomb does (line 1)",
    );
  });

  test("JSON and YAML ten thousand levels deep", async () => {
    const deep = "[".repeat(10_000) + "]".repeat(10_000);
    expectRefused(
      await diagnosed({ "a.json": `{"kind":"Pod","x":${deep}}` }, "a.json"),
      "nothing in a.json can be used",
      /^it is nested more than 500 levels deep \(byte \d+, line 1\)$/,
    );
    expectRefused(
      await diagnosed({ "a.yaml": `kind: Pod\nx: ${deep}\n` }, "a.yaml"),
      "nothing in a.yaml can be used",
      "it is nested more than 100 levels deep (line 1)",
    );
  });

  test("a path in a tar that points outside is a name and nothing more", async () => {
    const folder = folderOf({ "in/b.tar.gz": await tarGzOf({ "../../../../escaped/pod.json": pod }) });
    const ran = await diagnose(folder, "in/b.tar.gz");
    expectTold(ran);
    expect(() => readFileSync(join(folder, "..", "escaped", "pod.json"))).toThrow("ENOENT");
  });

  test("terminal escapes in names and messages are shown, not obeyed", async () => {
    const text = pod.replaceAll("cart-7d9f", "cart-7d9f\\u001b[2J\\u202e\\u0007\\u009b1m");
    const { out, code } = await diagnosed({ "pod.json": text }, "pod.json");
    expect(code).toBe(1);
    expect(out).toContain("cart-7d9f\\e[2J\\u{202e}\\x07\\x9b1m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not come through
    expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });
});

describe("links and rights", () => {
  test("links that lead back, to themselves and to nothing", async () => {
    const folder = folderOf({ "d/pod.json": pod, "d/a/x.txt": "hello" });
    symlinkSync("..", join(folder, "d/a/up"));
    symlinkSync("self", join(folder, "d/self"));
    symlinkSync("nowhere", join(folder, "d/gone"));
    const ran = await diagnose(folder, "d");
    expectTold(ran);
    expect(notRead(ran.out)).toBe(
      [
        "not read",
        "  ! d/a/up: is a link to a folder that is read already",
        "  ! d/a/x.txt: holds no objects, no describe text, no table, no log and no",
        "    message about a pull",
        "  ! d/gone: does not exist",
        "  ! d/self: is a link that leads back to itself",
        "",
      ].join("\n"),
    );
  });

  test("a file that may not be read, alone and beside one that may", async () => {
    const folder = folderOf({ "d/pod.json": pod, "d/secret.yaml": "kind: Secret" });
    chmodSync(folder, 0o755);
    chmodSync(join(folder, "d/secret.yaml"), 0o000);
    await asNobody(async () => {
      expectRefused(
        await diagnose(folder, "d/secret.yaml"),
        "nothing in d/secret.yaml can be used",
        "it may not be read: permission denied",
        advice,
      );
      const ran = await diagnose(folder, "d");
      expectTold(ran);
      expect(notRead(ran.out)).toContain("! d/secret.yaml: may not be read: permission denied");
    });
  });
});

/** Root may read everything: then the work is done under another name. */
async function asNobody(work: () => Promise<void>): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  // What the command loads late has to be there before the rights go.
  await diagnosed({ "pod.json": pod, "x.gz": gzipSync(pod) }, ".");
  await diagnosed({}, "missing");
  if (isRoot) process.seteuid?.(65534);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe("at odds", () => {
  const later = {
    ...parsedPod,
    metadata: {
      ...parsedPod.metadata,
      resourceVersion: String(Number(parsedPod.metadata.resourceVersion) + 9),
    },
    status: {
      ...parsedPod.status,
      phase: "Running",
      containerStatuses: parsedPod.status.containerStatuses.map((one: object) => ({
        ...one,
        ready: true,
        imageID: `registry.acme.example/shop/cart@sha256:${"a".repeat(64)}`,
        state: { running: { startedAt: "2026-11-21T20:00:00Z" } },
      })),
    },
  };

  test("the newer of two documents of one pod counts, and it is said", async () => {
    const ran = await diagnosed({ "a.json": pod, "b.json": JSON.stringify(later) }, "b.json", "a.json");
    expect(ran.code).toBe(0);
    expect(notRead(ran.out)).toBe(
      [
        "about what was read",
        "  ! a.json: shows pod platform-03/cart-7d9f as cart waiting: ImagePullBackOff;",
        "    b.json is newer and shows it as cart running, which counts",
        "",
      ].join("\n"),
    );
  });

  test("what many files have in common is one line", async () => {
    const files = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`d/${at}.bin`, "\u0000\u0001"]));
    const ran = await diagnosed({ ...files, "d/pod.json": pod }, "d");
    expectTold(ran);
    expect(notRead(ran.out).split("\n")).toHaveLength(3);
    expect(notRead(ran.out)).toContain("! d/0.bin and 49 more files: is a binary file");
  });
});

describe("values that are blanked out", () => {
  const named = { ...parsedPod, spec: { ...parsedPod.spec, imagePullSecrets: [{ name: "regcred" }] } };
  const denied = JSON.stringify(named).replaceAll(
    /[^"\\]+: not found/g,
    "pulling from host registry.acme.example failed with status code [manifests v2.4.0]: 401 Unauthorized",
  );
  const secret = {
    apiVersion: "v1",
    kind: "SecretList",
    items: [
      {
        metadata: { name: "regcred", namespace: parsedPod.metadata.namespace, uid: "s" },
        type: "kubernetes.io/dockerconfigjson",
        data: { ".dockerconfigjson": "***HIDDEN***" },
      },
    ],
  };

  test("are not shown in this source, and neither missing nor malformed", async () => {
    const ran = await diagnosed({ "d/pod.json": denied, "d/secrets.json": JSON.stringify(secret) }, "d");
    expect(ran.out.replace(/\s+/g, " ")).toContain(
      "the values of secret regcred are not shown in this source",
    );
    expect(ran.out).not.toMatch(/secret-malformed|secret-missing|secret-empty|secret-wrong/);
  });
});

test("a pipe is read, as a shell's <(...) hands it over", async () => {
  const folder = folderOf({});
  const { spawnSync, spawn } = await import("node:child_process");
  expect(spawnSync("mkfifo", [join(folder, "pipe")]).status).toBe(0);
  writeFileSync(join(folder, "pod.json"), pod);
  const writer = spawn("sh", ["-c", "cat pod.json > pipe"], { cwd: folder });
  const ran = await diagnose(folder, "pipe");
  writer.kill();
  expectTold(ran);
});
