// The questions of the distribution specification, each a bounded, read-only request with a typed outcome.

import { digestOf, hasDigest, isDigest } from "./digest.js";
import type { Failure, Outcome, Purpose } from "./exchange.js";
import { interceptedBy } from "./intercepted.js";
import {
  acceptManifests,
  type Descriptor,
  kindOf,
  type Manifest,
  type ManifestKind,
  readManifest,
} from "./media.js";
import { errorsOf, errorText } from "./registry-errors.js";
import { retryAt } from "./retry-after.js";
import type { Answered, Session } from "./session.js";

const maxManifestBytes = 4 * 1024 * 1024;
const maxConfigBytes = 4 * 1024 * 1024;
const maxErrorBytes = 64 * 1024;
const maxTagPageBytes = 8 * 1024 * 1024;

export interface ManifestHead {
  /** Absent where the registry does not say it. */
  readonly digest?: string;
  readonly mediaType: string;
  readonly kind: ManifestKind;
  readonly sizeBytes?: number;
  readonly answered: Answered;
}

export interface TagPage {
  readonly tags: readonly string[];
  /** Path and query of the next page, below the prefix; absent on the last. */
  readonly next?: string;
}

/** `GET /v2/`: is this a registry, and what does it ask for? 401 with a challenge is a good answer. */
export async function ping(session: Session): Promise<Outcome<Answered>> {
  const got = await session.ask({ purpose: "api", method: "GET", path: "/", maxBytes: maxErrorBytes });
  if (!got.ok) return got;
  const { status } = got.value;
  const intercepted = interceptedBy(got.value);
  if (intercepted !== undefined) return { ok: false, failure: failureOf("api", got.value, intercepted) };
  const isRegistry = status === 200 || (status === 401 && session.challenges.length > 0);
  // Some products serve repositories and answer 404 or 403 here; what follows tells.
  if (isRegistry || status === 404 || status === 403) return got;
  return { ok: false, failure: failureOf("api", got.value) };
}

/**
 * Does this tag or digest exist? HEAD, which no pull limit counts. A refusal of HEAD has no words, so GET asks for them, and
 * where a registry knows no HEAD; a GET that is refused is counted by no limit either.
 */
export async function headManifest(
  session: Session,
  repository: string,
  reference: string,
): Promise<Outcome<ManifestHead>> {
  const path = `/${repository}/manifests/${reference}`;
  const ask = { purpose: "manifest", path, scope: pullScope(repository), accept: acceptManifests } as const;
  const head = await session.ask({ ...ask, method: "HEAD", maxBytes: 0 });
  if (!head.ok) return head;
  const { status } = head.value;
  const isMute = status >= 400 && status < 500 && status !== 429;
  if (!isMute && status !== 501) return headOf(head.value);
  const got = await session.ask({ ...ask, method: "GET", maxBytes: maxManifestBytes });
  return got.ok ? headOf(got.value) : got;
}

function headOf(answered: Answered): Outcome<ManifestHead> {
  const intercepted = interceptedBy(answered);
  if (answered.status !== 200 || intercepted !== undefined) {
    return { ok: false, failure: failureOf("manifest", answered, intercepted) };
  }
  const one = (name: string): string | undefined => answered.headers.get(name)?.[0];
  const digest = one("docker-content-digest");
  const length = Number(one("content-length") ?? Number.NaN);
  const mediaType = one("content-type") ?? "";
  return {
    ok: true,
    value: {
      mediaType,
      kind: kindOf(mediaType),
      answered,
      ...(digest !== undefined && isDigest(digest) ? { digest } : {}),
      ...(Number.isFinite(length) ? { sizeBytes: length } : {}),
    },
  };
}

export interface FetchedManifest {
  readonly manifest: Manifest;
  /** Checked against the bytes that came. */
  readonly digest: string;
  readonly answered: Answered;
}

/** The manifest itself. Counts as a pull where pulls are counted. It must have the digest that was asked for or is told. */
export async function getManifest(
  session: Session,
  repository: string,
  reference: string,
): Promise<Outcome<FetchedManifest>> {
  const got = await session.ask({
    purpose: "manifest",
    method: "GET",
    path: `/${repository}/manifests/${reference}`,
    scope: pullScope(repository),
    accept: acceptManifests,
    maxBytes: maxManifestBytes,
  });
  if (!got.ok) return got;
  const answered = got.value;
  const refusal = notOk("manifest", answered);
  if (refusal !== undefined) return { ok: false, failure: refusal };
  const told = answered.headers.get("docker-content-digest")?.[0];
  const wanted = reference.includes(":") ? reference : told;
  if (wanted !== undefined && isDigest(wanted) && !hasDigest(answered.body, wanted)) {
    const why = `it should have the digest ${wanted}, and what came has another`;
    return { ok: false, failure: unreadable("manifest", answered, why) };
  }
  const digest = wanted !== undefined && isDigest(wanted) ? wanted : digestOf(answered.body);
  const manifest = readManifest(answered.body, answered.headers.get("content-type")?.[0] ?? "");
  if (manifest !== undefined) return { ok: true, value: { manifest, digest, answered } };
  return { ok: false, failure: unreadable("manifest", answered, "the manifest is no JSON object") };
}

const unreadable = (purpose: Purpose, answered: Answered, why: string): Failure => ({
  ...failureOf(purpose, answered),
  is: "unreadable",
  why,
});

