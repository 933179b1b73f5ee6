// The simulated world against recordings of a real cluster: statuses, events and pull attempts, in
// full. A difference that stays is in the case's file, with its reason.

import { describe, expect, test } from "vitest";
import { caseFiles, caseText, readCase } from "./fidelity/case.js";
import { compare } from "./fidelity/compare.js";
import { loadRecording, recordingIds } from "./fidelity/recorded.js";
import { replay } from "./fidelity/replay.js";

const files = caseFiles();

describe("fidelity", () => {
  test.each(files)("%s", async (file) => {
    const how = readCase(file);
    const recording = await loadRecording(how.id);
    const { differences, compared } = compare(recording, await replay(recording, how));
    expect(compared.statuses + compared.events).toBeGreaterThan(3);
    const heads = Object.keys(how.known);
    const unexplained = differences.filter((line) => !heads.some((head) => line.startsWith(head)));
    expect(unexplained).toEqual([]);
    const unused = heads.filter((head) => !differences.some((line) => line.startsWith(head)));
    expect(unused, "is no longer a difference: take it out of the file").toEqual([]);
  });

  test("every recording is replayed, most without any difference", () => {
    const differing = files.filter((file) => Object.keys(readCase(file).known).length > 0);
    expect(files.length).toBe(recordingIds().length);
    expect(differing.length).toBeLessThanOrEqual(16);
  });
});

describe("the world files", () => {
  test.each(files)("%s names faults by stage and kind, in no one's words", (file) => {
    const { faults } = splitParts(caseText(file));
    // Words of messages have spaces between letters, or are quoted sentences: faults have neither.
    const values = faults.flatMap((line) =>
      [...line.matchAll(/: ("[^"]*"|[^,}]+)/g)].map(([, value]) => value),
    );
    expect(values.filter((value) => /[a-z] [a-z]/i.test(value ?? ""))).toEqual([]);
    expect(caseText(file).replace(/^known:[\s\S]*$/m, "")).not.toMatch(
      /rpc error|failed to|unexpected|denied|unauthorized|x509|no such host|Back-off|ErrImage/i,
    );
  });
});

function splitParts(text: string): { readonly faults: readonly string[] } {
  const lines = text.split("\n");
  const from = lines.indexOf("faults:");
  if (from < 0) return { faults: [] };
  const rest = lines.slice(from + 1);
  const to = rest.findIndex((line) => /^\S/.test(line));
  return { faults: to < 0 ? rest : rest.slice(0, to) };
}
