// The worlds that come with the program, by name.

import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Beside this file in a checkout; beside the folder of the program's parts once it is built. */
const folders = ["./worlds", "../worlds"].map((path) => fileURLToPath(new URL(path, import.meta.url)));

/** The names, in alphabetical order. */
export function builtInWorlds(): readonly string[] {
  const folder = folders.find((path) => existsSync(path));
  if (folder === undefined) return [];
  const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));
  return files.map((name) => basename(name, ".yaml")).sort();
}

/** The path of a built-in world; undefined: there is none of that name. */
export function builtInWorld(name: string): string | undefined {
  if (!/^[a-z0-9-]+$/.test(name)) return undefined;
  return folders.map((folder) => join(folder, `${name}.yaml`)).find((path) => existsSync(path));
}
