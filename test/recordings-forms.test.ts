// The recordings once more, handed over in other forms: as YAML, as an archive, and only one file of
// each. What is missing may make an answer poorer, and never wrong.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { parseAllDocuments, stringify } from "yaml";
import { diagnose } from "../src/diagnose/diagnose.js";
import { readFiles } from "../src/files/read.js";
import type { Finding, Report } from "../src/model/report.js";
import { type Files, folderOf, tarGzOf } from "./folder.js";
import { eventsTable } from "./recordings/events-table.js";
import { type Answer, cases, type RecordedCase } from "./recordings/load.js";

async function* noStdin(): AsyncGenerator<Uint8Array> {}

async function reportOn(files: Files, input = "."): Promise<Report> {
  const world = { cwd: folderOf(files), readStdin: noStdin, now: new Date("2026-11-24T00:00:00Z") };
  return diagnose(await readFiles([input], world));
}

async function filesOf(recorded: RecordedCase): Promise<Record<string, string>> {
  const folder = await recorded.folder();
  return Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "utf8")]),
  );
}

const asYaml = (files: Readonly<Record<string, string>>): Files =>
  Object.fromEntries(
    Object.entries(files).map(([name, text]) =>
      name.endsWith(".json") ? [name.replace(/json$/, "yaml"), stringify(JSON.parse(text))] : [name, text],
    ),
  );

const asJson = (text: string): string =>
  JSON.stringify(parseAllDocuments(text).map((document) => document.toJS()));

/** Cause, parent, verdict and end of each finding: what must not depend on the form. */
const gist = ({ findings }: Report) =>
  findings.map(({ cause, parent, verdict, endedAt }) => ({
    cause,
    parent,
    verdict,
    hasEnded: endedAt !== undefined,
  }));

describe("the whole recording in another form says the same", () => {
  // Every fifth is enough to see a form that is read differently.
  test.each(cases().filter((_, at) => at % 5 === 0))("$id", async (recorded) => {
    const files = await filesOf(recorded);
    const plain = gist(await reportOn(files));
    expect(gist(await reportOn(asYaml(files))), "as YAML").toEqual(plain);
    expect(gist(await reportOn({ "a.tar.gz": await tarGzOf(files) }, "a.tar.gz")), "as .tar.gz").toEqual(
      plain,
    );
    const deep = Object.entries(files).map(([name, text]) => [`case/here/${name}`, text] as const);
    expect(gist(await reportOn(Object.fromEntries(deep))), "deeper in").toEqual(plain);
    const { "secret.yaml": secret, ...others } = files;
    if (secret === undefined) return;
    expect(gist(await reportOn({ ...others, "secret.json": asJson(secret) })), "secrets as JSON").toEqual(
      plain,
    );
  });
});

/** One file of the recording, by the name that people give it. */
const forms: Readonly<Record<string, (files: Readonly<Record<string, string>>) => Files>> = {
  "kubectl get pod -o json": (files) => ({ "pod.json": files["final-pod.json"] ?? "" }),
  "kubectl get events -o json": (files) => ({ "events.json": files["final-events.json"] ?? "" }),
  "kubectl describe pod": (files) => ({ "describe.txt": files["describe.txt"] ?? "" }),
  "kubectl get events": (files) => ({
    "events.txt": eventsTable(JSON.parse(files["final-events.json"] ?? "")),
  }),
  "kubectl describe pod in a terminal of 80 columns": (files) => ({
    "d.txt": wrapped(files["describe.txt"] ?? ""),
  }),
  "kubectl get pods": (files) => ({ "pods.txt": files["get-pods.txt"] ?? "" }),
  "kubectl get pods -w -o json": (files) => ({ "pods.jsonl": files["pod.timeline.jsonl"] ?? "" }),
  "kubectl get events -w -o json": (files) => ({ "events.jsonl": files["events.timeline.jsonl"] ?? "" }),
  "the kubelet's log": (files) => ({ "kubelet.log": files["kubelet.log"] ?? "" }),
  "containerd's log": (files) => ({ "containerd.log": files["containerd.log"] ?? "" }),
};

/** As a terminal breaks long lines, and as they come out of it when copied. */
const wrapped = (text: string): string =>
  text
    .split("\n")
    .flatMap((line) => line.match(/.{1,80}/g) ?? [""])
    .join("\n");

/** Of 136: how many tell the stated cause or its refinement from this one file alone. */
const floors: Readonly<Record<string, number>> = {
  "kubectl get pod -o json": 78,
  "kubectl get events -o json": 107,
  "kubectl describe pod": 112,
  "kubectl get events": 107,
  "kubectl describe pod in a terminal of 80 columns": 112,
  "kubectl get pods": 14,
  "kubectl get pods -w -o json": 112,
  "kubectl get events -w -o json": 107,
  "the kubelet's log": 102,
  "containerd's log": 93,
};

describe.each(Object.keys(forms))("%s alone", (form) => {
  let right = 0;

  test.each(cases())("$id", async (recorded) => {
    const all = await filesOf(recorded);
    const files = forms[form]?.(all) ?? {};
    if (Object.values(files).every((text) => text === "")) return;
    const { answer } = recorded;
    const isLog = "kubelet.log" in files || "containerd.log" in files;
    // A node's log tells of a failure without the success that followed, and of other pods as well.
    if (isLog && answer.cause === "none") return;
    const isOwn = ({ image }: Finding): boolean =>
      !isLog || (all["final-pod.json"] ?? "").includes(`"${image.replace(/^docker\.io\/(library\/)?/, "")}`);
    const report = await reportOn(files);
    for (const finding of report.findings.filter(isOwn))
      expect(whyDishonest(finding, answer)).toBeUndefined();
    if (
      answer.cause === "none"
        ? report.findings.length === 0
        : report.findings.some((one) => isRight(one, answer))
    )
      right++;
  });

  afterAll(() => {
    expect(right).toBeGreaterThanOrEqual(floors[form] ?? 0);
  });
});

const isRight = ({ cause, parent, verdict }: Finding, answer: Answer): boolean =>
  (cause === answer.cause || parent === answer.cause) && verdict !== "unknown";

/** Causes whose names begin so need the secret itself; without it the broader one is as far as it goes. */
const isAboutSecrets = (cause: string): boolean => cause.startsWith("secret-") || cause === "matrix";
const broader: ReadonlySet<string> = new Set([
  "credentials-missing",
  "credentials-rejected",
  "access-denied",
  "secret-malformed",
]);

/** Undefined for what is right, for what leaves the right one open, and for what claims nothing. */
function whyDishonest(finding: Finding, answer: Answer): string | undefined {
  const { cause, verdict, open } = finding;
  if (verdict === "unknown" || isRight(finding, answer)) return undefined;
  if (answer.cause === "matrix") return broader.has(cause) ? undefined : `${cause} (${verdict})`;
  if (verdict === "confirmed") return `${cause} is confirmed, and it is ${answer.cause}`;
  const possible = new Set([...open.map((one) => one.cause), ...(answer.alsoPlausible ?? [])]);
  const isHonest =
    possible.has(answer.cause) ||
    answer.alsoPlausible?.includes(cause) === true ||
    (isAboutSecrets(answer.cause) && broader.has(cause));
  return isHonest ? undefined : `${cause} is likely with ${[...possible]} open, and it is ${answer.cause}`;
}
