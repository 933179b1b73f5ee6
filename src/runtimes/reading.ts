// From a chain of layers to a Reading: is it about a pull at all, which cause, how sure.

import type { MessageCause, Reading } from "../model/reading.js";
import type { Chain } from "./chain.js";
import { meaningOf } from "./meaning.js";
import type { Meant } from "./meant.js";
import type { Reader } from "./reader.js";
import { type Meaning, marksOf } from "./sentence.js";
import type { Tidied } from "./tidy.js";

export interface MessageContext {
  readonly waitingReason?: string;
  readonly image?: string;
}

/** Waiting reasons of containers whose image could not be had. */
const pullReasons: ReadonlySet<string> = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "ErrImageNeverPull",
  "InvalidImageName",
  "ImageInspectError",
  "RegistryUnavailable",
  "SignatureValidationFailed",
]);

/** Waiting reasons of containers that have their image, and fail for something else. */
const laterReasons: ReadonlySet<string> = new Set([
  "CrashLoopBackOff",
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
  "PostStartHookError",
  "PreStartHookError",
  "PreCreateHookError",
]);

export function readingOf(chain: Chain, reader: Reader, tidied: Tidied, context: MessageContext): Reading {
  const said = meaningOf(chain, reader.text);
  const { cause, also } = tidied.isTruncated ? cutShort(said, chain) : said;
  const reading: Writable<Reading> = {
    cause: "not-image-pull",
    verdict: "unknown",
    also: [],
    layers: chain.layers,
  };
  addFacts(reading, chain, tidied, context);
  if (cause === "not-image-pull" || isElsewhere(chain, context) || !isAbout(cause, chain, reader, context)) {
    return reading;
  }
  reading.cause = cause ?? "unknown";
  reading.also = also;
  if (cause === undefined) return reading;
  reading.verdict = isUnambiguous(chain, tidied, also) ? "confirmed" : "likely";
  if (chain.leaf !== undefined) reading.leaf = chain.leafText;
  return reading;
}

/** What a wrapper alone suggests: the words inside it, which were cut off, may have said anything. */
const suggestions: ReadonlySet<string> = new Set([
  "unpack-failed",
  "content-corrupt",
  "tls-other",
  "connection-reset",
]);

function cutShort(said: Meant, chain: Chain): Meant {
  const { cause, also } = said;
  if (chain.leaf !== undefined || chain.decided !== undefined) return said;
  if (cause === undefined || cause === "not-image-pull" || !suggestions.has(cause)) return said;
  return { cause: undefined, also: [cause, ...also] };
}

function isAbout(cause: string | undefined, chain: Chain, reader: Reader, context: MessageContext): boolean {
  if (cause === undefined) return chain.pull === "always" || isNamed(reader, context);
  return isBelieved(chain, reader, context);
}

function isElsewhere(chain: Chain, context: MessageContext): boolean {
  if (chain.meaning === "admission") return false;
  if (chain.isElsewhere) return true;
  return chain.pull !== "always" && laterReasons.has(context.waitingReason ?? "");
}

/** Words of the network are believed when something says that they are about a pull, or when they are all there is. */
function isBelieved(chain: Chain, reader: Reader, context: MessageContext): boolean {
  if (chain.pull !== "never" || chain.meaning === "admission" || isNamed(reader, context)) return true;
  return !chain.hasSkipped && !anyones.has(chain.meaning);
}

/** Everybody's words: they need something beside them that says what was waited for. */
const anyones: ReadonlySet<Meaning> = new Set(["deadline", "pull-cancelled"]);

function isNamed(reader: Reader, context: MessageContext): boolean {
  return pullReasons.has(context.waitingReason ?? "") || namesPull(reader.text);
}

/** Something with images, and something that is done with them; the words of hosts and paths do not count. */
function namesPull(text: string): boolean {
  const some = text.slice(0, 4000);
  const lower = some.toLowerCase();
  const isImage = lower.includes("image") || lower.includes("container") || lower.includes("docker");
  const isPull = lower.includes("pull") || lower.includes("registry") || lower.includes("manifest");
  return isImage && isPull && imageWord.test(some) && pullWord.test(some);
}

const imageWord = /(?<![\w.@/-])\w*(?:image|container|docker)\w*(?![\w@/-]|\.\w)/i;
const pullWord = /(?<![\w.@/-])\w*(?:pull|registry|manifest)\w*(?![\w@/-]|\.\w)/i;

function isUnambiguous(chain: Chain, tidied: Tidied, also: readonly MessageCause[]): boolean {
  const isWhole = chain.decided !== undefined || (chain.leaf !== undefined && !chain.isCutLeaf);
  return also.length === 0 && isWhole && chain.pull !== "never" && !tidied.isTruncated;
}

/** Who uses containers/image: CRI-O when a kubelet passes its words on, Podman and its kin on a command line. */
function libraryUser(chain: Chain): Reading["runtime"] {
  if (!chain.isUnder(library)) return undefined;
  return chain.isUnder(kubelet) ? "cri-o" : "podman";
}

const library = marksOf(["containers-image"]);
const kubelet = marksOf(["kubelet", "grpc"]);

type Writable<T> = { -readonly [K in keyof T]: T[K] };
function addFacts(reading: Writable<Reading>, chain: Chain, tidied: Tidied, context: MessageContext): void {
  const image = chain.image ?? chain.ref ?? context.image;
  const { stage, registry, host, url, status, credentials } = chain;
  const runtime = chain.runtime ?? libraryUser(chain);
  if (stage !== undefined) reading.stage = stage;
  if (image !== undefined) reading.image = image;
  if (registry !== undefined) reading.registry = registry;
  if (host !== undefined) reading.host = host;
  if (url !== undefined) reading.url = url;
  if (status !== undefined) reading.status = status;
  if (credentials !== undefined) reading.credentials = credentials;
  if (runtime !== undefined) reading.runtime = runtime;
  if (tidied.isTruncated) reading.isTruncated = true;
}
