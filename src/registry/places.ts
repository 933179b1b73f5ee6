// Which places are asked for an image, in which order: the registry alone, unless a client's configuration names mirrors.

import type { Reference } from "../model/reference.js";
import { type Place, registryItself } from "./where.js";

/** The places in the order in which they are asked, the registry itself last; or why the configuration forbids the image. */
export type Places =
  | { readonly ok: true; readonly places: readonly Place[] }
  | { readonly ok: false; readonly why: string };

/** Rejects with ToolError `mirrors-unreadable`. */
export type Mirrors = (image: Reference) => Promise<Places>;

/** The registry alone. `isPlain`: which registries speak plain http. */
export const noMirrors =
  (isPlain: (registry: string) => boolean): Mirrors =>
  async ({ registry }) => ({ ok: true, places: [registryItself(registry, isPlain(registry))] });
