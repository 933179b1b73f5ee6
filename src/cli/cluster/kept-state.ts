// What a simulated cluster keeps between runs: its objects, its certificate authority, its port and its time.

import { statSync } from "node:fs";
import { Secret } from "../../model/secret.js";
import { type Authority, loadAuthority } from "../../sim/api/http/authority.js";
import type { StoreDump } from "../../sim/api/store.js";
import type { World } from "../../sim/world/open.js";
import { readOr, writePrivately } from "./state-folder.js";

const format = 1;
const saveEveryMs = 2000;

export interface KeptState {
  readonly savedAt: Date;
  /** World time in ms. */
  readonly worldTime: number;
  readonly port: number;
  readonly store: StoreDump;
  readonly authority: Authority;
}

/** undefined: nothing was kept, or nothing that can be used. */
export async function loadState(path: string): Promise<KeptState | undefined> {
  const text = readOr(path);
  if (text === undefined) return undefined;
  try {
    const kept = JSON.parse(text) as Written;
    if (kept.format !== format) return undefined;
    const key = new Secret(kept.authority.key);
    const authority = await loadAuthority({ certificate: kept.authority.certificate, key });
    const { worldTime, port, store } = kept;
    return { savedAt: statSync(path).mtime, worldTime, port, store, authority };
  } catch {
    return undefined;
  }
}

/** Saves every two seconds while anything changes. Returns the way to stop, which saves a last time. */
export function keepState(path: string, world: World): () => void {
  let saved = -1;
  const save = (): void => {
    const version = world.store.resourceVersion;
    if (version === saved) return;
    saved = version;
    const { certificate, key } = world.api.authority.ca;
    const written: Written = {
      format,
      worldTime: world.clock.now(),
      port: world.api.port,
      authority: { certificate, key: key.reveal() },
      store: world.store.dump(),
    };
    writePrivately(path, JSON.stringify(written));
  };
  const timer = setInterval(save, saveEveryMs);
  timer.unref();
  save();
  return () => {
    clearInterval(timer);
    save();
  };
}

interface Written {
  readonly format: typeof format;
  readonly worldTime: number;
  readonly port: number;
  readonly authority: { readonly certificate: string; readonly key: string };
  readonly store: StoreDump;
}
