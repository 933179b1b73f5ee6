// How registries are reached from this place: names, proxies, trust and plain http, from the environment and from flags.

import { ToolError } from "../model/errors.js";
import { type Environment, environmentProxy } from "../model/proxy-env.js";
import { Secret } from "../model/secret.js";
import type { Route } from "./dial.js";
import { type Lookup, type LookupChoice, lookupBy } from "./lookup.js";
import type { RouteFor } from "./pool.js";
import { trustedRoots } from "./roots.js";
import { bare } from "./trust.js";
import type { ProxyRoute } from "./tunnel.js";

export interface ReachChoice {
  /** HTTPS_PROXY, HTTP_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR. */
  readonly env: Environment;
  readonly names?: LookupChoice;
  /** PEM texts, trusted beside what this machine trusts. */
  readonly ca?: readonly string[];
  /** Registries, with their port as images write it, that speak plain http. */
  readonly plainHttp?: readonly string[];
  /** Registry host to the URL of a proxy for it alone; "" for none. They go before the environment's. */
  readonly proxies?: ReadonlyMap<string, string>;
}

export interface Reach {
  readonly lookup: Lookup;
  readonly routeFor: RouteFor;
  readonly isPlain: (registry: string) => boolean;
}

/** Reads the environment now and certificates when first needed. Throws ToolError `ca-unreadable` or `proxy-invalid`, then. */
export function reachBy(choice: ReachChoice): Reach {
  let roots: readonly string[] | undefined;
  const plain = new Set((choice.plainHttp ?? []).map((host) => host.toLowerCase()));
  return {
    lookup: lookupBy(choice.names ?? {}),
    isPlain: (registry) => plain.has(registry.toLowerCase()),
    routeFor: (host, port, isTls): Route => {
      const proxy = proxyFor(host, port, isTls, choice);
      if (!isTls) return { host, port, isTls, ...(proxy === undefined ? {} : { proxy }) };
      roots ??= trustedRoots(choice.env, choice.ca);
      return { host, port, isTls, ca: roots, ...(proxy === undefined ? {} : { proxy }) };
    },
  };
}

function proxyFor(
  host: string,
  port: number,
  isTls: boolean,
  { env, proxies }: ReachChoice,
): ProxyRoute | undefined {
  const own = proxies?.get(bare(host));
  if (own !== undefined) return own === "" ? undefined : proxyRoute(own, `the proxy for ${host}`);
  const name = host.includes(":") ? `[${host}]` : host;
  const named = environmentProxy(new URL(`${isTls ? "https" : "http"}://${name}:${port}`), env);
  return named === undefined ? undefined : proxyRoute(named.url, named.name);
}

/** Schemes of proxies that Go's net/http knows, and their usual ports. */
const proxyPorts: Readonly<Record<string, number>> = {
  "http:": 80,
  "https:": 443,
  "socks5:": 1080,
  "socks5h:": 1080,
};

/** Throws ToolError `proxy-invalid`. `from` names the variable or flag. */
function proxyRoute(text: string, from: string): ProxyRoute {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const usualPort = url === undefined ? undefined : proxyPorts[url.protocol];
  if (url === undefined || usualPort === undefined || url.hostname === "") {
    throw new ToolError("proxy-invalid", {
      what: `${from} cannot be used for registries`,
      why: url === undefined ? "it is no URL" : `its scheme is ${url.protocol.slice(0, -1)}`,
      do: "use http://, https:// or socks5:// with a host and a port",
    });
  }
  const [username = "", password = ""] = [url.username, url.password].map(decoded);
  return {
    host: bare(url.hostname),
    port: Number(url.port || usualPort),
    isTls: url.protocol === "https:",
    ...(url.protocol.startsWith("socks") ? { isSocks: true } : {}),
    shown: `${url.protocol}//${url.host}`,
    ...(username === "" ? {} : { login: { username, password: new Secret(password) } }),
  };
}

/** What is no percent-encoding is taken as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
