// What a program reads: bytes as they come, a line at a time, or all of them.

export class Input {
  readonly #source: AsyncIterator<Buffer>;
  #pending: Buffer = Buffer.alloc(0);
  #isOver = false;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Nothing to read: `</dev/null`. */
  static empty(): Input {
    return Input.of("");
  }

  static of(text: string | Buffer): Input {
    return new Input(
      (async function* () {
        if (text.length > 0) yield Buffer.from(text);
      })(),
    );
  }

  /** Without its line end; undefined at the end of the input. */
  async readLine(): Promise<string | undefined> {
    for (;;) {
      const end = this.#pending.indexOf(10);
      if (end >= 0) {
        const line = this.#pending.subarray(0, end).toString("utf8");
        this.#pending = this.#pending.subarray(end + 1);
        return line;
      }
      if (await this.#more()) continue;
      if (this.#pending.length === 0) return undefined;
      const rest = this.#pending.toString("utf8");
      this.#pending = Buffer.alloc(0);
      return rest;
    }
  }

  /** Chunk by chunk, as they arrive. */
  async *chunks(): AsyncGenerator<Buffer> {
    for (;;) {
      if (this.#pending.length > 0) {
        const chunk = this.#pending;
        this.#pending = Buffer.alloc(0);
        yield chunk;
      } else if (!(await this.#more())) return;
    }
  }

  async readAll(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.chunks()) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async #more(): Promise<boolean> {
    if (this.#isOver) return false;
    const next = await this.#source.next();
    if (next.done === true) {
      this.#isOver = true;
      return false;
    }
    this.#pending = Buffer.concat([this.#pending, next.value]);
    return true;
  }
}
