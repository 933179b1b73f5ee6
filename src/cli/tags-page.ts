// What `pulldoctor tags` found, on the screen and as data.

import type { ImageAnswer } from "../probes/asker.js";
import { inert } from "../report/inert.js";
import { counted, fill, pad, widthOf } from "../report/layout.js";
import type { Look } from "../report/signs.js";

export interface ListedTag {
  readonly tag: string;
  /** Why it stands before newer ones: `reads almost like it`. */
  readonly why?: string;
  /** Absent: it was in the list and was not asked for by itself. */
  readonly answer?: ImageAnswer;
}

export interface TagsFound {
  /** `docker.io/library/nginx`. */
  readonly repository: string;
  /** The ones to show, best first. */
  readonly tags: readonly ListedTag[];
  /** Of all that were read. */
  readonly count: number;
  /** False: the registry has more than what was read. */
  readonly isComplete: boolean;
  readonly as: string;
  /** Why tags were not asked for by themselves; absent when they were. */
  readonly notAsked?: string;
}

export function tagsPage(found: TagsFound, look: Look): string {
  const { repository, tags, count, isComplete, as } = found;
  const width = Math.min(50, Math.max(0, ...tags.map(({ tag }) => widthOf(tag))) + 2);
  const lines = tags.map((one) => `  ${pad(inert(one.tag), width)}${factsOf(one)}`.trimEnd());
  const left = count - tags.length;
  const { dot } = look.signs;
  return `${[
    inert(repository),
    "",
    ...(lines.length === 0 ? ["  no tags"] : lines),
    ...(left > 0 ? [look.paint.dim(`  and ${left} more: --limit ${count}`)] : []),
    "",
    ...fill(
      [
        `${counted(count, "tag")}${isComplete ? "" : " and more"}`,
        "asked from this machine",
        `as ${inert(as)}`,
        ...(found.notAsked === undefined ? [] : [found.notAsked]),
      ],
      ` ${dot} `,
      look.width,
    ),
  ].join("\n")}\n`;
}

function factsOf({ why, answer }: ListedTag): string {
  const facts = [
    ...(answer?.platforms === undefined ? [] : [answer.platforms.join(", ")]),
    ...(answer?.createdAt === undefined ? [] : [`built ${answer.createdAt.toISOString().slice(0, 10)}`]),
    ...(answer?.failure === undefined || answer.failure.stage === "platform" ? [] : [answer.failure.why]),
    ...(why === undefined ? [] : [why]),
  ];
  return inert(facts.join("  "));
}

/** Absent means not known. */
export function tagsData({
  repository,
  tags,
  count,
  isComplete,
  as,
}: TagsFound): Readonly<Record<string, unknown>> {
  return {
    schema: "https://pulldoctor.dev/schema/tags-v1.json",
    repository,
    count,
    isComplete,
    from: "this machine",
    as,
    tags: tags.map(({ tag, why, answer }) => ({
      tag,
      near: why,
      digest: answer?.digest,
      platforms: answer?.platforms,
      createdAt: answer?.createdAt?.toISOString(),
      sizeBytes: answer?.sizeBytes,
    })),
  };
}
