// What `parse` says of one image name: its parts, what was filled in, and what is doubtful.

import { familiarName, type Reference, tryParseReference } from "../model/reference.js";
import { findSlips, type Slip } from "../model/reference-slips.js";
import { findDoubts } from "./parse-doubts.js";

/** A part of the reference that the name does not say. */
export interface FilledIn {
  readonly part: "registry" | "repository" | "tag";
  readonly why: string;
}

export type ImageAnswer = { readonly image: string } & (
  | {
      readonly ok: true;
      readonly reference: Reference;
      /** Docker's short form. */
      readonly familiar: string;
      readonly filledIn: readonly FilledIn[];
      /** What the API server sets for a new pod whose container names no policy. */
      readonly defaultPullPolicy: "Always" | "IfNotPresent";
      readonly doubts: readonly Slip[];
    }
  | { readonly ok: false; readonly why: string; readonly slips: readonly Slip[] }
);

/** `kubelet` absent: the newest grammar, with a doubt where older kubelets answer otherwise. */
export function answerFor(image: string, kubelet: string | undefined): ImageAnswer {
  const parsed = tryParseReference(image, kubelet === undefined ? undefined : { kubelet });
  if (!parsed.ok) return { image, ok: false, why: parsed.why, slips: findSlips(image) };
  const { reference } = parsed;
  return {
    image,
    ok: true,
    reference,
    familiar: familiarName(reference),
    filledIn: filledIn(image, reference),
    defaultPullPolicy: isLatest(reference) ? "Always" : "IfNotPresent",
    doubts: [
      ...findDoubts(image, reference),
      ...(kubelet === undefined ? otherKubelets(image, reference) : []),
    ],
  };
}

export const isLatest = ({ tag, digest }: Reference): boolean =>
  tag === "latest" || (tag === undefined && digest === undefined);

function filledIn(image: string, { registry, repository, tag, digest }: Reference): FilledIn[] {
  const hasHost = registry === "" || image.startsWith(`${registry}/`) || image.startsWith("index.docker.io/");
  const written = hasHost ? image.slice(image.indexOf("/") + 1) : image;
  const parts: (FilledIn | undefined)[] = [
    hasHost ? undefined : { part: "registry", why: "CRI-O nodes may mean another" },
    registry === "docker.io" && repository.startsWith("library/") && !written.startsWith("library/")
      ? { part: "repository", why: "Docker's official images" }
      : undefined,
    tag === undefined && digest === undefined
      ? { part: "tag", why: "neither tag nor digest is given" }
      : undefined,
  ];
  return parts.flatMap((part) => part ?? []);
}

const olderKubelets = [
  { kubelet: "1.29", named: "1.29" },
  { kubelet: "1.28", named: "up to 1.28" },
] as const;

/** A name that older kubelets refuse or read as another image. */
function otherKubelets(image: string, reference: Reference): Slip[] {
  return olderKubelets.flatMap(({ kubelet, named }) => {
    const other = tryParseReference(image, { kubelet });
    if (other.ok && other.reference.full === reference.full) return [];
    const answer = other.ok ? `read it as ${other.reference.full}` : `refuse it: ${other.why}`;
    return [{ is: "other-kubelets", text: `kubelets ${named} ${answer}` }];
  });
}
