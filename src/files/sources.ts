// What the arguments of `-f` stand for: files, folders walked in name order, archives opened as
// streams, and stdin. Nothing is ever written to disk.

import { createReadStream } from "node:fs";
import { lstat, readdir, realpath, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { ToolError } from "../model/errors.js";

/** One file, wherever it lies. Its bytes are read at most once. */
export interface Source {
  /** As the user would name it: `describe.txt`, `dump/shop/pods.json`, `bundle.tar.gz: a/pods.json`. */
  readonly name: string;
  /** The name after the last slash. */
  readonly base: string;
  /** Its folder, as in `name`; files of one folder have the same. */
  readonly folder: string;
  /** True when the user named this very file. */
  readonly isNamed: boolean;
  /** When it was last written: the present moment of texts that only tell ages. */
  readonly writtenAt?: Date;
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

/** A file that is there and cannot be read. */
export interface Unreadable {
  readonly name: string;
  readonly why: string;
}

export interface SourceWorld {
  readonly cwd: string;
  readonly readStdin: () => AsyncIterable<Uint8Array>;
  readonly onUnreadable: (file: Unreadable) => void;
}

/** More than any bundle seen so far has; a walk through `/` ends here. */
const maxFiles = 200_000;

/** Every file behind one argument. Throws ToolError when there is nothing to read. */
export async function* sourcesOf(input: string, world: SourceWorld): AsyncGenerator<Source> {
  if (input === "-") {
    yield { name: "stdin", base: "stdin", folder: "", isNamed: true, bytes: world.readStdin };
    return;
  }
  const path = resolve(world.cwd, input);
  const about = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw cannotOpen(input, cause);
  });
  if (!about.isDirectory()) {
    // A pipe is what `-f <(kubectl get pods -o json)` hands over.
    if (about.isFIFO() || about.isCharacterDevice()) yield sourceAt(path, input, "", true, undefined);
    else if (about.isFile()) yield sourceAt(path, input, "", true, about.mtime);
    else throw notAFile(input);
    return;
  }
  yield* walk(path, folderName(path, input), { ...world, files: 0, seen: new Set([await realpath(path)]) });
}

const folderName = (path: string, input: string): string =>
  input === "." || input === ".." ? basename(path) : input.replace(/(.)\/+$/, "$1");

interface Walk extends SourceWorld {
  files: number;
  /** Real paths of the folders entered: a link back to one of them is not followed. */
  readonly seen: Set<string>;
}

async function* walk(path: string, name: string, world: Walk): AsyncGenerator<Source> {
  const entries = await readdir(path).catch((cause: NodeJS.ErrnoException) => {
    world.onUnreadable({ name: `${name}/`, why: whyNot(cause) });
    return [];
  });
  for (const entry of entries.sort()) {
    const child = join(path, entry);
    const shown = `${name}/${entry}`;
    const about = await stat(child).catch((cause: NodeJS.ErrnoException) => {
      world.onUnreadable({ name: shown, why: whyNot(cause) });
      return undefined;
    });
    if (about === undefined) continue;
    if (about.isDirectory()) {
      const real = await realpath(child);
      if (world.seen.has(real)) {
        const isLink = (await lstat(child)).isSymbolicLink();
        if (isLink) world.onUnreadable({ name: shown, why: "is a link to a folder that is read already" });
        continue;
      }
      world.seen.add(real);
      yield* walk(child, shown, world);
    } else if (about.isFile()) {
      if (++world.files > maxFiles) throw tooManyFiles(name);
      yield sourceAt(child, shown, name, false, about.mtime);
    }
  }
}

function sourceAt(
  path: string,
  name: string,
  folder: string,
  isNamed: boolean,
  writtenAt: Date | undefined,
): Source {
  return {
    name,
    base: basename(path),
    folder,
    isNamed,
    ...(writtenAt ? { writtenAt } : {}),
    bytes: () => createReadStream(path, { highWaterMark: 1 << 18 }),
  };
}

/** One line for a system error, in words. */
export function whyNot(cause: { readonly code?: string | undefined; readonly message: string }): string {
  return systemWords[cause.code ?? ""] ?? cause.code ?? cause.message;
}

const systemWords: Readonly<Record<string, string>> = {
  ENOENT: "does not exist",
  EACCES: "may not be read: permission denied",
  EPERM: "may not be read: permission denied",
  ELOOP: "is a link that leads back to itself",
  ENOTDIR: "a part of the path is a file, not a folder",
  EIO: "the disk gave an input/output error",
};

function cannotOpen(input: string, cause: NodeJS.ErrnoException): ToolError {
  const isMissing = cause.code === "ENOENT" || cause.code === "ENOTDIR";
  const words = whyNot(cause);
  return new ToolError(isMissing ? "file-missing" : "file-unreadable", {
    what: `cannot read ${input}`,
    why: `it ${words}`,
    do: isMissing
      ? "name a file, a folder or an archive that exists, or - for stdin"
      : cause.code === "EACCES" || cause.code === "EPERM"
        ? "run as a user who may read it, or change its permissions"
        : "name another file",
    cause,
  });
}

const notAFile = (input: string): ToolError =>
  new ToolError("file-unreadable", {
    what: `cannot read ${input}`,
    why: "it is neither a file nor a folder",
    do: "pipe it in and pass -f -",
  });

const tooManyFiles = (name: string): ToolError =>
  new ToolError("files-too-many", {
    what: `${name} is not read`,
    why: `it holds more than ${maxFiles.toLocaleString("en")} files, which no dump does`,
    do: "name the folder of the dump itself",
  });
