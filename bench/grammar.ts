// How well the grammars read: strict and lenient on the corpus, the held-out fifth apart, and on the texts of
// runtimes by version. `--misses` lists them; `--all` with those of the held-out fifth.

import type { Reading } from "../src/model/reading.js";
import { explainMessage } from "../src/runtimes/explain.js";
import {
  type CorpusRow,
  corpus,
  fresh,
  isHeldOut,
  isNegative,
  more,
  runtimeErrors,
} from "../test/corpus/load.js";

interface Judged {
  readonly name: string;
  readonly message: string;
  readonly wanted: string;
  readonly reading: Reading;
  readonly strict: boolean;
  readonly lenient: boolean;
  readonly isNegative: boolean;
}

const judgedCorpus = (row: CorpusRow): Judged => {
  const context = {
    ...(row.waitingReason === undefined ? {} : { waitingReason: row.waitingReason }),
    ...(row.image === undefined ? {} : { image: row.image }),
  };
  const reading = explainMessage(row.message, context);
  const accepted = [row.cause, row.trueCause, ...(row.also ?? [])];
  return {
    name: row.id,
    message: row.message,
    wanted: accepted.filter(Boolean).join(","),
    reading,
    strict: reading.cause === row.cause,
    lenient: accepted.includes(reading.cause),
    isNegative: isNegative(row),
  };
};

function print(title: string, rows: readonly Judged[], listed: boolean): void {
  const share = (count: number, of: number): string => `${((100 * count) / Math.max(1, of)).toFixed(1)} %`;
  const strict = rows.filter((row) => row.strict).length;
  const lenient = rows.filter((row) => row.lenient).length;
  const negative = rows.filter((row) => row.isNegative);
  const confident = negative.filter(({ reading }) => reading.verdict !== "unknown");
  console.log(
    `${title.padEnd(16)} ${String(rows.length).padStart(4)} rows  strict ${share(strict, rows.length)}  lenient ${share(lenient, rows.length)}` +
      (negative.length === 0 ? "" : `  negatives ${negative.length}, confident on ${confident.length}`),
  );
  if (!listed) return;
  for (const row of rows.filter(({ strict }) => !strict)) {
    console.log(
      `  ${row.lenient ? "near" : "MISS"} ${row.name}: ${row.reading.cause} (${row.reading.verdict}), wanted ${row.wanted}`,
    );
    console.log(`       ${JSON.stringify(row.message.slice(-300))}`);
    console.log(`       ${row.reading.layers.map(({ id }) => id).join(" > ")}`);
  }
}

const listed = process.argv.includes("--misses");
const all = corpus().map(judgedCorpus);
print(
  "corpus, read",
  all.filter(({ name }) => !isHeldOut(name)),
  listed,
);
print(
  "corpus, held out",
  all.filter(({ name }) => isHeldOut(name)),
  process.argv.includes("--all"),
);
print("corpus, whole", all, false);
print("collected after", more().map(judgedCorpus), process.argv.includes("--all"));
print("not seen before", fresh().map(judgedCorpus), process.argv.includes("--all"));

const runtimes = runtimeErrors()
  .filter((row) => row.cause !== "none" && row.message !== undefined && row.message !== "")
  .map((row): Judged => {
    const reading = explainMessage(row.message ?? "");
    return {
      name: `${row.behaviour} ${row.runtime}`,
      message: row.message ?? "",
      wanted: row.cause,
      reading,
      strict: reading.cause === row.cause,
      lenient: reading.cause === row.cause || reading.also.some((cause) => cause === row.cause),
      isNegative: false,
    };
  });
print("runtime texts", runtimes, process.argv.includes("--runtimes"));
