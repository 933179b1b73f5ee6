// Asking the registries of a world from outside: names and ports as the world's listeners have them, its CA trusted.

import { parseReference } from "../../src/model/reference.js";
import { Secret } from "../../src/model/secret.js";
import { type Asker, type AskerChoice, createAsker, type ImageAnswer } from "../../src/probes/asker.js";
import { anonymous, type Login } from "../../src/registry/credential.js";
import type { Pinned } from "../../src/registry/lookup.js";
import { bare } from "../../src/registry/trust.js";
import type { World } from "../../src/sim/world/open.js";

/** Where the world's hosts listen, by name: what `--resolve HOST=ADDRESS:PORT` says. */
export function pinnedTo(world: World, worldPort = 443): ReadonlyMap<string, readonly Pinned[]> {
  return new Map(
    world.resolver.hosts.map(({ host, loopback, ports }) => {
      const port = ports[worldPort] ?? Object.values(ports)[0];
      return [bare(host), [{ address: loopback, ...(port === undefined ? {} : { port }) }]];
    }),
  );
}

export const basic = (username: string, password: string): Login => ({
  is: "basic",
  username,
  password: new Secret(password),
});

/** Limits short enough for a test and long enough for a busy machine. */
export const shortLimits = { dnsMs: 3_000, tcpMs: 2_500, tlsMs: 2_500, headersMs: 2_500, bodyMs: 2_500 };

export function askerOf(world: World, more: Partial<AskerChoice> = {}): Asker {
  return createAsker({
    env: {},
    names: { pinned: pinnedTo(world) },
    ca: [world.network.ca],
    signal: new AbortController().signal,
    now: () => new Date(),
    limits: shortLimits,
    ...more,
  });
}

export async function ask(
  asker: Asker,
  image: string,
  login: Login = anonymous,
  more: Partial<Parameters<Asker["path"]>[2]> = {},
): Promise<ImageAnswer> {
  return asker.path(parseReference(image), login, {
    nodes: [{ os: "linux", architecture: "amd64" }],
    depth: "full",
    ...more,
  });
}

/** `manifest 404` of a failure, for tables. */
export const endOf = ({ failure }: ImageAnswer): string =>
  failure === undefined ? "well" : `${failure.stage} ${failure.status ?? failure.code ?? failure.is}`;
