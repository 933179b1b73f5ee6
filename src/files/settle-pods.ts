// Several sights of one pod, from a watch or from several files, into the pod as it is now and
// what it was before. Where two documents disagree the newer one counts, and it is said.

import type { Pod } from "../model/objects.js";
import type { EarlierPod } from "../model/snapshot.js";
import { compareAge, rank, type Sight } from "./sight.js";

export interface SettledPods {
  readonly pods: readonly Sight<Pod>[];
  /** Oldest first. */
  readonly earlier: readonly (EarlierPod & { readonly file: string })[];
  readonly disagreements: readonly { readonly file: string; readonly why: string }[];
}

export function settlePods(sights: readonly Sight<Pod>[], now: Date): SettledPods {
  const pods: Sight<Pod>[] = [];
  const earlier: (EarlierPod & { file: string })[] = [];
  const disagreements: { file: string; why: string }[] = [];
  for (const group of groups(sights).values()) {
    const top = Math.max(...group.map((sight) => sight.rank));
    const best = group.filter((sight) => sight.rank === top);
    const settled = settle(best, now);
    if (settled.present !== undefined) pods.push(settled.present);
    earlier.push(...settled.earlier);
    const winner = settled.present ?? best.at(-1);
    if (winner === undefined) continue;
    for (const sight of group) {
      const why = disagreement(sight, winner);
      if (why !== undefined) disagreements.push({ file: sight.file, why });
    }
  }
  earlier.sort((a, b) => a.at.getTime() - b.at.getTime());
  return { pods, earlier, disagreements };
}

/** By namespace and name; a table that shows no namespace goes to the one pod of that name. */
function groups(sights: readonly Sight<Pod>[]): Map<string, Sight<Pod>[]> {
  const found = new Map<string, Sight<Pod>[]>();
  const byName = new Map<string, Set<string>>();
  const add = (key: string, sight: Sight<Pod>): void => {
    const known = found.get(key);
    if (known) known.push(sight);
    else found.set(key, [sight]);
  };
  for (const sight of sights) {
    const { namespace, name } = sight.object;
    if (namespace === "") continue;
    add(`${namespace}/${name}`, sight);
    byName.set(name, (byName.get(name) ?? new Set()).add(`${namespace}/${name}`));
  }
  for (const sight of sights) {
    if (sight.object.namespace !== "") continue;
    const [only, ...more] = byName.get(sight.object.name) ?? [];
    if (only === undefined || more.length > 0) add(`/${sight.object.name}`, sight);
    else add(only, sight);
  }
  return found;
}

function settle(
  sights: readonly Sight<Pod>[],
  now: Date,
): { present?: Sight<Pod>; earlier: (EarlierPod & { file: string })[] } {
  const sorted = withoutRepeats([...sights].sort(compareAge));
  const last = sorted.at(-1);
  if (last === undefined) return { earlier: [] };
  if (last.rank < rank.description) return { present: last, earlier: [] };
  const lastOf = new Map(sorted.map((sight) => [sight.object.uid, sight]));
  const earlier = sorted
    .filter((sight) => sight !== last || last.isGone === true)
    .map((sight) => {
      const { uid } = sight.object;
      // A pod of the same name with another uid has taken its place.
      const isReplaced = uid !== last.object.uid && uid !== "" && last.object.uid !== "";
      const isGone = sight.isGone === true || (isReplaced && lastOf.get(uid) === sight);
      return { at: sight.at ?? now, pod: sight.object, file: sight.file, ...(isGone ? { isGone } : {}) };
    });
  return last.isGone === true ? { earlier } : { present: last, earlier };
}

function withoutRepeats(sorted: readonly Sight<Pod>[]): Sight<Pod>[] {
  const kept: Sight<Pod>[] = [];
  for (const sight of sorted) {
    const before = kept.at(-1);
    const isSame =
      before !== undefined &&
      before.object.uid === sight.object.uid &&
      (before.version === undefined || sight.version === undefined
        ? JSON.stringify(before.object) === JSON.stringify(sight.object)
        : before.version === sight.version);
    if (!isSame) kept.push(sight);
    else if (sight.isGone && !before?.isGone) kept.splice(-1, 1, sight);
  }
  return kept;
}

function disagreement(sight: Sight<Pod>, winner: Sight<Pod>): string | undefined {
  if (sight === winner || sight.isOfWatch || sight.rank < rank.description || sight.file === winner.file) {
    return undefined;
  }
  const [here, there] = [stateWords(sight.object), stateWords(winner.object)];
  if (here === there) return undefined;
  const { namespace, name } = winner.object;
  const reason = sight.rank < winner.rank ? "shows more" : "is newer";
  return `shows pod ${namespace}/${name} as ${here}; ${winner.file} ${reason} and shows it as ${there}, which counts`;
}

/** Reasons between which a failing pull alternates by itself. */
const sameReason: Readonly<Record<string, string>> = { ErrImagePull: "ImagePullBackOff" };

/** `web waiting: ImagePullBackOff, proxy running`. */
function stateWords(pod: Pod): string {
  const words = pod.containers.map(({ name, state }) => {
    if (state === undefined) return `${name} not reported`;
    if (state.is === "running") return `${name} running`;
    return `${name} ${state.is}: ${sameReason[state.reason] ?? state.reason}`;
  });
  return words.join(", ") || pod.phase || "not reported";
}
