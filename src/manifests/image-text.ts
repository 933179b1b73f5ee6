// Image names as they are written: which name, tag and digest, and whether two of them mean the same image.

import { tryParseReference } from "../model/reference.js";

/** The parts as written, nothing filled in. */
export interface ImageText {
  /** Registry and repository. */
  readonly name: string;
  readonly tag?: string;
  readonly digest?: string;
}

export function splitImage(image: string): ImageText {
  const at = image.indexOf("@");
  const [rest, digest] = at === -1 ? [image, undefined] : [image.slice(0, at), image.slice(at + 1)];
  const colon = rest.lastIndexOf(":");
  const hasTag = colon > rest.lastIndexOf("/") && colon !== -1;
  return {
    name: hasTag ? rest.slice(0, colon) : rest,
    ...(hasTag ? { tag: rest.slice(colon + 1) } : {}),
    ...(digest === undefined ? {} : { digest }),
  };
}

export function joinImage({ name, tag, digest }: ImageText): string {
  return `${name}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

/** `nginx` and `docker.io/library/nginx:latest` are the same; names that are no references are when they are equal. */
export function isSameImage(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [tryParseReference(one), tryParseReference(other)];
  return a.ok && b.ok && a.reference.full === b.reference.full;
}
