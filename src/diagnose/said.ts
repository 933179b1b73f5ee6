// The words said about one pull, read by the grammars: each text once, the most telling first.

import type { Said } from "../model/pull.js";
import type { Reading } from "../model/reading.js";
import type { Episode } from "./episodes.js";
import { showsOf } from "./shows.js";

/** The grammars' entrance, handed in: `explainMessage`. */
export type ReadMessage = (text: string, context: { waitingReason?: string; image?: string }) => Reading;

/** Reads all words once each, best first: those that name a cause, then the most recent. */
export function readWords(episode: Episode, read: ReadMessage): Said[] {
  const seen = new Map<string, Said>();
  for (const words of episode.words) {
    const key = words.text;
    const known = seen.get(key);
    if (known && (known.evidence.count ?? 0) >= (words.evidence.count ?? 0)) continue;
    const context = {
      ...(words.waitingReason === undefined ? {} : { waitingReason: words.waitingReason }),
      ...(episode.image === "" ? {} : { image: episode.image }),
    };
    const reading = known?.reading ?? read(words.text, context);
    seen.set(key, {
      reading,
      evidence: { ...words.evidence, shows: showsOf(reading, words.evidence.shows) },
    });
  }
  const recent = (said: Said): number => said.evidence.lastAt?.getTime() ?? 0;
  const all = [...seen.values()];
  const lastUnread = Math.max(0, ...all.filter(isUnread).map(recent));
  const weigh = (said: Said): number =>
    isPassing(said.reading) && recent(said) < lastUnread ? 0.5 : weight(said.reading);
  return all.sort((a, b) => weigh(b) - weigh(a) || rank(a) - rank(b) || recent(b) - recent(a));
}

/** A failure whose reason was cut off. */
const isUnread = ({ reading }: Said): boolean => reading.cause === "unknown" && reading.isTruncated === true;

/** The node's own limit passes by itself: any other reason given beside it says more, also one that was cut off since. */
const isPassing = ({ cause }: Reading): boolean =>
  cause === "kubelet-throttled" || cause === "pull-cancelled";

/** What the API server keeps says also how often and since when; a log line only repeats one attempt. */
const rank = ({ evidence }: Said): number => (evidence.source === "log" ? 1 : 0);

function weight(reading: Reading): number {
  if (reading.cause === "not-image-pull") return 0;
  if (reading.cause === "unknown") return 1;
  if (isPassing(reading)) return 2;
  return 3;
}
