// Was the pod taken away in the middle of a pull? Then nothing failed; the pull was given up.

import type { Verdict } from "../../model/evidence.js";
import type { Pull } from "../../model/pull.js";
import { likely, type Scene } from "../define.js";

export function judgePullCancelled(pull: Pull, scene: Scene): Verdict | undefined {
  if (pull.state !== "ended" || pull.pod.deletedAt === undefined) return undefined;
  if (pull.said.some(({ reading }) => reading.cause !== "unknown" && reading.cause !== "not-image-pull"))
    return undefined;
  const began = scene.snapshot.events.find(
    (event) =>
      event.reason === "Pulling" &&
      event.about.name === pull.pod.name &&
      event.message.includes(`"${pull.image}"`),
  );
  if (began === undefined) return undefined;
  return likely(
    "the runtime's log",
    {
      source: "event",
      where: `pod/${pull.pod.name}`,
      shows: "the pull began and had not ended",
      quote: began.message,
      from: scene.from(began),
      ...(began.firstAt ? { firstAt: began.firstAt } : {}),
    },
    {
      source: "pod",
      where: `pod/${pull.pod.name} in ${pull.pod.namespace}`,
      shows: `deleted ${pull.pod.deletedAt.toISOString()}`,
      from: scene.from(pull.pod),
    },
  );
}
