// Replays recordings of a real cluster in the simulated world and prints each difference:
// `npm run fidelity [CASE...]`.

import { argv, exit, stdout } from "node:process";
import { caseFiles, readCase } from "../test/sim/fidelity/case.js";
import { compare } from "../test/sim/fidelity/compare.js";
import { loadRecording, recordingIds } from "../test/sim/fidelity/recorded.js";
import { replay } from "../test/sim/fidelity/replay.js";

const wanted = argv.slice(2);
let alike = 0;
let other = 0;
for (const file of caseFiles()) {
  const how = readCase(file);
  if (wanted.length > 0 && !wanted.includes(how.id)) continue;
  const recording = await loadRecording(how.id);
  const { differences, compared } = compare(recording, await replay(recording, how));
  const { statuses, events, attempts } = compared;
  const counts = `${statuses} statuses, ${events} events, ${attempts} attempts`;
  stdout.write(`${differences.length === 0 ? "same " : "DIFFERS"} ${how.id}: ${counts}\n`);
  for (const line of differences) {
    const why = Object.entries(how.known).find(([head]) => line.startsWith(head))?.[1];
    stdout.write(`  ${line}\n${why === undefined ? "" : `    because ${why}\n`}`);
  }
  if (differences.length === 0) alike++;
  else other++;
}
const replayed = new Set(caseFiles().map((file) => readCase(file).id));
for (const id of recordingIds()) {
  if (replayed.has(id) || (wanted.length > 0 && !wanted.includes(id))) continue;
  stdout.write(`NOT REPLAYED ${id}: no case file says what its registries held\n`);
}
stdout.write(`${alike} of ${alike + other} replayed without a difference\n`);
exit(0);
