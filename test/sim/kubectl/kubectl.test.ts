import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type KubectlMinor, unpackKubectl } from "../../kubectl.js";
import { root } from "../../tree.js";
import { acts } from "./acts.js";
import { type Cluster, openCluster } from "./cluster.js";
import { compare, expectedOf, isFor, parseTranscript } from "./transcript.js";

const folder = join(root, "test/sim/kubectl/transcripts");
const transcripts = readdirSync(folder).map((name) => ({
  name: name.replace(/\.txt$/, ""),
  steps: parseTranscript(readFileSync(join(folder, name), "utf8")),
}));

/** The older clients take the ways that differ between versions; the newest takes them all. */
const FOR_ALL = new Set(["reading", "writing", "containers"]);
const transcriptsFor = (minor: number) => transcripts.filter(({ name }) => minor === 35 || FOR_ALL.has(name));

/** PULLDOCTOR_KUBECTL=35 runs one client only, while working on a transcript. */
const minors = ([35, 32, 29] as const).filter((minor) =>
  (process.env.PULLDOCTOR_KUBECTL ?? `${minor}`).split(",").includes(`${minor}`),
);

describe.each(minors)("kubectl 1.%i", (minor: KubectlMinor) => {
  let kubectl = "";
  beforeAll(() => {
    kubectl = unpackKubectl(minor);
  });

  describe.each(transcriptsFor(minor))("$name", ({ steps: all }) => {
    const steps = all.filter((step) => isFor(step, minor));
    let cluster: Cluster;
    beforeAll(async () => {
      cluster = await openCluster(kubectl, "v1.35.2");
    });
    afterAll(() => cluster.close());

    test.each(steps)("$number: $line", async (step) => {
      if (step.is === "act") {
        const [name = "", ...args] = step.words;
        const act = acts[name];
        if (act === undefined) throw new Error(`there is no act "${name}"`);
        await act(cluster, args);
        return;
      }
      const { words, asPersona } = personaOf(step.words);
      const { output, exit } = await cluster.run(words, {
        stdin: step.stdin,
        ...(asPersona === undefined ? {} : { asPersona }),
      });
      const { lines, exit: wantedExit } = expectedOf(step, minor);
      const difference = compare(lines, output);
      if (difference !== undefined) expect(difference.seen).toBe(difference.expected);
      expect(exit, output).toBe(wantedExit);
    });
  });
});

/** `dev kubectl get pods` asks as the persona dev. */
function personaOf(words: readonly string[]) {
  const [first, ...rest] = words;
  return first === "dev" ? { words: rest, asPersona: first } : { words, asPersona: undefined };
}
