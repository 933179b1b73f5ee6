// Asks registries what would tell more about the failing pulls: plans, asks, and plans again with the answers, within a
// number of questions and a time. What was not asked says so; nothing here can lose a diagnosis.

import type { Scene } from "../causes/define.js";
import type { ImageProbe, Probes, TagsProbe } from "../model/probe.js";
import { askImage, askTags, type RegistryAsker, thisMachine } from "./ask.js";
import type { Judgement } from "./judge.js";
import { type Question, questionKey, questionsFor } from "./questions.js";

export interface ProbingWorld {
  readonly asker: RegistryAsker;
  /** The deadline and Ctrl-C; after it nothing new is asked. */
  readonly signal: AbortSignal;
  /** Questions in all. */
  readonly most: number;
  readonly progress: (text: string) => void;
}

/** The scene with these answers in it, judged anew: the pulls that a report would be about. */
export type Look = (probes: Probes) => { readonly scene: Scene; readonly judgements: readonly Judgement[] };

export const noProbes: Probes = { from: thisMachine, images: [], tags: [], requests: 0, left: 0 };

const atOnce = 16;
const mostRounds = 5;

export async function probe(look: Look, world: ProbingWorld): Promise<Probes> {
  const { asker, signal, most } = world;
  const images: ImageProbe[] = [];
  const tags: TagsProbe[] = [];
  const put = new Set<string>();
  let left = 0;
  const probes = (): Probes => ({
    from: thisMachine,
    images: [...images],
    tags: [...tags],
    requests: asker.exchanges.length,
    left,
  });
  for (let round = 0; round < mostRounds && !signal.aborted; round++) {
    const { scene, judgements } = look(probes());
    const planned = new Map<string, Question>();
    for (const judgement of judgements) {
      for (const question of questionsFor(judgement, scene)) {
        const key = questionKey(question);
        if (!put.has(key) && !planned.has(key)) planned.set(key, question);
      }
    }
    const chosen = [...planned].slice(0, most - put.size);
    left += planned.size - chosen.length;
    if (chosen.length === 0) break;
    for (const [key] of chosen) put.add(key);
    const answers = await inParallel(
      chosen.map(([, question]) => question),
      async (question): Promise<ImageProbe | TagsProbe | undefined> => {
        if (signal.aborted) return undefined;
        world.progress(`asking ${question.reference.registry} about ${question.reference.repository}`);
        return question.is === "tags" ? askTags(question, asker) : askImage(question, asker);
      },
    );
    // In the order in which they were planned, whoever answered first.
    for (const answer of answers) {
      if (answer === undefined) left += 1;
      else if ("reference" in answer) images.push(answer);
      else tags.push(answer);
    }
  }
  return probes();
}

export async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const queue = [...items.entries()];
  const results = new Map<number, R>();
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      results.set(next[0], await work(next[1]));
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return [...results].sort(([a], [b]) => a - b).map(([, result]) => result);
}
