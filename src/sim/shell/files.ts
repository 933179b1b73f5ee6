// A container's files, kept in memory: enough to look around in.

export class Files {
  /** Absolute paths; a folder exists because something is in it, or because it was made. */
  readonly #contents = new Map<string, Buffer>();
  readonly #folders = new Set<string>(["/"]);

  write(path: string, content: string | Buffer): void {
    this.makeFolder(parentOf(path));
    this.#contents.set(path, Buffer.from(content));
  }

  append(path: string, content: string | Buffer): void {
    const before = this.#contents.get(path) ?? Buffer.alloc(0);
    this.write(path, Buffer.concat([before, Buffer.from(content)]));
  }

  makeFolder(path: string): void {
    for (let here = path; here !== "/"; here = parentOf(here)) this.#folders.add(here);
  }

  /** undefined when there is no such file. */
  read(path: string): Buffer | undefined {
    return this.#contents.get(path);
  }

  isFolder(path: string): boolean {
    return this.#folders.has(path);
  }

  /** The names in a folder, sorted. */
  list(path: string): string[] {
    const all = [...this.#contents.keys(), ...this.#folders];
    return all
      .filter((one) => one !== "/" && parentOf(one) === path)
      .map((one) => one.slice(one.lastIndexOf("/") + 1))
      .sort();
  }

  /** False when there was no such file. */
  remove(path: string): boolean {
    return this.#contents.delete(path) || (this.list(path).length === 0 && this.#folders.delete(path));
  }
}

function parentOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end <= 0 ? "/" : path.slice(0, end);
}

/** `../etc/./hosts` seen from `/tmp` is `/etc/hosts`. */
export function absolute(path: string, cwd: string): string {
  const steps: string[] = [];
  for (const step of `${path.startsWith("/") ? "" : `${cwd}/`}${path}`.split("/")) {
    if (step === "..") steps.pop();
    else if (step !== "" && step !== ".") steps.push(step);
  }
  return `/${steps.join("/")}`;
}
