// Is it this image, this registry, this credential or this node? Told by comparing with the
// pulls that work and with the others that fail.

import type { Scene } from "../causes/define.js";
import type { Pull } from "../model/pull.js";
import { tryParseReference } from "../model/reference.js";
import type { Scope } from "../model/report.js";
import type { Judgement } from "./judge.js";

const aboutTheName: ReadonlySet<string> = new Set([
  "invalid-reference",
  "tag-not-found",
  "digest-not-found",
  "repository-not-found",
  "manifest-unsupported",
  "blob-missing",
  "content-corrupt",
  "platform-mismatch",
  "short-name-unresolved",
  "wrong-registry",
  "registry-retired",
]);

/** How far one reason reaches. `why` names the comparison; `unknown` when there is none. */
export function scopeOf(judgements: readonly Judgement[], scene: Scene): Scope {
  const first = judgements[0];
  if (first === undefined) return { is: "unknown", why: "nothing to compare with" };
  const failingNodes = nodesOf(judgements.map((judgement) => judgement.pull));
  if (first.cause?.id === "kubelet-throttled") {
    const whose =
      failingNodes.size === 0 ? "the kubelet's own" : `that of the kubelet on ${list([...failingNodes])}`;
    return { is: "node", why: `the limit is ${whose}, for whatever image` };
  }
  const { pull } = first;
  const registry = pull.reference?.registry;
  const sameImage = scene.working.filter((working) => working.pull.image === pull.image);
  const elsewhere = sameImage.filter(
    ({ pull: good }) => good.pod.node !== undefined && !failingNodes.has(good.pod.node),
  );
  const onlyNode = [...failingNodes][0];
  if (elsewhere.length > 0 && failingNodes.size === 1 && onlyNode !== undefined) {
    const others = nodesOf(elsewhere.map((working) => working.pull));
    return {
      is: "node",
      why: `the same image was pulled on ${list([...others])} and fails on ${onlyNode} only`,
    };
  }
  if (pull.image === "") return { is: "unknown", why: "the words name no image" };
  if (registry === undefined) return { is: "image", why: "the name itself cannot be parsed" };

  const fromRegistry = scene.working.filter(
    (working) => working.pull.reference?.registry === registry && working.at !== undefined,
  );
  const since = Math.min(
    ...judgements.map((judgement) => judgement.pull.since?.getTime() ?? Number.POSITIVE_INFINITY),
  );
  const meanwhile = fromRegistry.filter(({ at }) => at !== undefined && at.getTime() >= since);
  const failingImages = new Set(judgements.map((judgement) => judgement.pull.image));
  const cause = first.cause;
  if (meanwhile.length > 0) {
    return {
      is: cause?.area === "auth" ? "credential" : "image",
      why: `${count(meanwhile.length, "other pull")} from ${registry} worked meanwhile`,
    };
  }
  if (cause?.id === "image-not-present") {
    return { is: "image", why: "its pull policy lets the kubelet ask no registry for it" };
  }
  if (cause !== undefined && (aboutTheName.has(cause.id) || cause.area === "reference")) {
    return { is: "image", why: `${registry} answered; the trouble is what was asked for` };
  }
  if (cause?.area === "auth" && (cause.parent !== undefined || cause.id.startsWith("secret"))) {
    return { is: "credential", why: `${registry} answered; the trouble is what was sent to it` };
  }
  const failingThere = scene.pulls.filter(
    (other) => other.state === "failing" && other.reference?.registry === registry,
  );
  const images = new Set(failingThere.map((other) => other.image));
  if (images.size > 1 && failingImages.size > 1) {
    return { is: "registry", why: `${images.size} images of ${registry} fail and none was pulled since` };
  }
  const given = otherGiven(first, failingImages, scene);
  if (given !== undefined) return { is: "image", why: `${registry} gives ${given} to ${scene.probes?.from}` };
  return { is: "unknown", why: `no other pull from ${registry} to compare with` };
}

/** Another image of the registry that it gave when it was asked, for causes that would strike all of them there. */
function otherGiven(
  { pull, cause }: Judgement,
  failing: ReadonlySet<string>,
  scene: Scene,
): string | undefined {
  if (cause?.area !== "registry" && cause?.area !== "limits") return undefined;
  const given = scene.probes?.images.find(
    ({ registry, answer }) => registry === pull.reference?.registry && answer.is === "there",
  );
  if (given === undefined) return undefined;
  const { registry, repository, reference } = given;
  const name = `${registry}/${repository}${reference.includes(":") ? "@" : ":"}${reference}`;
  const isFailing = [...failing].some((image) => {
    const parsed = tryParseReference(image);
    return parsed.ok && parsed.reference.registry === registry && parsed.reference.repository === repository;
  });
  return isFailing ? undefined : name;
}

const nodesOf = (pulls: readonly Pull[]): Set<string> =>
  new Set(pulls.flatMap(({ pod }) => (pod.node === undefined ? [] : [pod.node])));

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? "" : "s"}`;

const list = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
