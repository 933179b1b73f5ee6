// The registries of bench/can-pull.ts in a process of their own, behind a proxy that delays as a long way does: a
// connection takes one round trip to open, and every byte half a one to travel.

import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { openWorld } from "../../src/sim/world/open.js";

export interface RegistryShape {
  readonly roundTripMs: number;
  readonly registries: number;
  readonly repositories: number;
  readonly tags: number;
  readonly caFile: string;
}

export interface RegistryReady {
  readonly proxyUrl: string;
}

export interface Asked {
  readonly requests: number;
  readonly connections: number;
}

export const registryHost = (at: number): string => `registry-${at}.bench.example`;
export const imageAt = (at: number, { registries, repositories, tags }: RegistryShape): string => {
  const rest = Math.floor(at / registries);
  return `${registryHost(at % registries)}/team/app-${rest % repositories}:v${Math.floor(rest / repositories) % tags}`;
};

const shape = JSON.parse(process.argv[2] ?? "null") as RegistryShape | null;
if (shape !== null && process.send !== undefined) await serve(shape);

async function serve({ roundTripMs, registries, repositories, tags, caFile }: RegistryShape): Promise<void> {
  process.once("SIGTERM", () => process.exit(0));
  process.once("disconnect", () => process.exit(0));
  const tag = { platforms: ["linux/amd64", "linux/arm64"], shape: "oci", layers: 3 };
  const repository = { tags: Object.fromEntries(Array.from({ length: tags }, (_, at) => [`v${at}`, tag])) };
  const content = Object.fromEntries(
    Array.from({ length: repositories }, (_, at) => [`team/app-${at}`, repository]),
  );
  const world = await openWorld({
    registries: Object.fromEntries(
      Array.from({ length: registries }, (_, at) => [
        registryHost(at),
        { dialect: "bearer", repositories: content },
      ]),
    ),
  });
  writeFileSync(caFile, world.network.ca);
  // Contents are made when first asked for: what is measured is the asking.
  for (let at = 0; at < registries; at++) {
    for (const [name, { tags: all }] of Object.entries(content)) {
      for (const one of Object.keys(all)) world.registries.putTag(registryHost(at), name, one);
    }
  }
  let connections = 0;
  const proxy = createServer();
  proxy.on("connect", (request, client: Socket) => {
    connections += 1;
    client.setNoDelay(true);
    const host = (request.url ?? "").split(":")[0] ?? "";
    const found = world.network.host(host);
    const up = connect({ host: found?.loopback ?? "127.0.0.1", port: found?.ports[443] ?? 1, noDelay: true });
    client.on("error", () => up.destroy());
    up.on("error", () => client.destroy());
    const half = roundTripMs / 2;
    setTimeout(() => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      delayed(client, up, half);
      delayed(up, client, half);
    }, roundTripMs);
  });
  proxy.listen(0, "127.0.0.1", () => {
    const { port } = proxy.address() as AddressInfo;
    process.send?.({ proxyUrl: `http://127.0.0.1:${port}` } satisfies RegistryReady);
  });
  process.on("message", () => {
    const requests = world.registries.requests.length;
    process.send?.({ requests, connections } satisfies Asked);
  });
}

/** Bytes keep their order: each waits the same time. */
function delayed(from: Socket, to: Socket, ms: number): void {
  from.on("data", (bytes: Buffer) => setTimeout(() => to.write(bytes), ms));
  from.on("close", () => setTimeout(() => to.destroy(), ms));
}
