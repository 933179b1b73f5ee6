// Evidence from files: finds out what each one is, reads it, and names what it did not understand.

import { isRecord, record, text } from "../cluster/objects-fields.js";
import { ToolError } from "../model/errors.js";
import type { Snapshot } from "../model/snapshot.js";
import { ArchiveTrouble, gunzip, tarEntries } from "./archive.js";
import { Collector } from "./collect.js";
import { isContainerLog } from "./container-logs.js";
import { splitJson } from "./json-split.js";
import { linesOf, textOf } from "./lines.js";
import { YamlFinder } from "./mixed.js";
import { asUtf8, peek } from "./peek.js";
import { completeRecording, isAnswerKey, isRecording } from "./recordings.js";
import { sniff, sniffBytes } from "./sniff.js";
import { type Source, sourcesOf, whyNot } from "./sources.js";
import { TextReader } from "./text.js";
import { completeness, isFirstPage, kindOfName, readValue } from "./values.js";
import { type YamlPiece, YamlSplitter } from "./yaml-split.js";

export interface FilesWorld {
  /** Where relative names begin. */
  readonly cwd: string;
  readonly readStdin: () => AsyncIterable<Uint8Array>;
  /** Used as the present moment where the evidence tells no time. */
  readonly now: Date;
  /** Told the name of each file as it is opened. */
  readonly progress?: (text: string) => void;
}

/** How deep archives may lie in archives. */
const maxNesting = 3;

/**
 * Reads files, folders, archives (`.tar`, `.tar.gz`, `.gz`) and `-` for stdin into one snapshot.
 * Throws a ToolError when nothing in them can be used; what is unusable beside usable files is in
 * `unread`.
 */
export async function readFiles(inputs: readonly string[], world: FilesWorld): Promise<Snapshot> {
  const reader = new FilesReader(world);
  for (const input of inputs) {
    const onUnreadable = ({ name, why }: { name: string; why: string }): void =>
      reader.collector.trouble({ name, why, isMinor: why.startsWith("is a link") });
    for await (const source of sourcesOf(input, { ...world, onUnreadable })) await reader.read(source, 0);
  }
  return reader.finish(inputs);
}

class FilesReader {
  readonly collector = new Collector();
  readonly #world: FilesWorld;
  readonly #folders = new Map<string, { bases: Set<string>; namespaces: Set<string> }>();

  constructor(world: FilesWorld) {
    this.#world = world;
  }

  async read(source: Source, nesting: number): Promise<void> {
    if (isAnswerKey(source.base)) {
      if (source.isNamed) {
        const why = "has the name of a recording's answers, which are never read";
        this.collector.trouble({ name: source.name, why, isMinor: false });
      }
      return;
    }
    if (!source.isNamed && isContainerLog(source.name)) return;
    this.#world.progress?.(`reading ${source.name}`);
    try {
      await this.#readBytes(source, source.bytes(), nesting);
    } catch (cause) {
      const why = troubleWords(cause);
      if (why === undefined) throw cause;
      this.collector.trouble({ name: source.name, why, isMinor: false });
    }
  }

