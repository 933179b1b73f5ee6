// Where a credential may go, and which addresses may be asked on a stranger's word. A registry names its token server and
// redirects to storage; both are its claims, and a hostile one would name somebody else's host, or our own network.

import { isIP } from "node:net";

/** Hosts that the user allowed or forbade, exact or as `*.example.com`; ports are ignored. */
export interface HostRules {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

export const noHostRules: HostRules = { allow: [], deny: [] };

export type Ruling = { readonly ok: true } | { readonly ok: false; readonly why: string };

const fine: Ruling = { ok: true };
const refuse = (why: string): Ruling => ({ ok: false, why });

/** Token servers that their owner runs beside the registry, under another site's name. */
const knownRealms: Readonly<Record<string, readonly string[]>> = {
  "registry.hub.docker.com": ["auth.docker.io"],
};

/** Domains under which strangers live side by side: only the very same host is the same site there. */
const sharedDomains = [
  "amazonaws.com",
  "amazonaws.com.cn",
  "azurecr.io",
  "azurewebsites.net",
  "azurefd.net",
  "cloudapp.net",
  "cloudfront.net",
  "github.io",
  "gitlab.io",
  "googleapis.com",
  "googleusercontent.com",
  "herokuapp.com",
  "jfrog.io",
  "netlify.app",
  "ngrok.io",
  "ngrok-free.app",
  "nip.io",
  "pages.dev",
  "pkg.dev",
  "run.app",
  "sslip.io",
  "vercel.app",
  "workers.dev",
  "xip.io",
];

/** Second levels that registries of countries sell names under, such as `co.uk`. */
const secondLevels = /^(ac|co|com|edu|gob|gov|govt|mil|ne|net|nom|or|org|sch)$/;

/**
 * May credentials for `registry` go to the token server at `realm`? Yes over https, to the registry's own host, its own
 * site, or the token server known for it; and to what the user allowed. `isPlain`: the user set the registry to plain http.
 */
export function realmMayHaveCredentials(
  realm: URL,
  registry: { readonly host: string; readonly isPlain: boolean },
  rules: HostRules,
): Ruling {
  const host = bare(realm.hostname);
  if (matches(host, rules.deny)) return refuse(`${host} is on the list of denied hosts`);
  if (realm.username !== "" || realm.password !== "") return refuse("its address carries a login");
  const own = bare(hostnameOf(registry.host));
  const isPlainHere = registry.isPlain && host === own;
  if (realm.protocol !== "https:" && !isPlainHere) return refuse("it is not asked over https");
  if (host === own || matches(host, rules.allow)) return fine;
  if (knownRealms[own]?.includes(host) === true) return fine;
  const site = siteOf(own);
  if (site !== undefined && site === siteOf(host)) return fine;
  return refuse(`${host} is no part of ${own}`);
}

/** May this host be asked at all? `isAsked`: the user named it, as the registry of an image or in a flag. */
export function hostMayBeAsked(hostname: string, rules: HostRules): Ruling {
  const host = bare(hostname);
  if (matches(host, rules.deny)) return refuse(`${host} is on the list of denied hosts`);
  return fine;
}

/**
 * The site a name belongs to: its registrable domain by its shape. Undefined for addresses, for single labels and under
 * domains that strangers share. Without a public suffix list a country's unusual second level is taken for a site; the
 * hosts that are compared come from one challenge, so both would have to live under it.
 */
export function siteOf(hostname: string): string | undefined {
  const host = bare(hostname);
  if (isIP(host) !== 0) return undefined;
  const shared = sharedDomains.find((domain) => host === domain || host.endsWith(`.${domain}`));
  if (shared !== undefined) return undefined;
  const labels = host.split(".");
  if (labels.length < 2 || labels.includes("")) return undefined;
  const [second = "", top = ""] = labels.slice(-2);
  const isCountry = top.length === 2 && secondLevels.test(second);
  return isCountry
    ? labels.length < 3
      ? undefined
      : labels.slice(-3).join(".")
    : labels.slice(-2).join(".");
}

/** What an IP address is for, when it is not an ordinary one; undefined for public addresses. */
export type SpecialAddress = "loopback" | "link-local" | "private" | "unspecified" | "multicast" | "reserved";

export function specialAddress(address: string): SpecialAddress | undefined {
  const family = isIP(address);
  if (family === 4) return special4(address);
  if (family === 6) return special6(address.toLowerCase());
  return undefined;
}

/**
 * May a connection to this address be made on a registry's word (a redirect, a realm)? Never to a link-local one (clouds keep
 * their metadata there) or to nobody in particular. `registryAt`: what the registry's own address is, when it is special. To
 * this machine only when the registry is on it, to private networks only when it is in one or on this machine: then its
 * storage may be as well.
 */
export function addressMayBeAsked(address: string, registryAt?: SpecialAddress): Ruling {
  if (metadata.has(address.toLowerCase())) return refuse(`${address} is a cloud's metadata service`);
  const special = specialAddress(address);
  if (special === undefined) return fine;
  if (special === "private" && (registryAt === "private" || registryAt === "loopback")) return fine;
  if (special === "loopback" && registryAt === "loopback") return fine;
  return refuse(`${address} is a ${special} address`);
}

/**
 * May a name be handed to a proxy on a registry's word? The proxy resolves it, so no address can be judged: names that mean a
 * metadata service or whoever asks are refused.
 */
export function nameMayBeProxied(hostname: string): Ruling {
  const host = bare(hostname);
  if (host === "localhost" || host.endsWith(".localhost")) return refuse(`${host} is whoever asks`);
  return metadataNames.has(host) ? refuse(`${host} is a cloud's metadata service`) : fine;
}

const metadataNames: ReadonlySet<string> = new Set([
  "metadata",
  "metadata.google.internal",
  "metadata.goog",
  "metadata.tencentyun.com",
  "metadata.azure.internal",
  "instance-data",
  "instance-data.ec2.internal",
]);

/** Metadata services outside of the link-local range. */
const metadata: ReadonlySet<string> = new Set([
  "100.100.100.200",
  "fd00:ec2::254",
  "168.63.129.16",
  "192.0.0.192",
]);

function special4(address: string): SpecialAddress | undefined {
  const [a = 0, b = 0] = address.split(".").map(Number);
  if (a === 0) return "unspecified";
  if (a === 127) return "loopback";
  if (a === 169 && b === 254) return "link-local";
  if (a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168)) return "private";
  if (a === 100 && b >= 64 && b < 128) return "private";
  if (a === 198 && (b === 18 || b === 19)) return "private";
  if (a >= 224 && a < 240) return "multicast";
  return a >= 240 ? "reserved" : undefined;
}

