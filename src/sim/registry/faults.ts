// Finds the fault that a request of a pull meets, by stage, repository, tag and layer.

import type { Clock } from "../clock.js";
import type { FaultConfig, FaultStage } from "./config.js";
import { manifestBody, type Repository, type Store } from "./store.js";

export interface Meeting {
  readonly stages: readonly FaultStage[];
  readonly method: string;
  readonly repository: string;
  /** Tag, digest, or "". */
  readonly reference: string;
  readonly layer?: number;
}

export interface Faults {
  /** The first fault in file order that strikes; counts down those with `times`. */
  meet(meeting: Meeting): FaultConfig | undefined;
  replace(faults: readonly FaultConfig[]): void;
}

/** The seconds of `fromSeconds` and `untilSeconds` count from this call. */
export function newFaults(initial: readonly FaultConfig[], store: Store, clock: Clock): Faults {
  const began = clock.now();
  let faults = initial;
  let struck = new Map<FaultConfig, number>();
  return {
    meet(meeting) {
      const seconds = (clock.now() - began) / 1000;
      const found = faults.find(
        (fault) =>
          isDue(fault, seconds) &&
          strikes(fault, meeting, store) &&
          (struck.get(fault) ?? 0) < (fault.times ?? Infinity),
      );
      if (found !== undefined) struck.set(found, (struck.get(found) ?? 0) + 1);
      return found;
    },
    replace(next) {
      faults = next;
      struck = new Map();
    },
  };
}

function isDue({ fromSeconds = 0, untilSeconds = Infinity }: FaultConfig, seconds: number): boolean {
  return seconds >= fromSeconds && seconds < untilSeconds;
}

function strikes(fault: FaultConfig, meeting: Meeting, store: Store): boolean {
  if (!meeting.stages.includes(fault.stage)) return false;
  if (fault.methods !== undefined && !fault.methods.includes(meeting.method)) return false;
  if (fault.repository !== undefined && fault.repository !== meeting.repository) return false;
  if (fault.layer !== undefined && fault.layer !== meeting.layer) return false;
  if (fault.reference === undefined || fault.reference === meeting.reference) return true;
  const repository = store.repositories.get(meeting.repository);
  return repository !== undefined && isPartOf(repository, fault.reference, meeting.reference);
}

/** Whether `digest` is what `reference` (a tag or digest) points to, or a part of that. */
function isPartOf(repository: Repository, reference: string, digest: string): boolean {
  const top = repository.tags.get(reference) ?? reference;
  if (top === digest) return true;
  const item = repository.manifests.get(top);
  if (item === undefined) return false;
  const body = manifestBody(item);
  if (body.config?.digest === digest || body.layers?.some((layer) => layer.digest === digest)) return true;
  return body.manifests?.some((child) => isPartOf(repository, child.digest ?? "", digest)) ?? false;
}
