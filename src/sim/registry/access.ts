// Whether somebody may do something to a repository; how that is said is the dialect's matter.

import type { Identity } from "./accounts.js";
import type { RegistryConfig } from "./config.js";
import type { Denial, Dialect } from "./dialects/dialect.js";
import type { Store } from "./store.js";

export type Action = "pull" | "push" | "delete";

/** undefined: granted. */
export function deny(
  who: Identity,
  name: string,
  action: Action,
  registry: { readonly dialect: Dialect; readonly config: RegistryConfig; readonly store: Store },
): Denial | undefined {
  const { dialect, config, store } = registry;
  if (who.is === "rejected" || who.is === "expired") return who.is;
  const repository = store.repositories.get(name);
  const readers = repository?.config.readers;
  const mayRead = who.is === "account" && (readers === undefined || readers.includes(who.name));
  if (action !== "pull") {
    if (config.openPush) return undefined;
    if (who.is === "anonymous") return repository === undefined ? "anonymous-missing" : "anonymous";
    if (repository === undefined) return dialect.createsOnPush ? undefined : "missing";
    return mayRead ? undefined : "forbidden";
  }
  if (who.is === "anonymous") {
    if (repository === undefined) return dialect.alwaysLogin ? "anonymous" : "anonymous-missing";
    return dialect.alwaysLogin || repository.config.private ? "anonymous" : undefined;
  }
  if (repository === undefined) return "missing";
  return mayRead || !repository.config.private ? undefined : "forbidden";
}
