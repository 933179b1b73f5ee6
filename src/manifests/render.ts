// Renders a copy of a part of the tree with helm or kubectl, neither of which asks anything of a network for it. The
// checkout itself is never written to.

import { execFile } from "node:child_process";
import { cpSync, lstatSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, sep } from "node:path";
import type { ManifestChange } from "./change.js";
import { isSameImage } from "./image-text.js";
import { containersIn, objectsIn, secretNames, secretsHolder } from "./objects.js";
import { partsOf } from "./parts.js";
import type { ManifestFile, Tree } from "./tree.js";

const renderLimits = { files: 5000, bytes: 64 << 20, outputBytes: 64 << 20, timeoutMs: 30_000 };

export type Rendering =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: string };

/** Copies folders of the tree, with some texts changed, for as long as `use` takes. */
export async function withCopy<T>(
  tree: Tree,
  {
    folders,
    texts,
  }: { readonly folders: readonly string[]; readonly texts: ReadonlyMap<ManifestFile, string> },
  use: (copy: string) => Promise<T>,
): Promise<T | { readonly ok: false; readonly why: string }> {
  const copy = mkdtempSync(join(tmpdir(), "pulldoctor-render-"));
  try {
    const trouble = copied(tree, folders, copy);
    if (trouble !== undefined) return { ok: false, why: trouble };
    for (const [{ path }, text] of texts) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), text);
    }
    return await use(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function copied(tree: Tree, folders: readonly string[], copy: string): string | undefined {
  let files = 0;
  let bytes = 0;
  const isTaken = (from: string): boolean => {
    if ([".git", "node_modules"].includes(basename(from))) return false;
    const state = lstatSync(from);
    if (state.isSymbolicLink()) return leadsInside(tree.folder, from);
    if (state.isFile()) {
      files += 1;
      bytes += state.size;
    }
    return (
      (state.isFile() || state.isDirectory()) && files <= renderLimits.files && bytes <= renderLimits.bytes
    );
  };
  try {
    for (const folder of folders) {
      cpSync(join(tree.folder, folder), join(copy, folder), {
        recursive: true,
        verbatimSymlinks: true,
        filter: isTaken,
      });
    }
  } catch {
    return "a copy of it cannot be made";
  }
  return files > renderLimits.files || bytes > renderLimits.bytes
    ? "it is too large to be copied"
    : undefined;
}

function leadsInside(folder: string, link: string): boolean {
  try {
    return realpathSync(link).startsWith(folder + sep);
  } catch {
    return false;
  }
}

/** Runs a program without a shell, without this user's settings, and for a bounded time. */
export function output(
  program: string,
  args: readonly string[],
  home: string,
  input = "",
): Promise<Rendering> {
  // An empty folder as home: no plugins, no repositories, no kubeconfig.
  const env = { PATH: dirname(program), HOME: home, KUBECONFIG: join(home, "none") };
  const limits = { timeout: renderLimits.timeoutMs, maxBuffer: renderLimits.outputBytes };
  return new Promise((done) => {
    const child = execFile(program, [...args], { env, cwd: home, ...limits }, (error, stdout, stderr) => {
      if (error === null) done({ ok: true, text: stdout });
      else
        done({ ok: false, why: firstLine(stderr) || `it ended with ${String(error.code ?? error.signal)}` });
    });
    // A program that ends without reading has closed it.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}

const firstLine = (text: string): string =>
  (text.split("\n").find((line) => /error/i.test(line)) ?? text.split("\n")[0] ?? "").trim().slice(0, 200);

/** What of a rendering is about a change: the images that the container has, or whether the secret is named. */
export function meant(
  text: string,
  change: ManifestChange,
): readonly { readonly image?: string; readonly hasSecret: boolean }[] {
  const objects = partsOf({ path: "rendered", text, bytes: Buffer.alloc(0) }, [change.kind, change.name])
    .parts.flatMap(objectsIn)
    .filter(
      ({ kind, name, namespace }) =>
        kind === change.kind && name === change.name && (namespace ?? change.namespace) === change.namespace,
    );
  if (change.is === "pull-secret") {
    return objects.map((object) => {
      const holder = secretsHolder(object);
      return {
        hasSecret: holder !== undefined && secretNames(object.part, holder.map).includes(change.secret),
      };
    });
  }
  return objects
    .flatMap(containersIn)
    .flatMap(({ name, image }) =>
      name === change.container && image !== undefined ? [{ image, hasSecret: false }] : [],
    );
}

/** Whether a rendering says what the live object says, or what it is to say. */
export function saysIt(text: string, change: ManifestChange, wanted: "before" | "after"): boolean {
  const found = meant(text, change);
  if (found.length === 0) return false;
  if (change.is === "pull-secret") return found.every(({ hasSecret }) => hasSecret === (wanted === "after"));
  const image = wanted === "after" ? change.to : change.from;
  return found.every((one) => one.image !== undefined && isSameImage(one.image, image));
}

/** Lines of one rendering that the other does not have, counted, and the objects that they are in. */
export function differences(
  before: string,
  after: string,
): { readonly lines: number; readonly objects: readonly string[] } {
  const known = new Set(documentsOf(before));
  let lines = 0;
  const objects: string[] = [];
  const old = new Map<string, number>();
  for (const line of before.split("\n")) old.set(line, (old.get(line) ?? 0) + 1);
  for (const line of after.split("\n")) {
    const left = old.get(line) ?? 0;
    if (left === 0) lines += 1;
    else old.set(line, left - 1);
  }
  for (const text of documentsOf(after)) {
    if (known.has(text)) continue;
    const [object] = partsOf({ path: "rendered", text, bytes: Buffer.alloc(0) }).parts.flatMap(objectsIn);
    if (object !== undefined) objects.push(`${object.kind} ${object.name}`);
  }
  return { lines, objects };
}

const documentsOf = (text: string): readonly string[] => text.split(/^---.*$/m);
