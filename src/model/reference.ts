// Image references: parsed, completed and printed as the kubelet and distribution/reference do it.
// The grammars of real versions differ; reference-grammar.ts says how.

import { ToolError } from "./errors.js";
import { digestError, type Grammar, grammarOf, splitParts } from "./reference-grammar.js";

/** An image name whose registry and repository are filled in. */
export interface Reference {
  /**
   * Host with port, such as `docker.io` or `localhost:5000`; `index.docker.io` has become
   * `docker.io`. "" for the rare name whose first part has a dot and yet is no host (`my_reg.io/app`).
   */
  readonly registry: string;
  /** Path below the registry, such as `library/nginx`. */
  readonly repository: string;
  /** Absent: not written. Then `latest` is meant, unless there is a digest. */
  readonly tag?: string;
  /** `sha256:<64 hex>`, or sha384, sha512. Absent: not written. */
  readonly digest?: string;
  /** `registry/repository[:tag][@digest]`, with `:latest` where neither tag nor digest is written. */
  readonly full: string;
}

export interface ReferenceOptions {
  /** The kubelet's version, such as `1.20` or `v1.29.6-gke.1`, whose grammar counts; the newest by default. */
  readonly kubelet?: string;
}

export type ParsedReference =
  | { readonly ok: true; readonly reference: Reference }
  | { readonly ok: false; readonly why: string };

/**
 * Parses an image name as a kubelet does.
 *
 * @throws ToolError `reference-invalid`; its `why` is the exact reason of the Go package.
 * @see https://pkg.go.dev/github.com/distribution/reference
 */
export function parseReference(text: string, options?: ReferenceOptions): Reference {
  const parsed = tryParseReference(text, options);
  if (parsed.ok) return parsed.reference;
  throw new ToolError("reference-invalid", {
    what: `${JSON.stringify(text)} is not an image reference`,
    why: parsed.why,
    do: "write it as registry/path/name:tag, lower case but for the tag",
  });
}

/** The same without throwing: the reference, or the Go package's reason. Linear in the text. */
export function tryParseReference(text: string, options?: ReferenceOptions): ParsedReference {
  const grammar = grammarOf(options?.kubelet);
  if (text.length === 64 && /^[a-f0-9]{64}$/.test(text)) {
    return refused(`invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`);
  }
  const [host, rest] = splitHost(text, grammar);
  const colon = rest.indexOf(":");
  const repository = colon === -1 ? rest : rest.slice(0, colon);
  if (mayBeUpper.test(repository) && lowerCase(repository) !== repository) {
    const named = grammar.quotesRepository ? ` (${repository})` : "";
    return refused(`invalid reference format: repository name${named} must be lowercase`);
  }
  return parseWhole(`${host}/${rest}`, grammar);
}

/**
 * Docker's short form: `nginx:1.27` for `docker.io/library/nginx:1.27`, without a tag that is not
 * written. It is for reading: that of `docker.io/a.b/c` is `a.b/c`, which is parsed as another host.
 */
export function familiarName(reference: Reference): string {
  const { registry, repository, tag, digest } = reference;
  const path = /^library\/[^/]+$/.test(repository) ? repository.slice("library/".length) : repository;
  const name = registry === "docker.io" ? path : joined(registry, repository);
  return `${name}${tag === undefined ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
}

const officialHost = "docker.io";

/** What stands before the first slash is a host only when it looks like one; else Docker Hub is meant. */
function splitHost(text: string, grammar: Grammar): readonly [host: string, rest: string] {
  const slash = text.indexOf("/");
  const first = text.slice(0, Math.max(slash, 0));
  const isHost =
    slash !== -1 &&
    (/[.:]/.test(first) ||
      first === "localhost" ||
      (grammar.takesUpperCaseAsHost && lowerCase(first) !== first));
  const host = isHost && first !== "index.docker.io" ? first : officialHost;
  const rest = isHost ? text.slice(slash + 1) : text;
  return [host, host === officialHost && !rest.includes("/") ? `library/${rest}` : rest];
}

function parseWhole(text: string, grammar: Grammar): ParsedReference {
  const parts = splitParts(text, grammar);
  if (parts === undefined) {
    const isUpperCase = splitParts(lowerCase(text), grammar) !== undefined;
    return refused(isUpperCase ? "repository name must be lowercase" : "invalid reference format");
  }
  const { host, path, tag, digest } = parts;
  const length = path.length + (grammar.limits === "path" || host === "" ? 0 : host.length + 1);
  if (length > 255) {
    return refused("repository name must not be more than 255 characters");
  }
  const wrongDigest = digest === undefined ? undefined : digestError(digest);
  if (wrongDigest !== undefined) return refused(wrongDigest);
  return { ok: true, reference: referenceOf(host, path, tag, digest) };
}

function referenceOf(
  registry: string,
  repository: string,
  tag: string | undefined,
  digest: string | undefined,
): Reference {
  const name = joined(registry, repository);
  if (digest !== undefined) {
    return tag === undefined
      ? { registry, repository, digest, full: `${name}@${digest}` }
      : { registry, repository, tag, digest, full: `${name}:${tag}@${digest}` };
  }
  return tag === undefined
    ? { registry, repository, full: `${name}:latest` }
    : { registry, repository, tag, full: `${name}:${tag}` };
}

const refused = (why: string): ParsedReference => ({ ok: false, why });

const joined = (registry: string, repository: string): string =>
  registry === "" ? repository : `${registry}/${repository}`;

/** Nearly every name is ASCII in lower case, and is not copied to find that out. */
const mayBeUpper = /[A-Z\u0080-\uffff]/;

/** As Go does it: one letter for one, where JavaScript makes two of the dotted capital I. */
const lowerCase = (text: string): string => text.replaceAll("\u0130", "i").toLowerCase();