/** The image's config, as JSON; its bytes must have the digest. */
export async function getConfig(
  session: Session,
  repository: string,
  digest: string,
): Promise<Outcome<unknown>> {
  const got = await session.ask({
    purpose: "config",
    method: "GET",
    path: `/${repository}/blobs/${digest}`,
    scope: pullScope(repository),
    maxBytes: maxConfigBytes,
  });
  if (!got.ok) return got;
  const refusal = notOk("config", got.value);
  if (refusal !== undefined) return { ok: false, failure: refusal };
  if (!hasDigest(got.value.body, digest)) {
    return { ok: false, failure: unreadable("config", got.value, "what came has another digest") };
  }
  try {
    return { ok: true, value: JSON.parse(got.value.body.toString("utf8")) };
  } catch {
    return { ok: false, failure: unreadable("config", got.value, "the config is no JSON") };
  }
}

/** Is this blob served, and from which host? HEAD, through redirects to storage. */
export async function headBlob(
  session: Session,
  repository: string,
  digest: string,
): Promise<Outcome<Answered>> {
  const got = await session.ask({
    purpose: "blob",
    method: "HEAD",
    path: `/${repository}/blobs/${digest}`,
    scope: pullScope(repository),
    maxBytes: 0,
  });
  if (!got.ok) return got;
  const refusal = notOk("blob", got.value);
  return refusal === undefined ? got : { ok: false, failure: refusal };
}

/** What refers to a manifest, by the API of version 1.1; registries without it answer 404. The first page alone. */
export async function listReferrers(
  session: Session,
  repository: string,
  digest: string,
): Promise<Outcome<readonly Descriptor[]>> {
  const got = await session.ask({
    purpose: "referrers",
    method: "GET",
    path: `/${repository}/referrers/${digest}`,
    scope: pullScope(repository),
    accept: "application/vnd.oci.image.index.v1+json",
    maxBytes: maxManifestBytes,
  });
  if (!got.ok) return got;
  const refusal = notOk("referrers", got.value);
  if (refusal !== undefined) return { ok: false, failure: refusal };
  const index = readManifest(got.value.body, got.value.headers.get("content-type")?.[0] ?? "");
  return index === undefined
    ? { ok: false, failure: unreadable("referrers", got.value, "the list of referrers is no JSON object") }
    : { ok: true, value: index.manifests };
}

/** One page of tags; `next` of an earlier page, or the first `pageSize`. */
export async function listTags(
  session: Session,
  repository: string,
  page: { readonly next?: string; readonly pageSize?: number } = {},
): Promise<Outcome<TagPage>> {
  const query = page.pageSize === undefined ? "" : `?n=${page.pageSize}`;
  const got = await session.ask({
    purpose: "tags",
    method: "GET",
    path: page.next ?? `/${repository}/tags/list${query}`,
    scope: pullScope(repository),
    maxBytes: maxTagPageBytes,
  });
  if (!got.ok) return got;
  const refusal = notOk("tags", got.value);
  if (refusal !== undefined) return { ok: false, failure: refusal };
  return readTagPage(session, got.value);
}

function readTagPage(session: Session, answered: Answered): Outcome<TagPage> {
  const unreadable = (why: string): Outcome<TagPage> => ({
    ok: false,
    failure: { ...failureOf("tags", answered), is: answered.isCut ? "too-large" : "unreadable", why },
  });
  if (answered.isCut) return unreadable(`the list of tags is longer than ${maxTagPageBytes} bytes a page`);
  let body: unknown;
  try {
    body = JSON.parse(answered.body.toString("utf8"));
  } catch {
    return unreadable("the list of tags is no JSON");
  }
  const listed: unknown = typeof body === "object" && body !== null ? Reflect.get(body, "tags") : undefined;
  if (listed !== null && listed !== undefined && !Array.isArray(listed))
    return unreadable("the answer holds no list of tags");
  const tags = (listed ?? []).filter(
    (tag: unknown) => typeof tag === "string" && /^\w[\w.-]{0,127}$/.test(tag),
  );
  const next = nextOf(answered, session);
  return { ok: true, value: { tags, ...(next === undefined ? {} : { next }) } };
}

/** The Link header's next page, when it is of the same registry. */
function nextOf(answered: Answered, session: Session): string | undefined {
  const link = answered.headers.get("link")?.[0] ?? "";
  const target = /^\s*<([^>]{1,4000})>\s*;[^,]*\brel="?next"?/.exec(link)?.[1];
  if (target === undefined || !URL.canParse(target, answered.url.href)) return undefined;
  const url = new URL(target, answered.url);
  const { prefix } = session.endpoint;
  if (url.origin !== answered.url.origin || !url.pathname.startsWith(`${prefix}/`)) return undefined;
  return url.pathname.slice(prefix.length) + url.search;
}

const pullScope = (repository: string): string => `repository:${repository}:pull`;

function notOk(purpose: Purpose, answered: Answered): Failure | undefined {
  const intercepted = interceptedBy(answered);
  if (intercepted !== undefined) return failureOf(purpose, answered, intercepted);
  if (answered.status !== 200) return failureOf(purpose, answered);
  return answered.isCut && answered.body.length > 0
    ? {
        ...failureOf(purpose, answered),
        is: "too-large",
        why: `the answer is longer than ${answered.body.length} bytes`,
      }
    : undefined;
}

function failureOf(purpose: Purpose, answered: Answered, intercepted?: string): Failure {
  const errors = errorsOf(answered.body.toString("utf8"));
  const at = retryAt(answered);
  const said = errors[0] === undefined ? "" : `: ${errorText(errors[0])}`;
  return {
    stage: purpose,
    is: intercepted === undefined ? "status" : "intercepted",
    why: intercepted ?? `${answered.url.host} answered ${answered.status}${said}`,
    status: answered.status,
    sent: answered.sent,
    errors,
    facts: answered.facts,
    ...(at === undefined ? {} : { retryAt: at }),
  };
}
