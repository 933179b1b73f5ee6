import { expect, test } from "vitest";
import { questionsOn } from "./question.js";

async function* typed(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

test("the question stands on one line where it fits, and above the choices where it does not", async () => {
  for (const [columns, line] of [
    [80, "  Restarts 3 pods in prod-eu.  Apply?  [y]es  [n]o  [p]rint patch  > "],
    [60, "  Restarts 3 pods in prod-eu.\n  Apply?  [y]es  [n]o  [p]rint patch  > "],
  ] as const) {
    const out: string[] = [];
    const questions = questionsOn({ stdin: typed("Y\nprint\n"), err: (text) => out.push(text), columns });
    expect(await questions.ask("Restarts 3 pods in prod-eu.  Apply?")).toBe("yes");
    expect(out).toEqual([line]);
    expect(await questions.ask("Again?")).toBe("print");
    expect(await questions.ask("And again?")).toBe("no");
    expect(out.at(-1)).toBe("  And again?  [y]es  [n]o  [p]rint patch  > ");
    // What has no patch offers none.
    const plain = questionsOn({ stdin: typed("p\n"), err: (text) => out.push(text), columns });
    expect(await plain.ask("Take it back?", false)).toBe("no");
    expect(out.at(-1)).toBe("  Take it back?  [y]es  [n]o  > ");
  }
});
