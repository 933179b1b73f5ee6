// The programs on this machine that can render charts and overlays without asking anything of a network.

import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import type { ManifestTools } from "./change.js";

/** `env` is the process's own; relative parts of PATH are passed over. */
export function toolsOnPath(env: Readonly<Record<string, string | undefined>>): ManifestTools {
  const folders = (env.PATH ?? "").split(delimiter).filter(isAbsolute);
  const find = (name: string): string | undefined =>
    folders.map((folder) => join(folder, name)).find(isProgram);
  const [helm, kubectl] = [find("helm"), find("kubectl")];
  return { ...(helm === undefined ? {} : { helm }), ...(kubectl === undefined ? {} : { kubectl }) };
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
