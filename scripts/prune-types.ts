// Of the declarations that the compiler writes, keeps those that the library's face leads to: the others
// describe the program's insides, and name packages that no user of the library has.

import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** Removes from `folder` every declaration that `entry` does not import, directly or through others. */
export function pruneTypes(folder: string, entry: string): void {
  const kept = new Set<string>();
  const queue = [resolve(folder, entry)];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (kept.has(file)) continue;
    kept.add(file);
    for (const [, path = ""] of readFileSync(file, "utf8").matchAll(/(?:from |import\()"(\.[^"]+)\.js"/g))
      queue.push(resolve(dirname(file), `${path}.d.ts`));
  }
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = resolve(join(entry.parentPath, entry.name));
    if (entry.isFile() && !kept.has(path)) rmSync(path);
  }
}
