// A registry key of a pull secret as Go's net/url and the kubelet take it apart, and whether it
// matches an image. Follows pkg/credentialprovider/keyring.go and filepath.Match.

/** A key, or an image's repository, in the parts that are compared. */
export interface RegistryAddress {
  /** Host and path after normalising: what keys are sorted by. */
  readonly text: string;
  readonly labels: readonly string[];
  /** "" when there is none; 443 is never implied. */
  readonly port: string;
  readonly path: string;
}

/**
 * The key as the kubelet keeps it: without scheme, login, query, and without a leading `/v1/` or
 * `/v2/` (but not `/v1`). `undefined` when Go cannot parse it: the kubelet logs that and drops it.
 */
export function normaliseKey(written: string): RegistryAddress | undefined {
  const url = parseUrl(/^https?:\/\//.test(written) ? written.slice(written.indexOf("//") + 2) : written);
  if (url === undefined) return undefined;
  const path = /^\/v[12]\//.test(url.path) ? url.path.slice(3) : url.path;
  return addressOf(path === "/" ? url.host : `${url.host}${path}`);
}

/** A normalised key or a repository `host/path`, taken apart once more as the kubelet does for each look-up. */
export function addressOf(text: string): RegistryAddress | undefined {
  const url = parseUrl(text);
  if (url === undefined) return undefined;
  const [host, port] = splitPort(url.host);
  return { text, labels: host.split("."), port, path: url.path };
}

/** All of: the same port, as many labels, each matched as a glob, and the path a plain prefix. */
export function matches(key: RegistryAddress, image: RegistryAddress): boolean {
  if (key.port !== image.port || key.labels.length !== image.labels.length) return false;
  if (!image.path.startsWith(key.path)) return false;
  for (const [index, label] of key.labels.entries()) {
    if (!globMatches(label, image.labels[index] ?? "")) return false;
  }
  return true;
}

interface Url {
  readonly host: string;
  readonly path: string;
}

/** The parts of `https://<rest>` that count; `undefined` where Go's url.Parse fails. */
function parseUrl(rest: string): Url | undefined {
  const [beforeFragment = "", fragment] = cut(rest, "#");
  if (hasControl(beforeFragment)) return undefined;
  if (fragment !== undefined && unescaped(fragment) === undefined) return undefined;
  const [beforeQuery = ""] = cut(beforeFragment, "?");
  const slash = beforeQuery.indexOf("/");
  const authority = slash === -1 ? beforeQuery : beforeQuery.slice(0, slash);
  const login = authority.lastIndexOf("@");
  if (login !== -1 && !isLogin(authority.slice(0, login))) return undefined;
  const host = readHost(authority.slice(login + 1));
  const path = slash === -1 ? "" : unescaped(beforeQuery.slice(slash));
  return host === undefined || path === undefined ? undefined : { host, path };
}

const cut = (text: string, separator: string): readonly [string, string?] => {
  const at = text.indexOf(separator);
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 1)];
};

/** The bytes that url.Parse refuses before a fragment: below space, and DEL. */
function hasControl(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

const isLogin = (text: string): boolean =>
  /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(text) && unescaped(text) !== undefined;

/** What Go allows in a host; `%` stands only before the bytes of other scripts, and in IPv6 zones. */
function readHost(host: string): string | undefined {
  const bracket = host.startsWith("[") ? host.lastIndexOf("]") : -1;
  if (host.startsWith("[") && bracket === -1) return undefined;
  const colon = bracket === -1 ? host.lastIndexOf(":") : bracket + 1;
  const port = colon === -1 ? "" : host.slice(colon);
  if (!/^(?::[0-9]*)?$/.test(port)) return undefined;
  if (/[^A-Za-z0-9\u0080-\uffff!$&'()*+,;=:[\]<>"\-._~%]/.test(host)) return undefined;
  if (bracket === -1 && /%(?![89a-fA-F])/.test(host)) return undefined;
  return unescaped(host);
}

function unescaped(text: string): string | undefined {
  if (!text.includes("%")) return text;
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  const bytes = Buffer.from(text.replace(/%([0-9a-fA-F]{2})|[^%]+/g, escapedToHex), "hex");
  return bytes.toString("utf8");
}

const escapedToHex = (part: string, hex: string | undefined): string =>
  hex ?? Buffer.from(part, "utf8").toString("hex");

/** Go's net.SplitHostPort; where that fails, all of it is the host. */
function splitPort(host: string): readonly [host: string, port: string] {
  const bracketed = /^\[([^[\]]*)\]:([^:[\]]*)$/.exec(host);
  if (bracketed !== null) return [bracketed[1] ?? "", bracketed[2] ?? ""];
  const plain = /^([^:[\]]*):([^:[\]]*)$/.exec(host);
  return plain === null ? [host, ""] : [plain[1] ?? "", plain[2] ?? ""];
}

/**
 * Go's filepath.Match for one label, as far as a host can hold a pattern: `*` and `[a-z]`. (`?`
 * begins a query, `\` and `^` are not allowed there.) A broken pattern matches nothing. Go from 1.24.8 and
 * 1.25.2 on refuses `[` inside a host, so kubelets built with these know `*` alone.
 */
function globMatches(pattern: string, label: string): boolean {
  // No name server takes labels as long as this one: not worth the time that a hostile pair could cost.
  if (!/[*[]/.test(pattern) || label.length > 255) return pattern === label;
  const tokens = globTokens(pattern);
  if (tokens === undefined) return false;
  const letters = [...label];
  let token = 0;
  let letter = 0;
  // Where to come back to: always behind the last star, so no recursion.
  let star = -1;
  let behindStar = 0;
  while (letter < letters.length) {
    const current = tokens[token];
    if (current === "*") {
      star = token++;
      behindStar = letter;
    } else if (current?.(letters[letter] ?? "")) {
      token++;
      letter++;
    } else if (star === -1) return false;
    else {
      token = star + 1;
      letter = ++behindStar;
    }
  }
  return tokens.slice(token).every((rest) => rest === "*");
}

type GlobToken = "*" | ((letter: string) => boolean);

function globTokens(pattern: string): readonly GlobToken[] | undefined {
  const tokens: GlobToken[] = [];
  const letters = [...pattern];
  for (let at = 0; at < letters.length; at++) {
    const literal = letters[at];
    if (literal === "*") {
      if (tokens.at(-1) !== "*") tokens.push("*");
    } else if (literal === "[") {
      const end = letters.indexOf("]", at + 2);
      const ranges = end === -1 ? undefined : rangesOf(letters.slice(at + 1, end));
      if (ranges === undefined) return undefined;
      tokens.push((letter) => ranges.some(([low, high]) => low <= letter && letter <= high));
      at = end;
    } else tokens.push((letter) => letter === literal);
  }
  return tokens;
}

type Range = readonly [low: string, high: string];

/** What stands between `[` and `]`: letters and `a-z`; a `-` that joins nothing breaks the pattern. */
function rangesOf(letters: readonly string[]): readonly Range[] | undefined {
  const ranges: Range[] = [];
  for (let at = 0; at < letters.length; at++) {
    const low = letters[at] ?? "-";
    const isRange = letters[at + 1] === "-";
    const high = isRange ? (letters[at + 2] ?? "-") : low;
    if (low === "-" || high === "-" || low === "]" || high === "]") return undefined;
    ranges.push([low, high]);
    if (isRange) at += 2;
  }
  return ranges;
}
