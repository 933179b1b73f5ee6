import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hasFalse, hasObject, keyBytes, lastText, textsOf } from "./bytes.js";

const waiting = keyBytes("waiting");
const bytes = (value: unknown, indent = 0): Buffer => Buffer.from(JSON.stringify(value, undefined, indent));

describe("keys found in bytes", () => {
  test.each([0, 2])("at any depth, indented by %i", (indent) => {
    expect(hasObject(bytes({ a: [{ state: { waiting: {} } }] }, indent), waiting)).toBe(true);
    expect(hasFalse(bytes({ s: [{ ready: true }, { ready: false }] }, indent), keyBytes("ready"))).toBe(true);
    const images = bytes({ a: [{ image: "x:1" }, { image: null }, { image: "y:2" }] }, indent);
    expect([...textsOf(images, keyBytes("image"))]).toEqual(["x:1", "y:2"]);
    expect(lastText(bytes({ phase: "a", status: { phase: "Running" } }, indent), keyBytes("phase"))).toBe(
      "Running",
    );
  });

  test("not as a value, not as part of a key, not when it holds something else", () => {
    for (const other of [{ a: "waiting" }, { "f:waiting": {} }, { waiting: null }, { waiting: "{" }, {}])
      expect(hasObject(bytes(other), waiting)).toBe(false);
    expect(lastText(bytes({ phase: 7 }), keyBytes("phase"))).toBeUndefined();
  });

  test("never inside of a string, whatever the string holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.jsonValue(), (text, inner) => {
        const quoted = { note: `${text}{"waiting":{}}${JSON.stringify({ waiting: { inner } })}` };
        expect(hasObject(bytes(quoted), waiting)).toBe(false);
        expect(hasObject(bytes([quoted, { waiting: {} }]), waiting)).toBe(true);
      }),
    );
  });
});
