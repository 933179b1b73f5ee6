// How fast messages are read: corpus messages with hosts, names and digests made distinct on every line, so that no
// cache helps; beside it what JSON.parse and JSON.stringify of the same lines cost. `--count 200000` sets the lines.

import { explainJsonLines } from "../src/cli/jsonl.js";
import { corpus } from "../test/corpus/load.js";

const at = process.argv.indexOf("--count");
const count = at < 0 ? 50_000 : Number(process.argv[at + 1]);
/** Short rounds, taken in turn: the best of each is the machine's own pace, whoever else uses it. */
const rounds = 9;

/** Time of this process on a core: the wall clock would measure whoever else uses the machine. */
function coreMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

const rows = corpus();

/** Line `number`: one corpus message whose names, digests and addresses occur in no other line. */
function line(number: number): string {
  const row = rows[number % rows.length] ?? rows[0];
  const mark = number.toString(36).padStart(5, "0");
  const distinct = (text: string): string =>
    text
      .replace(/[0-9a-f]{32,64}/g, (hex) => `${number.toString(16).padStart(8, "0")}${hex.slice(8)}`)
      .replace(/\b([a-z0-9-]+)(\.(?:io|com|dev|org|local|net|aws)\b)/g, `$1-${mark}$2`)
      .replace(/\/([a-z][a-z0-9-]{2,})([:@"])/g, `/$1-${mark}$2`);
  const { message = "", image, waitingReason } = row ?? {};
  return JSON.stringify({
    id: `m${number}`,
    message: distinct(message),
    ...(image === undefined ? {} : { image: distinct(image) }),
    ...(waitingReason === undefined ? {} : { waitingReason }),
  });
}

const lines = Array.from({ length: count }, (_, number) => line(number));
const chunks: Uint8Array[] = [];
for (let i = 0; i < lines.length; i += 500)
  chunks.push(Buffer.from(`${lines.slice(i, i + 500).join("\n")}\n`));

async function* stdin(): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function explained(): Promise<number> {
  const from = coreMs();
  let written = 0;
  await explainJsonLines({ stdin: stdin(), out: (text) => (written += text.length), err: () => {} });
  if (written === 0) throw new Error("nothing was written");
  return coreMs() - from;
}

function bare(): number {
  const from = coreMs();
  let written = 0;
  for (const chunk of chunks) {
    for (const one of Buffer.from(chunk).toString("utf8").split("\n")) {
      if (one !== "") written += JSON.stringify(JSON.parse(one)).length;
    }
  }
  if (written === 0) throw new Error("nothing was written");
  return coreMs() - from;
}

const best = { explained: Number.POSITIVE_INFINITY, bare: Number.POSITIVE_INFINITY };
for (let round = 0; round < rounds; round++) {
  best.explained = Math.min(best.explained, await explained());
  best.bare = Math.min(best.bare, bare());
}
console.log(
  `explain --format jsonl  ${Math.round((count / best.explained) * 1000)} messages/s  (aim 100000, floor 40000)`,
);
console.log(`parse + stringify       ${Math.round((count / best.bare) * 1000)} lines/s`);
console.log(`ratio                   ${(best.explained / best.bare).toFixed(2)}  (aim below 4)`);
