// The floors on real messages: what the public corpus and the recorded runtimes must be read as.

import { describe, expect, test } from "vitest";
import type { Reading } from "../../src/model/reading.js";
import { explainMessage } from "../../src/runtimes/explain.js";
import { type CorpusRow, corpus, fresh, isNegative, more, runtimeErrors } from "./load.js";

const runtimeFloor = 0.99;

const read = ({ message, waitingReason, image }: CorpusRow): Reading =>
  explainMessage(message, {
    ...(waitingReason === undefined ? {} : { waitingReason }),
    ...(image === undefined ? {} : { image }),
  });

const accepted = (row: CorpusRow): readonly (string | undefined)[] => [
  row.cause,
  row.trueCause,
  ...(row.also ?? []),
];

describe.each([
  { name: "the corpus of real messages", all: corpus(), size: 282, strict: 0.93, lenient: 0.98 },
  { name: "messages collected afterwards", all: more(), size: 219, strict: 0.9, lenient: 0.96 },
  { name: "messages that nobody here had seen", all: fresh(), size: 330, strict: 0.92, lenient: 0.97 },
])("$name", ({ all, size, strict, lenient }) => {
  const rows = all.map((row) => ({ row, reading: read(row) }));

  test("holds every row", () => {
    expect(rows).toHaveLength(size);
  });

  test("strict: the one cause of its label", () => {
    const missed = rows.filter(({ row, reading }) => reading.cause !== row.cause);
    expect(1 - missed.length / rows.length, missed.map(({ row }) => row.id).join(" ")).toBeGreaterThanOrEqual(
      strict,
    );
  });

  test("lenient: the cause, or one that the label accepts", () => {
    const missed = rows.filter(({ row, reading }) => !accepted(row).includes(reading.cause));
    expect(1 - missed.length / rows.length, missed.map(({ row }) => row.id).join(" ")).toBeGreaterThanOrEqual(
      lenient,
    );
  });

  test("no answer at all on what says nothing, or is about something else", () => {
    const confident = rows.filter(({ row, reading }) => isNegative(row) && reading.verdict !== "unknown");
    expect(confident.map(({ row }) => row.id)).toEqual([]);
  });

  test("a confirmed cause is always one that the label accepts", () => {
    const wrong = rows.filter(
      ({ row, reading }) => reading.verdict === "confirmed" && !accepted(row).includes(reading.cause),
    );
    expect(wrong.map(({ row }) => row.id)).toEqual([]);
  });
});

describe("texts of runtimes, by version", () => {
  // skopeo copies layers without unpacking them, so its text about a damaged one is that of a success.
  const texts = runtimeErrors().filter(
    ({ message, cause, behaviour, runtime }) =>
      message !== undefined &&
      cause !== "none" &&
      !(behaviour === "not-gzip" && runtime.startsWith("skopeo")),
  );

  test("what really happened is the cause, or among those that the text allows", () => {
    const missed = texts.filter(({ cause, message = "" }) => {
      const reading = explainMessage(message);
      return ![reading.cause, ...reading.also].some((one) => one === cause);
    });
    expect(
      1 - missed.length / texts.length,
      missed.map((row) => `${row.behaviour} ${row.runtime}`).join(", "),
    ).toBeGreaterThanOrEqual(runtimeFloor);
  });

  test("what a runtime says of a success names no cause", () => {
    const successes = runtimeErrors().filter(
      ({ cause, message }) => cause === "none" && message !== undefined,
    );
    expect(successes.length).toBeGreaterThan(0);
    for (const { message = "" } of successes) expect(explainMessage(message).verdict).toBe("unknown");
  });

  test("confirmed is never said where something else had happened", () => {
    const wrong = texts.filter(({ cause, message = "" }) => {
      const reading = explainMessage(message);
      return reading.verdict === "confirmed" && reading.cause !== cause;
    });
    expect(wrong.map((row) => `${row.behaviour} ${row.runtime}`)).toEqual([]);
  });
});
