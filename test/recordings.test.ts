// All recordings of a real kubelet, containerd and registry, judged from their cluster-side
// files alone and compared with the answer key. A difference that stays is listed with its reason.

import { afterAll, describe, expect, test } from "vitest";
import { diagnose } from "../src/diagnose/diagnose.js";
import { readFiles } from "../src/files/read.js";
import type { Finding, Report } from "../src/model/report.js";
import { cases } from "./recordings/load.js";

/** Recordings whose stated cause the cluster's own evidence cannot show; each with its reason. */
const cannotTell: Readonly<Record<string, string>> = {
  "platform-mismatch-exec-format":
    "no file holds the words exec format error; a program that exits at once leaves the same trace",
  "repository-not-found-ecr": "the same words as for a missing tag, and no other pull from that registry",
  "credentials-expired-ecr":
    "403 with a login that was made a second before: the same trace as a missing right",
};

const tally = { right: 0, of: 0 };

describe("recordings", () => {
  test.each(cases())("$id", async ({ id, answer, folder }) => {
    const now = new Date("2026-11-24T00:00:00Z");
    const report = diagnose(await readFiles([await folder()], { cwd: "/", readStdin: noStdin, now }));
    tally.of++;
    if (id in cannotTell) {
      expect(verdictOn(report, answer), "is no longer a difference: take it off the list").not.toBe("right");
      expect(report.findings.every((finding) => finding.verdict !== "confirmed")).toBe(true);
      return;
    }
    expect(verdictOn(report, answer)).toBe("right");
    tally.right++;
  });

  afterAll(() => {
    expect(tally.right).toBeGreaterThanOrEqual(tally.of - Object.keys(cannotTell).length);
  });
});

type Answer = ReturnType<typeof cases>[number]["answer"];

/** "right", or a sentence that says what was found instead. */
function verdictOn(report: Report, answer: Answer): string {
  const found = report.findings.map(
    (one) => `${one.cause}/${one.verdict}${one.endedAt ? " ended" : ""} open:${one.open.map((o) => o.cause)}`,
  );
  const seen = `found ${found.join("; ") || "nothing"}`;
  if (answer.cause === "none") return report.findings.length === 0 ? "right" : seen;
  if (answer.cause === "matrix") return judgeMatrix(report, answer) ?? "right";
  const named = report.findings.find((one) => isAnswer(one, answer.cause));
  const allowed = [answer.cause, ...(answer.alsoPlausible ?? [])].sort().join();
  const undecided = report.findings.find(
    (one) =>
      one.verdict === "unknown" &&
      one.open
        .map((o) => o.cause)
        .sort()
        .join() === allowed,
  );
  const isHanging =
    answer.outcome?.startsWith("hangs") &&
    report.findings.some(
      (one) => one.verdict === "unknown" && one.open.some((o) => o.cause === answer.cause),
    );
  if (named === undefined && undecided === undefined && !isHanging) return seen;
  const hasEnded =
    answer.outcome === "recovers" ||
    answer.outcome === "recovers only when recreated" ||
    answer.outcome === "deleted";
  if (hasEnded && named?.endedAt === undefined) return `should have ended: ${seen}`;
  if (answer.outcome === "failing" && (named ?? undecided)?.endedAt !== undefined)
    return `has not ended: ${seen}`;
  return "right";
}

const isAnswer = (finding: Finding, cause: string): boolean =>
  (finding.cause === cause || finding.parent === cause) &&
  (finding.verdict === "confirmed" || finding.verdict === "likely");

/** Pods that run have no open finding; pods that do not have one about their credentials. */
function judgeMatrix(report: Report, answer: Answer): string | undefined {
  for (const [pod, result] of Object.entries(answer.results ?? {})) {
    const about = report.findings.filter(
      (one) => one.endedAt === undefined && one.pods.some((line) => line.name === pod),
    );
    if (result === "Running" && about.length > 0) return `${pod} runs, and ${about[0]?.cause} is reported`;
    if (result !== "Running" && about.length === 0) return `${pod} is ${result}, and nothing is reported`;
    if (result !== "Running" && about.some((one) => one.verdict === "unknown"))
      return `${pod}: unknown, open ${about[0]?.open.map((o) => o.cause)}`;
  }
  return undefined;
}

async function* noStdin(): AsyncGenerator<Uint8Array> {}
