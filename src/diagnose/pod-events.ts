// Which events speak of which pod: by uid where both show one, else by namespace and name.

import { podKnownBy } from "../model/known-pod.js";
import type { KubeEvent, Pod } from "../model/objects.js";

interface Sameness {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Events about pods, grouped by the pod's name and, within it, by uid. */
export class PodEvents {
  readonly #byName = new Map<string, Map<string, KubeEvent[]>>();

  constructor(events: readonly KubeEvent[]) {
    for (const event of events) {
      if (event.about.kind !== "Pod") continue;
      const byUid = this.#byName.get(nameKey(event.about)) ?? new Map<string, KubeEvent[]>();
      const group = byUid.get(event.about.uid) ?? [];
      group.push(event);
      byUid.set(event.about.uid, group);
      this.#byName.set(nameKey(event.about), byUid);
    }
  }

  /** The pod's events. One without a uid (a table, a describe text) owns all of its name. */
  of(pod: Pod): readonly KubeEvent[] {
    const byUid = this.#byName.get(nameKey(pod));
    if (byUid === undefined) return [];
    if (pod.uid === "") return [...byUid.values()].flat();
    return [...(byUid.get(pod.uid) ?? []), ...(byUid.get("") ?? [])];
  }

  /** A stand-in for each pod of which only events are left: an events table, or a pod deleted within the hour. */
  *strangers(known: readonly Pod[]): Generator<{ readonly pod: Pod; readonly lastAt?: Date }> {
    const uidsByName = new Map<string, Set<string>>();
    for (const pod of known) {
      const uids = uidsByName.get(nameKey(pod)) ?? new Set<string>();
      uidsByName.set(nameKey(pod), uids.add(pod.uid));
    }
    for (const [name, byUid] of this.#byName) {
      const uids = uidsByName.get(name);
      for (const [uid, events] of byUid) {
        const isClaimed = uids !== undefined && (uid === "" || uids.has(uid) || uids.has(""));
        if (!isClaimed) yield { pod: podOfEvents(events), ...latest(events) };
      }
    }
  }
}

const nameKey = ({ namespace, name }: Omit<Sameness, "uid">): string => `${namespace}/${name}`;

function latest(events: readonly KubeEvent[]): { readonly lastAt?: Date } {
  const times = events.flatMap(({ lastAt, firstAt }) => (lastAt ?? firstAt)?.getTime() ?? []);
  return times.length === 0 ? {} : { lastAt: new Date(Math.max(...times)) };
}

function podOfEvents(events: readonly KubeEvent[]): Pod {
  const about = events[0]?.about ?? { namespace: "", name: "", uid: "" };
  return podKnownBy(about, events.find((event) => event.node !== undefined)?.node);
}
