// The word that was probably meant, for unknown flags, commands and causes.

import { distance } from "fastest-levenshtein";

/** `undefined` when nothing is near: at most a third of the letters may differ. */
export function nearestWord(word: string, known: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  const ranked = known
    .map((candidate) => ({ candidate, cost: distance(lower, candidate.toLowerCase()) }))
    .sort((a, b) => a.cost - b.cost);
  const [best] = ranked;
  if (best !== undefined && best.cost <= Math.max(1, Math.floor(best.candidate.length / 3)))
    return best.candidate;
  // A beginning or a part of one known word: `--all`, `wrong-registry-host`.
  const bare = lower.replace(/^-+/, "");
  if (bare.length < 3) return undefined;
  const parts = known.filter((candidate) => candidate.toLowerCase().includes(bare));
  return parts.length === 1 ? parts[0] : undefined;
}
