// Packs what a replay needs of a folder of recordings beside the cluster's own files, which
// test/recordings has: when what was done, and when the kubelet asked its runtime for a pull.
// `npx tsx test/sim/fidelity/pack.ts FOLDER`

import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { Doing } from "./recorded.js";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: tsx test/sim/fidelity/pack.ts FOLDER");
const doings: Record<string, Doing> = {};
for (const id of readdirSync(folder).filter((name) => statSync(join(folder, name)).isDirectory())) {
  const { recordedSeconds, attempts, attemptsFrom, started } = parse(
    readFileSync(join(folder, id, "case.yaml"), "utf8"),
  );
  const actions = readFileSync(join(folder, id, "actions.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))
    .filter(({ error }) => error === undefined)
    .map(({ s, action }) => ({ s, action }));
  // Where the runtime's log was no use the recording has the times of the Pulling events.
  const from = attemptsFrom === "Pulling events" ? { attemptsFrom: "events" as const } : {};
  doings[id] = {
    started,
    recordedSeconds,
    ...(attemptsFrom === undefined ? {} : { attempts: attempts ?? [], ...from }),
    actions,
  };
}
writeFileSync(new URL("doings.json", import.meta.url), `${JSON.stringify(doings)}\n`);
