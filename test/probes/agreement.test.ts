// What a real containerd reports of the simulated registries, read by the grammar, and what the probe concludes: they agree.
// `UPDATE_AGREEMENT=1 npx vitest run test/probes/agreement.test.ts` writes docs/agreement.md anew.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { conclude, settledByTags } from "../../src/diagnose/conclude.js";
import { parseReference } from "../../src/model/reference.js";
import { registryFamily } from "../../src/model/registry-family.js";
import type { Asker } from "../../src/probes/asker.js";
import { anonymous } from "../../src/registry/credential.js";
import { readMirrors } from "../../src/registry/mirrors/mirrors.js";
import { explainMessage } from "../../src/runtimes/explain.js";
import { openWorld, type World } from "../../src/sim/world/open.js";
import { type Containerd, startContainerd } from "../sim/containerd.js";
import { root } from "../tree.js";
import { ask, askerOf, basic } from "./asking.js";

interface Row {
  readonly is: string;
  readonly image: string;
  readonly login?: readonly [string, string];
  /** Whether the mirrors of the test are configured. */
  readonly hosts?: true;
}

const ecr = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
const rows: readonly Row[] = [
  { is: "an open image", image: "docker.io/library/nginx:1.27" },
  { is: "a tag that is not there", image: "docker.io/library/nginx:9" },
  { is: "a private repository, nobody asks", image: "docker.io/acme/own:v1" },
  { is: "a private repository, its reader asks", image: "docker.io/acme/own:v1", login: ["ci", "right"] },
  { is: "a wrong password, Docker Hub", image: "docker.io/acme/own:v1", login: ["ci", "wrong"] },
  { is: "an ended token, Docker Hub", image: "docker.io/acme/own:v1", login: ["ci", "earlier"] },
  { is: "no repository, a good login, GitHub", image: "ghcr.io/acme/nothere:v1", login: ["ci", "right"] },
  { is: "no right, GitHub", image: "ghcr.io/acme/theirs:v1", login: ["ci", "right"] },
  { is: "nobody asks, GitHub", image: "ghcr.io/acme/own:v1" },
  { is: "an ended password, ECR", image: `${ecr}/acme/own:v1`, login: ["AWS", "earlier"] },
  { is: "no repository, ECR", image: `${ecr}/acme/nothere:v1`, login: ["AWS", "right"] },
  { is: "nobody asks, Quay", image: "quay.io/acme/own:v1" },
  { is: "no right, Harbor", image: "harbor.acme.example/acme/theirs:v1", login: ["ci", "right"] },
  { is: "no artifact, Harbor", image: "harbor.acme.example/acme/own:v9", login: ["ci", "right"] },
  { is: "no right, GitLab", image: "registry.gitlab.com/acme/theirs:v1", login: ["ci", "right"] },
  { is: "nobody asks, Google", image: "europe-docker.pkg.dev/acme/own/api:v1" },
  { is: "nobody asks, htpasswd", image: "htpasswd.acme.example/acme/own:v1" },
  { is: "a wrong password, htpasswd", image: "htpasswd.acme.example/acme/own:v1", login: ["ci", "wrong"] },
  { is: "a 500 for the manifest", image: "f1.acme.example/a/b:v1" },
  { is: "a 503 from the token server", image: "f2.acme.example/a/b:v1" },
  { is: "a 429 for the manifest", image: "f3.acme.example/a/b:v1" },
  { is: "an ended certificate", image: "f4.acme.example/a/b:v1" },
  { is: "a certificate for another name", image: "f5.acme.example/a/b:v1" },
  { is: "a certificate of an unknown CA", image: "f6.acme.example/a/b:v1" },
  { is: "plain http where TLS is asked for", image: "f7.acme.example/a/b:v1" },
  { is: "a layer that is gone", image: "f8.acme.example/a/b:v1" },
  {
    is: "a login page for the manifest",
    image: "f9.acme.example/a/b:v1",
  },
  { is: "a mirror that serves, the registry gone", image: "gone.acme.example/a/b:v1", hosts: true },
  { is: "a mirror without it, the registry with it", image: "f10.acme.example/a/b:v1", hosts: true },
  { is: "a mirror without it, the registry without it", image: "f10.acme.example/a/b:v9", hosts: true },
];

const open = { repositories: { "a/b": ["v1"] } };
const accounts = (user: string) => ({
  [user]: { password: "right", expiredPasswords: ["earlier"] },
  other: "right",
});
const closed = (user: string, more = {}) => ({
  accounts: accounts(user),
  repositories: {
    "acme/own": { private: true, readers: [user], tags: ["v1"] },
    "acme/theirs": { private: true, readers: ["other"], tags: ["v1"] },
  },
  ...more,
});

const folder = mkdtempSync(join(tmpdir(), "pulldoctor-agreement-"));
const certs = join(folder, "certs.d");
const told = new Map<Row, string>();
let world: World;
let containerd: Containerd;
const askers = new Map<boolean, Asker>();

