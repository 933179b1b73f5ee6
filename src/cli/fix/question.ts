// Asks on the terminal, one line each time.

import { widthOf } from "../../report/layout.js";
import type { Io } from "../io.js";

export type Answer = "yes" | "no" | "print";

export interface Questions {
  /** An ended stdin is a no, and so is every word that is not offered. `hasPatch`: there is one to print. */
  ask(question: string, hasPatch?: boolean): Promise<Answer>;
  /** Lets the process end. */
  close(): Promise<void>;
}

/** What it is about and the choices: on one line where both fit. */
const asked = (question: string, hasPatch: boolean, columns: number): string => {
  const choices = `[y]es  [n]o  ${hasPatch ? "[p]rint patch  " : ""}> `;
  const line = `  ${question}  ${choices}`;
  // Room for the answer, too.
  return widthOf(line) < columns ? line : `  ${question.replace(/ {2}(?=\S[^?]*\?$)/, "\n  ")}  ${choices}`;
};

export function questionsOn({ stdin, err, columns = 80 }: Pick<Io, "stdin" | "err" | "columns">): Questions {
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
    async ask(question, hasPatch = true) {
      err(asked(question, hasPatch, columns));
      const line = (await readLine()).trim().toLowerCase();
      if (line === "y" || line === "yes") return "yes";
      return hasPatch && (line === "p" || line === "print") ? "print" : "no";
    },
    async close() {
      await lines?.return?.();
    },
  };
}
