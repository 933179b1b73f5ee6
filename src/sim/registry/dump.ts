// What the registries of a world have that its file does not say: what was pushed to them, and passwords
// that they gave out. A world that is opened again takes it up.

import type { Registry } from "./registry.js";
import type { Push } from "./store.js";

export interface RegistriesDump {
  readonly pushes: readonly (Push & { readonly host: string })[];
  readonly passwords: readonly {
    readonly host: string;
    readonly username: string;
    readonly password: string;
    /** World time in ms. */
    readonly endsAt: number;
  }[];
  /** The bytes of a push; undefined: they are lost. */
  content(digest: string): Buffer | undefined;
}

export function dump(registries: readonly Registry[]): RegistriesDump {
  return {
    pushes: registries.flatMap(({ config: { host }, store }) =>
      [...store.pushes.values()].map((push) => ({ ...push, host })),
    ),
    passwords: registries.flatMap(({ config: { host }, accounts }) =>
      [...accounts.issued].map(([password, issued]) => ({ host, password, ...issued })),
    ),
    content(digest) {
      for (const { store } of registries) {
        const blob = store.blob(digest);
        if (blob !== undefined) return blob.bytes;
        for (const { manifests } of store.repositories.values()) {
          const manifest = manifests.get(digest);
          if (manifest !== undefined) return manifest.bytes;
        }
      }
      return undefined;
    },
  };
}

/** Leaves out what is of a host that the world no longer has, or whose bytes are lost. */
export function restore(registries: ReadonlyMap<string, Registry>, kept: RegistriesDump): void {
  for (const { host, is, repository: name, digest, mediaType, tag } of kept.pushes) {
    const bytes = kept.content(digest);
    const store = registries.get(host)?.store;
    if (store === undefined || bytes === undefined) continue;
    if (is === "blob") store.addBlob(store.open(name), bytes, mediaType);
    else store.addManifest(store.open(name), bytes, mediaType, tag);
  }
  for (const { host, password, ...issued } of kept.passwords) {
    registries.get(host)?.accounts.accept(password, issued);
  }
}
