// A folder of manifests as text, read once and within bounds. What is not read is told, never guessed at.

import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, posix, relative, sep } from "node:path";
import { ToolError } from "../model/errors.js";
import { checkoutOf } from "./diff.js";
import { reasonOf } from "./edit.js";

const treeLimits = { maxFiles: 20_000, maxFileBytes: 10 << 20, maxBytes: 256 << 20, maxDepth: 40 };

export interface ManifestFile {
  /** Below the folder, with `/` between the parts. */
  readonly path: string;
  readonly bytes: Buffer;
  /** A byte order mark, when there is one, is its first character. */
  readonly text: string;
}

export interface Tree {
  /** Its real path. */
  readonly folder: string;
  /** Where it stands in its git checkout: `deploy`; "" for the top, or where there is no git. */
  readonly prefix: string;
  /** By path; a link within the folder has the file that it leads to. */
  readonly files: ReadonlyMap<string, ManifestFile>;
  /** `big.yaml: larger than 10 MB`. */
  readonly notRead: readonly string[];
}

/** Templates and Kustomizations without an ending count, too. */
const isOfInterest = (name: string): boolean => /\.(ya?ml|json|tpl)$/i.test(name) || name === "Kustomization";

const isLeftOut = (name: string): boolean => name === ".git" || name === "node_modules";

/** Throws ToolError `manifests-unreadable`. */
export function readTree(place: string): Tree {
  const files = new Map<string, ManifestFile>();
  const links: { readonly path: string; readonly to: string }[] = [];
  const notRead: string[] = [];
  let bytesLeft = treeLimits.maxBytes;
  const folder = openFolder(place);

  const walk = (path: string, depth: number): void => {
    if (depth > treeLimits.maxDepth) {
      notRead.push(`${path}: folders more than ${treeLimits.maxDepth} deep`);
      return;
    }
    for (const entry of entriesOf(path)) {
      const child = path === "" ? entry.name : posix.join(path, entry.name);
      if (entry.isDirectory()) {
        if (!isLeftOut(entry.name)) walk(child, depth + 1);
      } else if (entry.isSymbolicLink()) followed(child);
      else if (isOfInterest(entry.name)) read(child, entry.isFile());
    }
  };
  const entriesOf = (path: string): readonly Dirent[] => {
    try {
      return readdirSync(join(folder, path), { withFileTypes: true }).sort((a, b) =>
        a.name < b.name ? -1 : 1,
      );
    } catch (cause) {
      notRead.push(`${path}: ${reasonOf(cause)}`);
      return [];
    }
  };
  const followed = (path: string): void => {
    if (!isOfInterest(posix.basename(path))) return;
    try {
      const target = realpathSync(join(folder, path));
      if (target.startsWith(folder + sep))
        links.push({ path, to: relative(folder, target).split(sep).join("/") });
      else notRead.push(`${path}: a link that leads out of the folder`);
    } catch (cause) {
      notRead.push(`${path}: ${reasonOf(cause)}`);
    }
  };
  const read = (path: string, isFile: boolean): void => {
    const answer = isFile && files.size < treeLimits.maxFiles ? readText(folder, path, bytesLeft) : undefined;
    if (answer === undefined) {
      notRead.push(`${path}: ${isFile ? `more than ${treeLimits.maxFiles} files` : "no plain file"}`);
    } else if (typeof answer === "string") notRead.push(`${path}: ${answer}`);
    else {
      bytesLeft -= answer.bytes.length;
      files.set(path, answer);
    }
  };

  walk("", 0);
  for (const { path, to } of links) {
    const file = files.get(to);
    if (file !== undefined) files.set(path, file);
  }
  const prefix = relative(checkoutOf(folder) ?? folder, folder)
    .split(sep)
    .join("/");
  return { folder, prefix, files, notRead };
}

function openFolder(place: string): string {
  try {
    if (statSync(place).isDirectory()) return realpathSync(place);
  } catch (cause) {
    throw unreadable(place, reasonOf(cause), cause);
  }
  throw unreadable(place, "it is no folder");
}

const unreadable = (place: string, why: string, cause?: unknown): ToolError =>
  new ToolError("manifests-unreadable", {
    what: `the manifests in ${place} cannot be read`,
    why,
    do: "name the folder of a checkout: --manifests DIR",
    cause,
  });

/** The file, or why it is not read. */
function readText(folder: string, path: string, bytesLeft: number): ManifestFile | string {
  try {
    const place = join(folder, path);
    const { size } = statSync(place);
    if (size > treeLimits.maxFileBytes) return `larger than ${treeLimits.maxFileBytes >> 20} MB`;
    if (size > bytesLeft) return `more than ${treeLimits.maxBytes >> 20} MB in all`;
    const bytes = readFileSync(place);
    if (bytes.includes(0)) return "a binary file";
    const text = bytes.toString("utf8");
    return Buffer.from(text).equals(bytes) ? { path, bytes, text } : "not UTF-8";
  } catch (cause) {
    return reasonOf(cause);
  }
}

/** The tree as it would be with other texts. */
export function withTexts(tree: Tree, texts: ReadonlyMap<ManifestFile, string>): Tree {
  const changed = new Map<ManifestFile, ManifestFile>(
    [...texts].map(([file, text]) => [file, { path: file.path, text, bytes: Buffer.from(text) }]),
  );
  const files = new Map([...tree.files].map(([path, file]) => [path, changed.get(file) ?? file]));
  return { ...tree, files };
}

/** Every file once, whatever links lead to it. */
export const filesOf = (tree: Tree): readonly ManifestFile[] => [...new Set(tree.files.values())];

export const folderOfPath = (path: string): string => (path.includes("/") ? posix.dirname(path) : "");

export const isBelow = (path: string, folder: string): boolean =>
  folder === "" || path.startsWith(`${folder}/`);
