// A simulated cluster in which things are mended: it runs at many times real speed, and real commands are given to it from
// the outside, by a kubeconfig.

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../src/cli/main.js";
import { type Clock, runningClock } from "../../src/sim/clock.js";
import { openWorld, type World } from "../../src/sim/world/open.js";
import type { WorldData } from "../../src/sim/world/read.js";
import type { Ran } from "../cli-run.js";
import { root } from "../tree.js";

export interface MendingWorld {
  readonly world: World;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  run(argv: readonly string[], more?: RunMore): Promise<Ran>;
  /** Resolves once `is` holds; throws when it does not within 45 seconds, whatever else the machine does. */
  until(what: string, is: () => boolean, withinMs?: number): Promise<void>;
  /** Objects of a kind, without what the API server and controllers write. */
  own(kind: string): readonly unknown[];
  /** Texts of all files of the journal. */
  journal(): readonly string[];
  /** The permission bits of these files. */
  journalModes(): readonly number[];
  close(): Promise<void>;
}

export interface RunMore {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What a person types; then stdin is a terminal. */
  readonly typed?: string;
}

/** `speed`: how many times as fast as real time, or the world's clock. */
export async function mendingWorld(
  source: string | WorldData,
  speed: number | Clock = 40,
): Promise<MendingWorld> {
  const folder = mkdtempSync(join(tmpdir(), "pulldoctor-fix-"));
  const world = await openWorld(source, {
    clock: typeof speed === "number" ? runningClock(speed) : speed,
    seed: "fix",
  });
  const [caFile, kubeconfig] = [join(folder, "ca.pem"), join(folder, "config")];
  writeFileSync(caFile, world.network.ca);
  writeFileSync(kubeconfig, world.kubeconfig);
  const env = {
    ...world.env(caFile),
    KUBECONFIG: kubeconfig,
    HTTPS_PROXY: world.network.proxyUrl,
    HTTP_PROXY: world.network.proxyUrl,
    SSL_CERT_FILE: caFile,
    XDG_STATE_HOME: join(folder, "state"),
    HOME: folder,
    PATH: "/nonexistent",
  };
  const journalFolder = join(folder, "state", "pulldoctor", "journal");
  return {
    world,
    folder,
    env,
    async run(argv, { stdin = "", env: more = {}, typed } = {}) {
      let out = "";
      let err = "";
      const code = await run(argv, {
        out: (text) => {
          out += text;
        },
        err: (text) => {
          err += text;
        },
        stdin: bytesOf(typed ?? stdin),
        env: { LANG: "C.UTF-8", ...env, ...more },
        cwd: root,
        now: () => new Date(world.clock.now()),
        isTerminal: { in: typed !== undefined, out: false, err: false },
        signal: new AbortController().signal,
        program: "pulldoctor",
      });
      return { code, out, err };
    },
    async until(what, is, withinMs = 45_000) {
      const end = performance.now() + withinMs;
      while (!is()) {
        if (performance.now() > end) throw new Error(`never: ${what}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    own: (kind) => world.store.list(kind, {}).map(ownPartOf),
    journal: () => filesIn(journalFolder),
    journalModes: () =>
      readdirSync(journalFolder).map((name) => statSync(join(journalFolder, name)).mode & 0o777),
    async close() {
      await world.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** True once a pod waits because its image did not come. */
export const cannotPull =
  ({ world }: MendingWorld, namespace = "shop") =>
  (): boolean =>
    world.store
      .list("pods", { namespace })
      .some((pod) =>
        /ErrImage|ImagePullBackOff|InvalidImageName|ErrImageNeverPull/.test(JSON.stringify(pod.status ?? {})),
      );

/** An object without what the API server and controllers write. */
export function ownPartOf(object: object): unknown {
  // A Job's selector and labels hold its uid, and the volume of a pod's token a random name.
  const text = JSON.stringify(object)
    .replace(/"((?:batch\.kubernetes\.io\/)?controller-uid)":"[^"]*"/g, '"$1":""')
    .replace(/kube-api-access-[a-z0-9]+/g, "kube-api-access");
  const copy = JSON.parse(text) as {
    metadata: Record<string, unknown> & { annotations?: Record<string, string> };
    status?: unknown;
  };
  delete copy.status;
  const { name, namespace, labels, annotations = {} } = copy.metadata;
  const own = Object.entries(annotations).filter(([key]) => !key.startsWith("deployment.kubernetes.io/"));
  return { ...copy, metadata: { name, namespace, labels, annotations: Object.fromEntries(own) } };
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => readFileSync(join(folder, name), "utf8"));
  } catch {
    return [];
  }
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  if (text !== "") yield Buffer.from(text);
}
