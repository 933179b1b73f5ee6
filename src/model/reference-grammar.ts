// The grammar of image references, by the version of the Go package that a kubelet was built with.
// Hand-written scanners instead of regular expressions: one pass, whatever the text is.

/** How one version of the package departs from the others. */
export interface Grammar {
  /** The Go package and its version. */
  readonly name: string;
  /** Hosts such as `[2001:db8::1]`. */
  readonly readsIpv6: boolean;
  /** `MyHost/app` names a host; before, it was a path that must be lower case. */
  readonly takesUpperCaseAsHost: boolean;
  /** The lower-case error quotes the repository. */
  readonly quotesRepository: boolean;
  /** What the limit of 255 characters counts. */
  readonly limits: "path" | "host and path";
}

const dockerDistribution: Grammar = {
  name: "docker/distribution v2.7.1",
  readsIpv6: false,
  takesUpperCaseAsHost: false,
  quotesRepository: false,
  limits: "host and path",
};

const reference5: Grammar = {
  name: "distribution/reference v0.5.0",
  readsIpv6: true,
  takesUpperCaseAsHost: true,
  quotesRepository: true,
  limits: "host and path",
};

/** The newest, and what is meant where nothing names a kubelet. */
const newestGrammar: Grammar = {
  ...reference5,
  name: "distribution/reference v0.6.0",
  limits: "path",
};

/**
 * The grammar of a kubelet such as `1.20` or `v1.29.6-gke.1`; the newest for any other text. What the
 * go.mod files of Kubernetes require: docker/distribution up to 1.28 (2.7 and 2.8 read alike), v0.5.0 in
 * 1.29 to 1.31, v0.6.0 from 1.32 on.
 */
export function grammarOf(kubelet: string | undefined): Grammar {
  if (kubelet === undefined) return newestGrammar;
  const minor = Number(/^v?1\.(\d+)/.exec(kubelet)?.[1] ?? Number.POSITIVE_INFINITY);
  if (minor >= 32) return newestGrammar;
  return minor >= 29 ? reference5 : dockerDistribution;
}

/** The parts as written. `host` is "" where the text before the first slash cannot be one. */
export interface Parts {
  readonly host: string;
  readonly path: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

/** `host/path[:tag][@digest]`, whole; `undefined` when the text is anything else. */
export function splitParts(text: string, grammar: Grammar): Parts | undefined {
  const slash = text.indexOf("/");
  const hasHost = slash > 0 && isHost(text.slice(0, slash), grammar);
  const start = hasHost ? slash + 1 : 0;
  const pathEnd = endOfPath(text, start);
  if (!isPath(text, start, pathEnd)) return undefined;
  const at = text.indexOf("@", pathEnd);
  const tagEnd = at === -1 ? text.length : at;
  const tag = tagEnd > pathEnd ? text.slice(pathEnd + 1, tagEnd) : undefined;
  if (tag !== undefined && !isTag(tag)) return undefined;
  const digest = at === -1 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !isDigest(digest)) return undefined;
  return { host: hasHost ? text.slice(0, slash) : "", path: text.slice(start, pathEnd), tag, digest };
}

/** The error of go-digest for a digest that has the outer form; `undefined` when it is right. */
export function digestError(digest: string): string | undefined {
  const colon = digest.indexOf(":");
  const length = hexLengths.get(digest.slice(0, colon));
  const encoded = digest.slice(colon + 1);
  // Its own grammar knows lower-case algorithms alone.
  if (length === undefined)
    return /[A-Z]/.test(digest.slice(0, colon)) ? badDigest : "unsupported digest algorithm";
  if (encoded.length !== length) return "invalid checksum digest length";
  return /[A-F]/.test(encoded) ? badDigest : undefined;
}

const badDigest = "invalid checksum digest format";
const hexLengths: ReadonlyMap<string, number> = new Map([
  ["sha256", 64],
  ["sha384", 96],
  ["sha512", 128],
]);

const [dot, dash, underscore, slash, colon, at] = [...".-_/:@"].map((char) => char.charCodeAt(0));

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isLower = (code: number): boolean => code >= 97 && code <= 122;
const isUpper = (code: number): boolean => code >= 65 && code <= 90;
const isLetter = (code: number): boolean => isLower(code) || isUpper(code);
const isWord = (code: number): boolean => isLetter(code) || isDigit(code);

function endOfPath(text: string, from: number): number {
  for (let index = from; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === colon || code === at) return index;
  }
  return text.length;
}

/** Lower-case words with `.`, `_`, `__` or any number of `-` between them, in components. */
function isPath(text: string, from: number, end: number): boolean {
  // The separator behind us that still needs a word after it; a path begins like a component.
  let open: number | undefined | "__" = slash;
  for (let index = from; index < end; index++) {
    const code = text.charCodeAt(index);
    if (isLower(code) || isDigit(code)) open = undefined;
    else if (open === undefined && (code === dot || code === dash || code === underscore || code === slash))
      open = code;
    else if (open === dash && code === dash) continue;
    else if (open === underscore && code === underscore) open = "__";
    else return false;
  }
  return open === undefined;
}

/** Labels of letters, digits and inner dashes between dots, or an IPv6 literal; then a port. */
function isHost(text: string, grammar: Grammar): boolean {
  if (text.startsWith("[")) return grammar.readsIpv6 && /^\[[a-fA-F0-9:]+\](?::[0-9]+)?$/.test(text);
  const portAt = text.indexOf(":");
  if (portAt !== -1 && !/^[0-9]+$/.test(text.slice(portAt + 1))) return false;
  let before = dot;
  const end = portAt === -1 ? text.length : portAt;
  for (let index = 0; index < end; index++) {
    const code = text.charCodeAt(index);
    if (code === dot ? before === dot || before === dash : code === dash ? before === dot : !isWord(code))
      return false;
    before = code;
  }
  return before !== dot && before !== dash;
}

const isTag = (text: string): boolean => /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(text);

/** `algorithm:hex` with words of letters and digits, joined by one of `-_+.`, in the algorithm. */
function isDigest(text: string): boolean {
  const end = text.indexOf(":");
  if (end === -1 || !/^[0-9a-fA-F]{32,}$/.test(text.slice(end + 1))) return false;
  let isStart = true;
  for (let index = 0; index < end; index++) {
    const code = text.charCodeAt(index);
    if (isLetter(code) || (!isStart && isDigit(code))) isStart = false;
    else if (isStart || !"-_+.".includes(text[index] ?? "")) return false;
    else isStart = true;
  }
  return !isStart;
}
