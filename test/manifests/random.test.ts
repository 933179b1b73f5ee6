// Manifests as no two people write them: whatever stands around the value stays, and what is read from it is what was wanted.

import fc from "fast-check";
import { expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { planManifestChange } from "../../src/manifests/plan.js";
import { plainOrQuoted } from "../../src/manifests/scalar-edit.js";
import { folderOf } from "../folder.js";
import { carriedOut, image, planned, pullSecret } from "./checkout.js";

const comment = fc.stringMatching(/^[ -~äß三]{0,20}$/).map((text) => `# ${text}`);
/** Lines that say nothing, at any indentation. */
const noise = fc.array(
  fc.oneof(
    fc.constant(""),
    comment,
    comment.map((text) => `      ${text}`),
  ),
  { maxLength: 3 },
);
const tail = fc.oneof(
  fc.constant(""),
  fc.constant("   "),
  comment.map((text) => `  ${text}`),
);

const style = fc.record({
  indent: fc.integer({ min: 1, max: 4 }),
  dash: fc.integer({ min: 0, max: 3 }),
  gap: fc.integer({ min: 1, max: 4 }),
  quote: fc.constantFrom("", "'", '"'),
  newline: fc.constantFrom("\n", "\r\n"),
  mark: fc.constantFrom("", "\ufeff"),
  hasEnd: fc.boolean(),
  before: fc.array(noise, { minLength: 12, maxLength: 12 }),
  tails: fc.array(tail, { minLength: 12, maxLength: 12 }),
  isFirst: fc.boolean(),
  document: fc.constantFrom("", "---", "kind: Service\n---", "# only a comment\n---"),
});

type Style = typeof style extends fc.Arbitrary<infer S> ? S : never;

function written(one: Style, value: string): string {
  const { indent, dash, gap, quote, newline, mark, hasEnd, before, tails, isFirst, document } = one;
  const at = (depth: number): string => " ".repeat(indent * depth);
  const own = `image:${" ".repeat(gap)}${quote}${value}${quote}`;
  const item = at(3) + " ".repeat(dash);
  const container = isFirst
    ? [`${item}- ${own}`, `${item}  name: app`]
    : [`${item}- name: app`, `${item}  ${own}`];
  const lines = [
    "apiVersion: apps/v1",
    "kind: Deployment",
    "metadata:",
    `${at(1)}name: checkout`,
    "spec:",
    `${at(1)}template:`,
    `${at(2)}spec:`,
    `${at(3)}containers:`,
    ...container,
    `${item}- name: b`,
    `${item}  image: other:1`,
  ];
  const all = lines.flatMap((line, index) => [...(before[index] ?? []), line + (tails[index] ?? "")]);
  const text = [...(document === "" ? [] : document.split("\n")), ...all].join(newline);
  return mark + text + (hasEnd ? newline : "");
}

const values = (text: string): unknown =>
  parseAllDocuments(text.replace("\ufeff", "")).map((one) => one.toJS());

test("an image", async () => {
  const property = fc.asyncProperty(style, async (one) => {
    const folder = folderOf({ "a.yaml": written(one, "nginx:1") });
    const plan = planned(
      await planManifestChange(folder, image({ from: "nginx:1", to: "ghcr.io/nginx:2" }), {}),
    );
    expect(carriedOut(plan)["a.yaml"]).toBe(written(one, "ghcr.io/nginx:2"));
  });
  await fc.assert(property, { numRuns: 150 });
});

test("a pull secret: nothing that was there is gone, and nothing else is new", async () => {
  const property = fc.asyncProperty(style, async (one) => {
    const before = written(one, "nginx:1");
    const plan = planned(await planManifestChange(folderOf({ "a.yaml": before }), pullSecret(), {}));
    const after = carriedOut(plan)["a.yaml"] ?? "";
    const { newline } = one;
    const added = [...(plan.edits[0]?.after ?? "").split(newline).slice(1)];
    expect(after.split(newline).filter((line) => !added.includes(line))).toEqual(before.split(newline));
    const wanted = JSON.parse(JSON.stringify(values(before)));
    wanted.at(-1).spec.template.spec.imagePullSecrets = [{ name: "regcred" }];
    expect(values(after)).toEqual(wanted);
  });
  await fc.assert(property, { numRuns: 150 });
});

test("a value is quoted exactly where some parser would read something else", () => {
  for (const plain of [
    "v1",
    "1.2.3",
    "latest",
    "nginx:1",
    "a/b@sha256:00ff",
    "2024-06-01-abc",
    "1.2.3-rc.1",
    "x1e5",
  ]) {
    expect(plainOrQuoted(plain)).toBe(plain);
  }
  for (const quoted of [
    "1",
    "1.10",
    "1e5",
    "0x1f",
    "017",
    "0o17",
    "1_000",
    "true",
    "No",
    "on",
    "null",
    "~",
    "",
    "12:30",
    "2024-06-01",
    ".5",
    "-1",
    "a: b",
    "a #b",
    "*x",
    "&x",
    "@x",
    "<<",
    "=",
    ".inf",
  ]) {
    expect(plainOrQuoted(quoted)).toBe(JSON.stringify(quoted));
  }
  const property = fc.property(fc.string(), (text) => {
    for (const isFlow of [false, true]) {
      const put = plainOrQuoted(text, isFlow);
      expect(parse(isFlow ? `{a: ${put}}` : `a: ${put}`)).toEqual({ a: text });
    }
  });
  fc.assert(property, { numRuns: 500 });
});
