// Why an image name cannot be parsed, in words that say what to change. The Go package says
// "invalid reference format" for nearly all of it.

import { tryParseReference } from "./reference.js";
import { findTemplates } from "./templates.js";

export interface Slip {
  readonly is: string;
  /** What is wrong, as a sentence without a full stop. */
  readonly text: string;
  /** The name without this slip and those before it; only where the whole of it can be parsed then. */
  readonly write?: string;
}

interface Rule {
  readonly is: string;
  /** What is wrong with this name; `undefined` when it is not about that. */
  readonly says: (image: string) => string | undefined;
  /** The name without it. Absent: what was meant cannot be known. */
  readonly mend?: (image: string) => string;
}

const rules: readonly Rule[] = [
  {
    is: "empty",
    says: (image) => (image.trim() === "" ? "the name is empty" : undefined),
  },
  {
    is: "template",
    says: (image) => listed(findTemplates(image).map(({ text }) => text)),
  },
  {
    is: "quotes",
    says: (image) => quoted(image, /["'`\u2018\u2019\u201c\u201d]/u, "quotation marks are part of the name"),
    mend: (image) => image.replace(/["'`\u2018\u2019\u201c\u201d]/gu, ""),
  },
  {
    is: "invisible",
    says: (image) => {
      const found = /[\u00ad\u200b-\u200f\u2060\ufeff]/u.exec(image)?.[0];
      return found === undefined ? undefined : `it holds the invisible character ${codePoint(found)}`;
    },
    mend: (image) => image.replace(/[\u00ad\u200b-\u200f\u2060\ufeff]/gu, ""),
  },
  {
    is: "white-space",
    says: whiteSpace,
    mend: (image) =>
      image
        .trim()
        .replace(/\s+/g, " ")
        .replace(/ ?([:@/]) ?/g, "$1"),
  },
  {
    is: "scheme",
    says: (image) => {
      const scheme = schemeOf(image);
      return scheme === undefined ? undefined : `an image name begins with a host, not with ${scheme}`;
    },
    mend: (image) => image.slice(schemeOf(image)?.length ?? 0),
  },
  {
    is: "slashes",
    says: (image) => {
      if (image.startsWith("/")) return "it begins with a slash: the registry is missing";
      if (/\/(?=[:@]|$)/.test(image)) return "a slash ends the path, and no name comes after it";
      return image.includes("//") ? "two slashes stand together: a part between them is missing" : undefined;
    },
    mend: (image) => image.replace(/\/{2,}/g, "/").replace(/^\/|\/(?=[:@]|$)/g, ""),
  },
  {
    is: "image-id",
    says: (image) =>
      /^[a-f0-9]{64}$/.test(image)
        ? "64 hex digits are an image's id on one machine, which no registry knows"
        : undefined,
  },
  {
    is: "empty-tag",
    says: (image) => {
      if (/:(?=@|$)/.test(image)) return "a colon stands where a tag should follow, and none does";
      return image.endsWith("@") ? "an @ stands where a digest should follow, and none does" : undefined;
    },
    mend: (image) => image.replace(/:(?=@|$)/g, "").replace(/@$/, ""),
  },
  {
    is: "digest",
    says: (image) => digestTrouble(image.slice(image.indexOf("@") + 1), image.includes("@")),
    mend: mendDigest,
  },
  {
    is: "path-after-tag",
    says: (image) => {
      const [, tag, rest] = /^[^/@]*\/[^:@]*:([^/@]*)(\/[^@]*)/.exec(image) ?? [];
      return rest === undefined
        ? undefined
        : `${cut(rest)} follows the tag ${cut(tag ?? "")}; the tag comes last`;
    },
  },
  {
    is: "no-name",
    says: (image) => (/(?:^|\/)[:@]/.test(image) ? "no name stands before the tag or digest" : undefined),
  },
  {
    is: "two-tags",
    says: (image) => {
      const tags = nameAndTag(image).tag?.split(":") ?? [];
      return tags.length > 1
        ? `${tags.length} tags follow the name: ${tags.join(" and ")}; one can stay`
        : undefined;
    },
  },
  { is: "tag", says: (image) => tagTrouble(nameAndTag(image).tag) },
  {
    is: "upper-case",
    says: (image) =>
      /[A-Z]/.test(pathOf(image)) ? "the repository has upper case; only a tag may have it" : undefined,
    mend: (image) => image.replace(pathOf(image), () => pathOf(image).toLowerCase()),
  },
  { is: "host", says: hostTrouble },
  { is: "character", says: characterTrouble },
  { is: "separators", says: (image) => separatorTrouble(pathOf(image)) },
  {
    is: "too-long",
    says: (image) => {
      const path = image.includes("/") ? pathOf(image) : `library/${pathOf(image)}`;
      return path.length > 255 ? `the repository has ${path.length} characters; 255 are allowed` : undefined;
    },
  },
];

/**
 * What is wrong with a name that cannot be parsed, most telling first; [] when nothing known is
 * wrong with it. The last `write` is the name without all slips that can be mended.
 */
export function findSlips(image: string): readonly Slip[] {
  // What a person writes is short; no more of a longer text is looked at.
  if (image.length > 4096) return [{ is: "too-long", text: `the name has ${image.length} characters` }];
  const slips: Slip[] = [];
  let mended = image;
  for (const { is, says, mend } of rules) {
    const text = says(mended);
    if (text === undefined) continue;
    mended = mend?.(mended) ?? mended;
    slips.push({
      is,
      text,
      ...(mend !== undefined && tryParseReference(mended).ok ? { write: mended } : {}),
    });
    if (mend === undefined && (is === "template" || is === "empty")) break;
  }
  return slips;
}

const listed = (sentences: readonly string[]): string | undefined =>
  sentences.length === 0 ? undefined : sentences.join("; ");

const quoted = (image: string, pattern: RegExp, text: string): string | undefined =>
  pattern.test(image) ? text : undefined;

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

function whiteSpace(image: string): string | undefined {
  const found = /\s/.exec(image)?.[0];
  if (found === undefined) return undefined;
  const kind = found === "\n" || found === "\r" ? "line end" : found === "\t" ? "tab" : "space";
  if (image.trimStart() !== image) return `a ${kind} stands before the name`;
  const last = /\s$/.test(image);
  return last && image.trim().search(/\s/) === -1
    ? `a ${kind} stands after the name`
    : `a ${kind} stands inside the name`;
}

const schemeOf = (image: string): string | undefined => /^[a-z][a-z+.-]*:\/\//i.exec(image)?.[0];

/** Before the digest: the name, and everything after the colon that is no port's. */
function nameAndTag(image: string): { readonly name: string; readonly tag?: string } {
  const at = image.indexOf("@");
  const front = at === -1 ? image : image.slice(0, at);
  const slash = front.lastIndexOf("/");
  const colon = front.indexOf(":", slash + 1);
  return colon === -1 ? { name: front } : { name: front.slice(0, colon), tag: front.slice(colon + 1) };
}

/** The name without what looks like a host. */
function pathOf(image: string): string {
  const { name } = nameAndTag(image);
  const slash = name.indexOf("/");
  return slash !== -1 && /[.:]|^localhost$/.test(name.slice(0, slash)) ? name.slice(slash + 1) : name;
}

const hexLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

function digestTrouble(digest: string, isThere: boolean): string | undefined {
  if (!isThere || digest === "") return undefined;
  const colon = digest.indexOf(":");
  if (colon === -1) {
    return /^[a-f0-9]{64}$/i.test(digest)
      ? "the digest does not say its algorithm, sha256"
      : `${cut(digest)} after the @ is no digest; a tag comes after a colon`;
  }
  const algorithm = digest.slice(0, colon);
  const encoded = digest.slice(colon + 1);
  const length = Object.hasOwn(hexLengths, algorithm.toLowerCase())
    ? hexLengths[algorithm.toLowerCase()]
    : undefined;
  if (length === undefined) return `${cut(algorithm)} is no algorithm of a digest; sha256 is the usual one`;
  if (!/^[a-f0-9]*$/i.test(encoded)) return "the digest holds characters that are no hex digits";
  if (encoded.length !== length)
    return `the digest has ${encoded.length} hex digits; ${algorithm.toLowerCase()} has ${length}`;
  return /[A-Z]/.test(digest) ? "the digest has upper case" : undefined;
}

function mendDigest(image: string): string {
  const at = image.indexOf("@");
  const digest = image.slice(at + 1);
  if (!digest.includes(":")) {
    const { tag } = nameAndTag(image);
    if (/^[a-f0-9]{64}$/i.test(digest)) return `${image.slice(0, at)}@sha256:${digest.toLowerCase()}`;
    return tag === undefined ? `${image.slice(0, at)}:${digest}` : image;
  }
  return image.slice(0, at + 1) + digest.toLowerCase();
}

function tagTrouble(tag: string | undefined): string | undefined {
  if (tag === undefined || tag === "" || tag.includes(":")) return undefined;
  if (/^[.-]/.test(tag)) return `the tag begins with ${tag[0]}; letters, digits and _ may begin one`;
  const strange = /[^A-Za-z0-9_.-]/u.exec(tag)?.[0];
  if (strange === "+") return "a tag holds no +; builds put a - or _ in the place of a version's +";
  if (strange !== undefined) return `a tag holds no ${named(strange)}`;
  return tag.length > 128 ? `the tag has ${tag.length} characters; 128 are allowed` : undefined;
}

function hostTrouble(image: string): string | undefined {
  const slash = image.indexOf("/");
  const host = slash === -1 ? "" : image.slice(0, slash);
  if (!/[.:]/.test(host) || /^\[[a-fA-F0-9:]+\](?::[0-9]+)?$/.test(host)) return undefined;
  if (host.startsWith("[")) return `${cut(host)} is not an IPv6 address in [ ] with a port behind it`;
  const [name = "", ...ports] = host.split(":");
  if (ports.length > 1) return `${cut(host)} has ${ports.length} colons; an IPv6 address stands in [ ]`;
  if (ports[0] !== undefined && !/^[0-9]+$/.test(ports[0])) return `the port ${cut(ports[0])} is no number`;
  if (name.split(".").includes("")) return `the host ${cut(name)} has an empty part between its dots`;
  if (/(^|\.)-|-(\.|$)/.test(name)) return `a part of the host ${cut(name)} begins or ends with -`;
  return name.includes("_") ? `a host holds no _, so ${cut(name)} is not taken for one` : undefined;
}

function characterTrouble(image: string): string | undefined {
  const { name } = nameAndTag(image);
  const strange = /[^A-Za-z0-9._/:[\]-]/u.exec(name)?.[0];
  if (strange === undefined || /\s/.test(strange)) return undefined;
  return strange === "\\" ? "a \\ stands where a / is meant" : `a name holds no ${named(strange)}`;
}

function separatorTrouble(path: string): string | undefined {
  const part = path.split("/").find((one) => /^[._-]|[._-]$|\.\.|___|[._-]\.|\.[_-]|-_|_-/.test(one));
  return part === undefined
    ? undefined
    : `${cut(part)}: single ., _, __ or dashes stand between letters or digits, nowhere else`;
}

/** ASCII as it is, all else with its number: a Cyrillic letter looks like a Latin one. */
const named = (character: string): string =>
  /^[\x21-\x7e]$/.test(character) ? character : `${character.trim()} (${codePoint(character)})`.trim();

const cut = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