beforeAll(async () => {
  world = await openWorld({
    registries: {
      "docker.io": {
        accounts: accounts("ci"),
        repositories: {
          "library/nginx": ["1.27"],
          "acme/own": { private: true, readers: ["ci"], tags: ["v1"] },
        },
      },
      "ghcr.io": closed("ci"),
      [ecr]: closed("AWS"),
      "quay.io": closed("ci"),
      "harbor.acme.example": closed("ci", { dialect: "harbor" }),
      "registry.gitlab.com": closed("ci"),
      "europe-docker.pkg.dev": {
        accounts: {},
        repositories: { "acme/own/api": { private: true, tags: ["v1"] } },
      },
      "htpasswd.acme.example": closed("ci", { dialect: "htpasswd" }),
      ...Object.fromEntries(
        Array.from({ length: 10 }, (_, at) => [
          `f${at + 1}.acme.example`,
          at === 1 ? { ...open, dialect: "bearer" } : open,
        ]),
      ),
      "mirror.acme.example": open,
      "empty.acme.example": { repositories: {} },
      "gone.acme.example": { repositories: {} },
    },
    faults: [
      { at: "f1.acme.example", stage: "manifest", kind: "status", status: 500 },
      { at: "f2.acme.example", stage: "token", kind: "status", status: 503 },
      { at: "f3.acme.example", stage: "manifest", kind: "rate-limited" },
      { at: "f4.acme.example", stage: "tls", kind: "expired" },
      { at: "f5.acme.example", stage: "tls", kind: "wrong-name" },
      { at: "f6.acme.example", stage: "tls", kind: "untrusted" },
      { at: "f7.acme.example", stage: "connect", kind: "plain-http" },
      { at: "f8.acme.example", stage: "blob", kind: "missing" },
      { at: "f9.acme.example", stage: "manifest", kind: "html-page" },
    ],
  });
  const caFile = join(folder, "ca.pem");
  writeFileSync(caFile, world.network.ca);
  for (const [host, mirror] of [
    ["gone.acme.example", "mirror.acme.example"],
    ["f10.acme.example", "empty.acme.example"],
  ] as const) {
    mkdirSync(join(certs, host), { recursive: true });
    writeFileSync(
      join(certs, host, "hosts.toml"),
      `server = "https://${host}"\n[host."https://${mirror}"]\n`,
    );
  }
  containerd = await startContainerd({ ...world.env(caFile), HOME: folder });
  askers.set(false, askerOf(world));
  askers.set(true, askerOf(world, { mirrors: (isPlain) => readMirrors(certs, isPlain) }));
}, 60_000);
afterAll(async () => {
  await Promise.all([...askers.values()].map((one) => one.close()));
  await containerd.stop();
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

async function concluded({ image, login, hosts }: Row): Promise<readonly string[]> {
  const asker = askers.get(hosts === true) ?? askerOf(world);
  const as = login === undefined ? anonymous : basic(...login);
  const answer = await ask(asker, image, as);
  if (answer.failure === undefined) return ["well"];
  const { registry } = parseReference(image);
  const found = conclude(answer.failure, {
    family: registryFamily(registry),
    ...(answer.dialect === undefined ? {} : { dialect: answer.dialect }),
    isSignedIn: login !== undefined,
    isByDigest: false,
  });
  if (found === undefined) return [answer.failure.why];
  const settled = settledByTags(found, await asker.tags(parseReference(image), as));
  return [settled.cause, ...settled.also];
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");

describe("containerd and the probe", () => {
  test.each(rows)("$is", async (row) => {
    const login = row.login === undefined ? [] : ["--user", row.login.join(":")];
    const hosts = row.hosts === undefined ? [] : ["--hosts-dir", certs];
    const ran = await containerd.ctr(
      "images",
      "pull",
      "--snapshotter",
      "native",
      ...login,
      ...hosts,
      row.image,
    );
    const words =
      ran.err
        .trim()
        .split("\n")
        .filter((line) => line.startsWith("ctr: "))
        .at(-1)
        ?.slice("ctr: ".length) ?? "";
    const reading = explainMessage(words);
    const theirs: readonly string[] = ran.code === 0 ? ["well"] : [reading.cause, ...reading.also];
    const ours = await concluded(row);
    const shown =
      words === ""
        ? "pulled"
        : `\`${cell(words).replaceAll(/current time \S+ is after \S+/g, "current time (now) is after (then)")}\``;
    told.set(row, `| ${row.is} | ${shown} | ${theirs.join(", ")} | ${ours.join(", ")} |`);
    // What one of them leaves open the other may know.
    const agree = theirs.some((cause) => ours.includes(cause));
    expect(agree, `${theirs} beside ${ours}: ${words}`).toBe(true);
  });

  test("docs/agreement.md is this table", () => {
    const page = [
      "<!-- written by test/probes/agreement.test.ts; see there -->",
      "",
      "# containerd and the probe agree",
      "",
      "For each behaviour of the simulated registries: what Debian's containerd (`ctr images pull`) reports, what the grammar reads",
      "in it, and what the probe concludes, the likeliest first. Where several remain, the words do not tell them apart.",
      "",
      "| behaviour | containerd's words | read as | the probe |",
      "|---|---|---|---|",
      ...rows.map((row) => told.get(row) ?? ""),
      "",
    ].join("\n");
    const path = join(root, "docs/agreement.md");
    if (process.env.UPDATE_AGREEMENT !== undefined) writeFileSync(path, page);
    expect(page).toBe(readFileSync(path, "utf8"));
  });
});
