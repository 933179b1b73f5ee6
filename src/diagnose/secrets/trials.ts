// Tries pull secrets against the images that use them: one image for each entry first, then every image once with what its
// pod would send, so that pods which run from what their node holds are found as well.

import { askersOf } from "../../causes/asked.js";
import type { Scene } from "../../causes/define.js";
import { askerKey, type ImageProbe, type Probes } from "../../model/probe.js";
import type { Pull } from "../../model/pull.js";
import { registryFamily, usesNodeIdentity } from "../../model/registry-family.js";
import { askImage, thisMachine } from "../ask.js";
import { inParallel, type ProbingWorld } from "../probing.js";
import { type Question, questionKey } from "../questions.js";

/** In the order in which they are worth asking, each once. */
export function trialsFor(pulls: readonly Pull[], scene: Scene): readonly Question[] {
  const perEntry: Question[] = [];
  const rest: Question[] = [];
  const entries = new Set<string>();
  for (const pull of pulls) {
    const { reference } = pull;
    if (reference === undefined || !scene.keyring(pull).known) continue;
    const isNodes = usesNodeIdentity.has(registryFamily(reference.registry));
    for (const { as, credential } of askersOf(pull, scene)) {
      // What a node would send by itself is not known here.
      if (as.is === "nobody" && isNodes) continue;
      const question: Question = {
        is: "image",
        reference,
        as,
        depth: "quick",
        nodes: [],
        family: scene.family(pull),
        ...(credential === undefined ? {} : { credential }),
      };
      const entry = askerKey(as);
      if (as.is === "secret" && !entries.has(entry)) perEntry.push(question);
      else rest.push(question);
      entries.add(entry);
    }
  }
  const once = new Map<string, Question>();
  for (const question of [...perEntry, ...rest]) {
    const key = questionKey(question);
    if (!once.has(key)) once.set(key, question);
  }
  return [...once.values()];
}

export async function tryAll(questions: readonly Question[], world: ProbingWorld): Promise<Probes> {
  const { asker, signal, most, progress } = world;
  const chosen = questions.slice(0, most);
  let left = questions.length - chosen.length;
  const answers = await inParallel(chosen, async (question): Promise<ImageProbe | undefined> => {
    if (signal.aborted) return undefined;
    progress(`trying ${question.reference.registry}/${question.reference.repository}`);
    return askImage(question, asker);
  });
  const images = answers.flatMap((answer) => answer ?? []);
  left += answers.length - images.length;
  return { from: thisMachine, images, tags: [], requests: asker.exchanges.length, left };
}
