// From an image's registry to the places that are asked for it: its mirrors, then itself.

import type { Secret } from "../model/secret.js";
import type { Route } from "./dial.js";
import type { RouteFor } from "./pool.js";
import type { Endpoint } from "./session.js";
import { bare, hostnameOf } from "./trust.js";

/** What a client's mirror configuration says about one place. Absent fields: as for any host. */
export interface Place {
  readonly url: URL;
  /** Whether tags may be resolved here, and whether content may be pulled. */
  readonly canResolve: boolean;
  readonly canPull: boolean;
  readonly isMirror: boolean;
  /** `override_path`: the URL's path stands for `/v2` itself. */
  readonly ownPath?: boolean;
  readonly isInsecure?: boolean;
  readonly ca?: readonly string[];
  readonly client?: { readonly cert: string; readonly key: Secret };
  readonly headers?: Readonly<Record<string, string>>;
  /** The repository asked for there, where a rewrite changes it. */
  readonly repository?: string;
  /** Where it is written: `certs.d/docker.io/hosts.toml, line 3`. */
  readonly from?: string;
}

/** Docker Hub answers under another name than images use. */
const realHosts: Readonly<Record<string, string>> = { "docker.io": "registry-1.docker.io" };

/** Hosts that containers reach by plain http without being told: this machine, as the runtimes do. */
const isThisMachine = (host: string): boolean =>
  host === "localhost" || host === "::1" || /^127\./.test(host);

/** Whether a registry's name can be an address at all: references allow names and ports that no URL does. */
export const isAddressable = (registry: string): boolean =>
  URL.canParse(`http://${realHosts[registry] ?? registry}`);

/**
 * The registry of a reference as a place. Throws TypeError where it is not addressable. `isPlain`: the user said so, or the registry is on this machine with a port of
 * its own, as containerd and docker read it.
 */
export function registryItself(registry: string, isPlain: boolean): Place {
  const host = realHosts[registry] ?? registry;
  const { hostname, port } = new URL(`http://${host}`);
  const plain = isPlain || (isThisMachine(bare(hostname)) && port !== "" && port !== "443");
  return {
    url: new URL(`${plain ? "http" : "https"}://${host}`),
    canResolve: true,
    canPull: true,
    isMirror: false,
  };
}

export function endpointOf(place: Place, registry: string, routeFor: RouteFor): Endpoint {
  const { url } = place;
  const isTls = url.protocol === "https:";
  const host = bare(url.hostname);
  const port = Number(url.port || (isTls ? 443 : 80));
  const route: Route = {
    ...routeFor(host, port, isTls),
    ...(place.ca === undefined ? {} : { ca: place.ca }),
    ...(place.client === undefined ? {} : { client: place.client }),
    ...(place.isInsecure === undefined ? {} : { isInsecure: place.isInsecure }),
  };
  const path = url.pathname.replace(/\/$/, "");
  const own = hostnameOf(realHosts[registry] ?? registry);
  return {
    route,
    prefix: place.ownPath === true ? path : `${path.replace(/\/v2$/, "")}/v2`,
    ...(place.isMirror && host !== bare(own) ? { mirrorOf: registry } : {}),
    ...(place.headers === undefined ? {} : { headers: place.headers }),
  };
}