function special6(address: string): SpecialAddress | undefined {
  const groups = expand(address);
  if (groups === undefined) return "reserved";
  const [first = 0] = groups;
  const isEmbedded4 =
    groups.slice(0, 5).every((group) => group === 0) && (groups[5] === 0xffff || groups[5] === 0);
  const isNat64 = first === 0x64 && groups[1] === 0xff9b;
  const last4 = [groups[6] ?? 0, groups[7] ?? 0].flatMap((group) => [group >> 8, group & 255]).join(".");
  if (groups.every((group) => group === 0)) return "unspecified";
  if (groups.slice(0, 7).every((group) => group === 0) && groups[7] === 1) return "loopback";
  if (isEmbedded4 || isNat64) return special4(last4);
  // 6to4 carries an IPv4 address behind its prefix.
  if (first === 0x2002)
    return special4([groups[1] ?? 0, groups[2] ?? 0].flatMap((group) => [group >> 8, group & 255]).join("."));
  if ((first & 0xffc0) === 0xfec0) return "private";
  if ((first & 0xffc0) === 0xfe80) return "link-local";
  if ((first & 0xfe00) === 0xfc00) return "private";
  return (first & 0xff00) === 0xff00 ? "multicast" : undefined;
}

function expand(address: string): number[] | undefined {
  const plain = address.replace(/%.*$/, "");
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(plain);
  const hex = (high: string | undefined, low: string | undefined): string =>
    (Number(high) * 256 + Number(low)).toString(16);
  const text =
    dotted === null
      ? plain
      : `${plain.slice(0, dotted.index)}${hex(dotted[1], dotted[2])}:${hex(dotted[3], dotted[4])}`;
  const [head = "", tail] = text.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const gap = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: Math.max(0, gap) }, () => "0"), ...after];
  return groups.length === 8 ? groups.map((group) => Number.parseInt(group, 16)) : undefined;
}

/** Does one of the user's patterns mean this host? */
export const isListed = (hostname: string, patterns: readonly string[]): boolean =>
  matches(bare(hostname), patterns);

function matches(host: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const wanted = bare(hostnameOf(pattern));
    return wanted.startsWith("*.")
      ? host.endsWith(wanted.slice(1)) && host.length > wanted.length - 1
      : host === wanted;
  });
}

/** Lower case, without brackets and the root's dot. */
export const bare = (hostname: string): string =>
  hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "");

/** `registry.example.com:5000` without its port; `[::1]:5000` is `::1`. */
export function hostnameOf(host: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(host);
  if (bracketed !== null) return bracketed[1] ?? "";
  return isIP(host) === 6 ? host : host.replace(/:\d+$/, "");
}