  async #readBytes(source: Source, stream: AsyncIterable<Uint8Array>, nesting: number): Promise<void> {
    const { start, bytes } = await peek(stream, sniffBytes);
    const form = sniff(start);
    const { name } = source;
    this.collector.hint = source.writtenAt ?? this.#world.now;
    switch (form.is) {
      case "gzip":
      case "tar": {
        if (nesting >= maxNesting) throw new ArchiveTrouble(`lies in ${maxNesting} other archives`);
        if (form.is === "gzip") return this.#readBytes(source, gunzip(bytes), nesting + 1);
        for await (const entry of tarEntries(bytes, name)) await this.read(entry, nesting + 1);
        return;
      }
      case "empty":
        if (source.isNamed) this.collector.trouble({ name, why: "is empty", isMinor: false });
        return;
      case "binary":
        this.collector.trouble({ name, why: form.why, isMinor: !source.isNamed });
        return;
    }
    this.collector.files.push(name);
    const utf8 = asUtf8(start, bytes);
    const isUnderstood =
      form.is === "json"
        ? await this.#readJson(source, utf8)
        : form.is === "yaml"
          ? await this.#readYaml(source, utf8)
          : await this.#readText(source, utf8);
    if (isUnderstood) this.collector.understood++;
    else this.#notUnderstood(source);
  }

  async #readJson(source: Source, bytes: AsyncIterable<Uint8Array>): Promise<boolean> {
    const text = new TextReader(this.#textContext(source));
    let isUnderstood = false;
    const list = new ListWatcher();
    for await (const piece of splitJson(bytes)) {
      if (piece.is === "text") text.push(piece.text, piece.line);
      else if (piece.is === "broken")
        isUnderstood = this.#broken(source, piece, `byte ${piece.byte}, `) || isUnderstood;
      else isUnderstood = this.#readPiece(source, piece, list) || isUnderstood;
    }
    return text.end() || isUnderstood;
  }

  /** YAML, and the text around it where it lies in a ticket or a terminal session. */
  async #readYaml(source: Source, bytes: AsyncIterable<Uint8Array>): Promise<boolean> {
    const reader = new TextReader(this.#textContext(source));
    const finder = new YamlFinder();
    const yaml = new YamlSplitter();
    const list = new ListWatcher();
    let isUnderstood = false;
    const take = (pieces: Iterable<YamlPiece>): void => {
      for (const piece of pieces) {
        if (piece.is === "broken") isUnderstood = this.#broken(source, piece, "") || isUnderstood;
        else isUnderstood = this.#readPiece(source, piece, list) || isUnderstood;
      }
    };
    let number = 0;
    for await (const line of linesOf(textOf(bytes))) {
      number++;
      const { isYaml, isFirst } = finder.push(line);
      if (isFirst || !isYaml) take(yaml.end());
      if (isYaml) take(yaml.push(line, number));
      else reader.push(line, number);
      if (yaml.hasGivenUp) break;
    }
    take(yaml.end());
    return reader.end() || isUnderstood;
  }

  async #readText(source: Source, bytes: AsyncIterable<Uint8Array>): Promise<boolean> {
    const reader = new TextReader(this.#textContext(source));
    let line = 0;
    for await (const text of linesOf(textOf(bytes))) reader.push(text, ++line);
    return reader.end();
  }

  #textContext(source: Source) {
    const { name, isNamed, writtenAt } = source;
    return { file: name, isNamed, collector: this.collector, ...(writtenAt ? { writtenAt } : {}) };
  }

  #readPiece(
    source: Source,
    piece: { is: "item" | "document"; value: unknown; line: number; listKind?: string; items?: number },
    list: ListWatcher,
  ): boolean {
    const { collector } = this;
    const nameKind = kindOfName(source.base, source.folder);
    const context = { file: source.name, line: piece.line, collector, ...(nameKind ? { nameKind } : {}) };
    if (piece.is === "item") {
      list.add(piece.value);
      this.#noteNamespace(source, piece.value);
      return readValue(piece.value, { ...context, ...(piece.listKind ? { listKind: piece.listKind } : {}) });
    }
    this.#noteNamespace(source, piece.value);
    if (piece.items === undefined) return readValue(piece.value, context);
    const shell = record(piece.value);
    const whole = completeness(shell, list.namespaces);
    if (whole !== undefined) collector.complete(whole.what, whole.namespace);
    if (isFirstPage(shell)) {
      const why = `is only the first ${piece.items} items of a longer list: the API server had more to tell`;
      collector.trouble({ name: source.name, why, isMinor: false });
    }
    list.clear();
    return text(shell.kind)?.endsWith("List") === true || Array.isArray(piece.value);
  }

  /** Which namespaces and files a folder holds: a recording is complete for its own. */
  #noteNamespace(source: Source, value: unknown): void {
    const folder = this.#folders.get(source.folder) ?? { bases: new Set(), namespaces: new Set() };
    this.#folders.set(source.folder, folder);
    folder.bases.add(source.base);
    if (!isRecord(value)) return;
    const object = isRecord(value.object) ? value.object : value;
    const namespace = text(record(object.metadata).namespace);
    const isOfPod = object.kind === "ServiceAccount" || object.kind === "Pod";
    if (namespace !== undefined && isOfPod) folder.namespaces.add(namespace);
  }

  #broken(source: Source, { why, line }: { why: string; line: number }, byte: string): true {
    this.collector.trouble({ name: source.name, why: `${why} (${byte}line ${line})`, isMinor: false });
    return true;
  }

  #notUnderstood({ name, isNamed }: Source): void {
    const why = "holds no objects, no describe text, no table, no log and no message about a pull";
    this.collector.trouble({ name, why, isMinor: !isNamed });
  }

  finish(inputs: readonly string[]): Snapshot {
    const { collector } = this;
    if (!collector.hasEvidence && collector.understood === 0) throw nothingToRead(inputs, collector);
    if (!collector.hasEvidence && collector.troubles.some((one) => !one.isMinor))
      throw nothingToRead(inputs, collector);
    for (const { bases, namespaces } of this.#folders.values()) {
      if (isRecording(bases)) completeRecording(collector, namespaces);
    }
    return collector.settle(nameOf(inputs, collector), this.#world.now);
  }
}

/** The namespaces of the items of the list at hand. */
class ListWatcher {
  readonly namespaces = new Set<string>();

  add(item: unknown): void {
    const namespace = text(record(record(item).metadata).namespace);
    if (namespace !== undefined) this.namespaces.add(namespace);
  }

  clear(): void {
    this.namespaces.clear();
  }
}

function nameOf(inputs: readonly string[], collector: Collector): string {
  const [only, ...more] = inputs;
  if (only === undefined) return "no files";
  if (more.length > 0) {
    return inputs.length > 3 ? `${inputs.length} files and folders` : `files ${inputs.join(", ")}`;
  }
  if (only === "-") return "stdin";
  const isFolder = collector.files.length !== 1 || collector.files[0] !== only;
  if (!isFolder) return `file ${only}`;
  return /\.(tar|tgz|gz)$/.test(only) ? `archive ${only}` : `folder ${only.replace(/\/*$/, "/")}`;
}

/** Why a file could not be read to its end; undefined for a fault of ours. */
function troubleWords(cause: unknown): string | undefined {
  if (cause instanceof ArchiveTrouble) return cause.message;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string" && "syscall" in cause) {
    return whyNot({ code: cause.code, message: cause.message });
  }
  return undefined;
}

function nothingToRead(inputs: readonly string[], collector: Collector): ToolError {
  const shown = inputs.map((input) => (input === "-" ? "stdin" : input)).join(", ");
  const first = collector.troubles.find((one) => !one.isMinor) ?? collector.troubles[0];
  const more = collector.troubles.length - 1;
  const others = more === 1 ? "one more file is of no use either" : `${more} more files are of no use either`;
  const why =
    first === undefined
      ? "there is no file in it"
      : `${first.name === shown ? "it" : first.name} ${first.why}${more > 0 ? `; ${others}` : ""}`;
  return new ToolError("files-without-evidence", {
    what: `nothing in ${shown} can be used`,
    why,
    do: "give kubectl's -o json or describe output, a dump, or the message itself",
  });
}
