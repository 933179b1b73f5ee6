// A value that refuses to be printed. Passwords, tokens and auth strings are wrapped the
// moment they are parsed; text, JSON, inspection and errors all show "[hidden]".

const hidden = "[hidden]";

/** A string that only `reveal()` gives back. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The value itself. Called where a header or a Secret's data is built, and nowhere else. */
  reveal(): string {
    return this.#value;
  }

  /** True for a value of length 0: worth telling the user, and tells nothing secret. */
  get isEmpty(): boolean {
    return this.#value.length === 0;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return hidden;
  }
}
