// What a simulated cluster keeps between runs: its objects, its certificate authority, its port and its time,
// what was pushed to its registries and which images its nodes have. The bytes that were pushed are files of their own, each written once.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { Secret } from "../../model/secret.js";
import { type Authority, loadAuthority } from "../../sim/api/http/authority.js";
import type { StoreDump } from "../../sim/api/store.js";
import type { KeptImage } from "../../sim/kubelet/image-store.js";
import type { RegistriesDump } from "../../sim/registry/dump.js";
import type { World } from "../../sim/world/open.js";
import { readOr, type StateFolder, writePrivately } from "./state-folder.js";

const format = 1;
const saveEveryMs = 2000;

export interface KeptState {
  readonly savedAt: Date;
  /** World time in ms. */
  readonly worldTime: number;
  readonly port: number;
  readonly store: StoreDump;
  readonly authority: Authority;
  readonly registries: RegistriesDump;
  /** By node. */
  readonly images: ReadonlyMap<string, readonly KeptImage[]>;
}

/** Of the world of that name. undefined: nothing was kept, or nothing that can be used. */
export async function loadState(folder: StateFolder, world: string): Promise<KeptState | undefined> {
  const path = folder.stateOf(world);
  const text = readOr(path);
  if (text === undefined) return undefined;
  try {
    const kept = JSON.parse(text) as Written;
    if (kept.format !== format) return undefined;
    const key = new Secret(kept.authority.key);
    const authority = await loadAuthority({ certificate: kept.authority.certificate, key });
    const { worldTime, port, store, images = {}, registries = { pushes: [], passwords: [] } } = kept;
    const content = (digest: string) => readContent(folder.contentOf(world), digest);
    const savedAt = statSync(path).mtime;
    return {
      savedAt,
      worldTime,
      port,
      store,
      authority,
      registries: { ...registries, content },
      images: new Map(Object.entries(images)),
    };
  } catch {
    return undefined;
  }
}

/** Saves every two seconds while anything changes. Returns the way to stop, which saves a last time. */
export function keepState(folder: StateFolder, world: World): () => void {
  const path = folder.stateOf(world.config.name);
  const content = folder.contentOf(world.config.name);
  let saved = "";
  const save = (): void => {
    const version = `${world.store.resourceVersion} ${world.registries.changes}`;
    if (version === saved) return;
    saved = version;
    const { certificate, key } = world.api.authority.ca;
    const registries = world.registries.dump();
    // Before what names it: a kill in between leaves bytes too many, never too few.
    for (const { digest } of registries.pushes) writeContent(content, digest, registries);
    const written: Written = {
      format,
      worldTime: world.clock.now(),
      port: world.api.port,
      authority: { certificate, key: key.reveal() },
      store: world.store.dump(),
      registries: { pushes: registries.pushes, passwords: registries.passwords },
      images: Object.fromEntries(world.nodes.all().map((node) => [node.config.name, node.dumpImages()])),
    };
    writePrivately(path, JSON.stringify(written));
  };
  const timer = setInterval(save, saveEveryMs);
  timer.unref();
  save();
  forgetContent(content, world.registries.dump());
  return () => {
    clearInterval(timer);
    save();
  };
}

const contentFile = (folder: string, digest: string): string => join(folder, digest.replace(":", "-"));

function writeContent(folder: string, digest: string, { content }: RegistriesDump): void {
  const path = contentFile(folder, digest);
  const bytes = existsSync(path) ? undefined : content(digest);
  if (bytes === undefined) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writePrivately(path, bytes);
}

/** undefined: not there, or damaged. */
function readContent(folder: string, digest: string): Buffer | undefined {
  const path = contentFile(folder, digest);
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}` === digest ? bytes : undefined;
}

/** Removes what an earlier world of that name was pushed and this one does not have. */
function forgetContent(folder: string, { pushes }: RegistriesDump): void {
  if (!existsSync(folder)) return;
  const known = new Set(pushes.map(({ digest }) => contentFile(folder, digest)));
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (!known.has(path)) rmSync(path, { force: true });
  }
}

interface Written {
  readonly format: typeof format;
  readonly worldTime: number;
  readonly port: number;
  readonly authority: { readonly certificate: string; readonly key: string };
  readonly store: StoreDump;
  /** Absent: written before these were kept. */
  readonly registries?: Pick<RegistriesDump, "pushes" | "passwords">;
  readonly images?: Readonly<Record<string, readonly KeptImage[]>>;
}
