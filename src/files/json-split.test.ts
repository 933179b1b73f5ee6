import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type JsonPiece, type SplitLimits, splitJson } from "./json-split.js";

async function pieces(text: string | Uint8Array, size = 1 << 16, limits?: SplitLimits): Promise<JsonPiece[]> {
  const bytes = Buffer.from(text);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  const found: JsonPiece[] = [];
  for await (const piece of splitJson(chunks(), limits)) found.push(piece);
  return found;
}

const list = { apiVersion: "v1", kind: "PodList", items: [{ a: 1 }, { b: '}{"\\' }], metadata: { x: [{}] } };

describe("what a stream holds", () => {
  test("a list comes item by item, then as a shell without items", async () => {
    expect(await pieces(JSON.stringify(list))).toEqual([
      { is: "item", value: { a: 1 }, line: 1, listKind: "PodList" },
      { is: "item", value: { b: '}{"\\' }, line: 1, listKind: "PodList" },
      { is: "document", value: { ...list, items: [] }, line: 1, items: 2 },
    ]);
  });

  test("kind may stand behind the items", async () => {
    const found = await pieces('{"items":[{"a":1}],"kind":"EventList"}');
    expect(found[0]).toEqual({ is: "item", value: { a: 1 }, line: 1 });
    expect(found[1]).toMatchObject({ is: "document", value: { kind: "EventList" }, items: 1 });
  });

  test("documents one after the other, JSON lines, and an array", async () => {
    expect((await pieces('{"a":1}{"b":2}\n{"c":3}\r\n')).map((one) => one.is)).toEqual([
      "document",
      "document",
      "document",
    ]);
    const array = await pieces('[{"a":1},\n{"a":2}]');
    expect(array.map((one) => one.is)).toEqual(["item", "item", "document"]);
    expect(array[1]).toMatchObject({ line: 2 });
  });

  test("items of something that is no list stay where they are", async () => {
    const nested = { spec: { items: [{ a: 1 }] }, data: { items: "[{" } };
    expect(await pieces(JSON.stringify(nested))).toEqual([{ is: "document", value: nested, line: 1 }]);
  });

  test("lines between documents are text, without their line ends", async () => {
    const found = await pieces('$ kubectl get pods\r\n{"a":1}\nError: x "y" {\n{"b":2}');
    expect(found).toEqual([
      { is: "text", text: "$ kubectl get pods", line: 1 },
      { is: "document", value: { a: 1 }, line: 2 },
      { is: "text", text: 'Error: x "y" {', line: 3 },
      { is: "document", value: { b: 2 }, line: 4 },
    ]);
  });

  test("text keeps its indentation, and blank lines divide it", async () => {
    const found = await pieces('{"a":1}\n\n  Name: x\n\t y', 3);
    expect(found.slice(1)).toEqual([
      { is: "text", text: "", line: 2 },
      { is: "text", text: "  Name: x", line: 3 },
      { is: "text", text: "  y", line: 4 },
    ]);
  });

  test("logs of containers in a dump are left out, braces and all", async () => {
    const log =
      '==== START logs for container a of pod b/c ====\n{"not":"ours"\n}}]\n==== END logs for container a ====';
    expect(await pieces(`{"a":1}\n${log}\n{"b":2}`)).toEqual([
      { is: "document", value: { a: 1 }, line: 1 },
      { is: "document", value: { b: 2 }, line: 6 },
    ]);
  });

  test("the pieces are the same however the bytes arrive", async () => {
    const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => typeof value === "object" && value !== null);
    await fc.assert(
      fc.asyncProperty(
        fc.array(json, { maxLength: 4 }),
        fc.integer({ min: 1, max: 7 }),
        async (values, size) => {
          const text = values.map((value) => JSON.stringify(value)).join("\n");
          expect(await pieces(text, size)).toEqual(await pieces(text));
        },
      ),
      { numRuns: 100 },
    );
  });

  test("every document comes back as JSON.parse reads it", async () => {
    const documents = fc.array(
      fc.dictionary(fc.string(), fc.jsonValue()).filter((one) => !Array.isArray(one.items)),
    );
    await fc.assert(
      fc.asyncProperty(documents, fc.integer({ min: 1, max: 50 }), async (values, size) => {
        const found = await pieces(values.map((value) => JSON.stringify(value)).join(" "), size);
        const expected = values.map((value) => JSON.parse(JSON.stringify(value)));
        expect(found.map((one) => (one.is === "document" ? one.value : one))).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });
});

describe("what is wrong with a stream", () => {
  test("whole items before a cut are given, and the cut is told with its place", async () => {
    const found = await pieces('{"kind":"List","items":[\n{"a":1},\n{"b":2},\n{"c":');
    expect(found.map((one) => one.is)).toEqual(["item", "item", "broken"]);
    expect(found[2]).toEqual({
      is: "broken",
      why: "ends in the middle of a document, after 2 whole items",
      line: 4,
      byte: 48,
    });
  });

  test("one item that is no JSON does not hide the others", async () => {
    const found = await pieces('{"items":[{"a":1},{a:2},{"a":3}]}');
    expect(found.map((one) => one.is)).toEqual(["item", "broken", "item", "document"]);
  });

  test("depth of ten thousand is refused before anything recurses", async () => {
    const deep = "[".repeat(10_000) + "]".repeat(10_000);
    expect((await pieces(`{"a":${deep}}`)).at(-1)).toMatchObject({
      is: "broken",
      why: "is nested more than 500 levels deep",
    });
  });

  test("an object that is too large is refused, and held no longer", async () => {
    const limits = { maxObjectBytes: 1 << 20, maxDepth: 500 };
    const found = await pieces(`{"a":"${"x".repeat(3 << 20)}"}`, 1 << 16, limits);
    expect(found).toEqual([
      { is: "broken", why: "holds a single object of more than 1 MB", line: 1, byte: expect.any(Number) },
    ]);
    expect(found[0]).toSatisfy((one: JsonPiece) => one.is === "broken" && one.byte < 2 << 20);
  });

  test("no words of the text stand in what is said", async () => {
    const found = await pieces('{"password": hunter2}');
    expect(JSON.stringify(found)).not.toContain("hunter2");
  });

  test("any bytes at all end in pieces and never in an exception", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        await pieces(bytes, 13);
      }),
      { numRuns: 300 },
    );
  });
});
