// Asks on the terminal, one line each time.

import type { Io } from "../io.js";

export type Answer = "yes" | "no" | "print";

export interface Questions {
  /** An ended stdin is a no. */
  ask(question: string): Promise<Answer>;
  /** Lets the process end. */
  close(): Promise<void>;
}

export function questionsOn({ stdin, err }: Pick<Io, "stdin" | "err">): Questions {
  let lines: AsyncIterator<Uint8Array> | undefined;
  let rest = "";
  const readLine = async (): Promise<string> => {
    lines ??= stdin[Symbol.asyncIterator]();
    while (!rest.includes("\n")) {
      const { done, value } = await lines.next();
      if (done === true) break;
      rest += Buffer.from(value).toString("utf8");
    }
    const end = rest.indexOf("\n");
    const line = end === -1 ? rest : rest.slice(0, end);
    rest = end === -1 ? "" : rest.slice(end + 1);
    return line;
  };
  return {
    async ask(question) {
      err(`  ${question}  [y]es  [n]o  [p]rint patch  > `);
      const line = (await readLine()).trim().toLowerCase();
      if (line === "y" || line === "yes") return "yes";
      return line === "p" || line === "print" ? "print" : "no";
    },
    async close() {
      await lines?.return?.();
    },
  };
}
