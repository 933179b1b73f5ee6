import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ToolError } from "../model/errors.js";
import { type ListHead, ListScanner } from "./scan.js";

function scan(body: Buffer, cuts: readonly number[] = []): { items: unknown[]; head: ListHead } {
  const items: unknown[] = [];
  const scanner = new ListScanner({ item: (bytes) => items.push(JSON.parse(bytes.toString("utf8"))) });
  const ends = [...new Set(cuts.map((cut) => cut % (body.length + 1)))].sort((a, b) => a - b);
  let from = 0;
  for (const end of [...ends, body.length]) {
    scanner.push(body.subarray(from, end));
    from = end;
  }
  return { items, head: scanner.end() };
}

const list = (items: unknown[], metadata: object = {}): object => ({
  kind: "PodList",
  apiVersion: "v1",
  metadata,
  items,
});

describe("items of a list", () => {
  test("any JSON, cut anywhere, compact or indented, gives what JSON.parse gives", () => {
    const item = fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue());
    const cuts = fc.array(fc.nat(5000), { maxLength: 40 });
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 6 }),
        cuts,
        fc.constantFrom(0, 2, 4),
        fc.boolean(),
        (items, at, indent, last) => {
          const metadata = { continue: 'a"b\\', resourceVersion: "7", note: "}]" };
          const whole = last ? { items, kind: "PodList", metadata } : list(items, metadata);
          const text = JSON.stringify(whole, undefined, indent);
          const found = scan(Buffer.from(text), at);
          expect(found.items).toEqual((JSON.parse(text) as { items: unknown[] }).items);
          expect(found.head).toEqual({ kind: "PodList", continue: 'a"b\\', resourceVersion: "7" });
        },
      ),
      { numRuns: 300 },
    );
  });

  test("cut at every single byte", () => {
    const body = Buffer.from(
      JSON.stringify(list([{ a: '\\"}{' }, { b: [{ items: [1] }] }, {}], { continue: "é" })),
    );
    const every = Array.from(body, (_, index) => index);
    expect(scan(body, every)).toEqual(scan(body));
    expect(scan(body).items).toHaveLength(3);
  });

  test("an item's own items, kind and metadata are not the list's", () => {
    const inner = { kind: "X", metadata: { continue: "wrong" }, items: [{ items: [] }] };
    expect(scan(Buffer.from(JSON.stringify(list([inner]))))).toEqual({
      items: [inner],
      head: { kind: "PodList" },
    });
  });

  test("null items, and a typed list without any", () => {
    expect(scan(Buffer.from('{"kind":"PodList","items":null}')).items).toEqual([]);
    expect(scan(Buffer.from('{"kind":"PodList","metadata":{}}')).items).toEqual([]);
  });

  test("the head is told before the first item comes", () => {
    const seen: string[] = [];
    const scanner = new ListScanner({
      item: () => seen.push("item"),
      head: (head) => seen.push(head.continue ?? ""),
    });
    scanner.push(Buffer.from(JSON.stringify(list([{}, {}], { continue: "next" }))));
    expect(seen).toEqual(["next", "item", "item"]);
  });
});

describe("what is no whole list", () => {
  const codeOf = (text: string): string => {
    try {
      scan(Buffer.from(text));
      return "none";
    } catch (error) {
      return error instanceof ToolError ? error.code : String(error);
    }
  };

  test("cut short anywhere is told", () => {
    const whole = JSON.stringify(list([{ a: "b" }, { c: [] }], { continue: "x" }));
    for (let end = 0; end < whole.length; end += 1)
      expect(codeOf(whole.slice(0, end)), whole.slice(0, end)).toBe("list-cut-short");
    expect(codeOf(whole)).toBe("none");
  });

  test.each(["<html>", "[]", '"x"', '{"kind":"Status","code":200}', '{"items":[]} x'])("%s", (text) => {
    expect(codeOf(text)).toBe("list-unreadable");
  });
});
