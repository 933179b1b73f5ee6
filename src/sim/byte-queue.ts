// Bytes on their way from whoever sends them to one reader, who takes them when it likes.

export class ByteQueue implements AsyncIterable<Buffer> {
  readonly #waiting: Buffer[] = [];
  #isOver = false;
  #wake: () => void = () => {};

  push(bytes: Buffer): void {
    if (bytes.length > 0) this.#waiting.push(bytes);
    this.#wake();
  }

  /** What was pushed before is still read. */
  end(): void {
    this.#isOver = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) yield next;
      else if (this.#isOver) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
