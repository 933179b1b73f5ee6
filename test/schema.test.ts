// What `-o json` and `-o yaml` print is what docs/schema/v1.json promises, for every recording and
// the examples, and the schema describes nothing that is never there.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { renderJson } from "../src/report/json.js";
import { runCli } from "./cli-run.js";
import { cases } from "./recordings/load.js";
import { askedFinding, openFinding, reportOf, tagFinding } from "./sample-report.js";
import { root } from "./tree.js";

const schema: SchemaNode & { readonly $defs: Readonly<Record<string, SchemaNode>> } = JSON.parse(
  readFileSync(join(root, "docs/schema/v1.json"), "utf8"),
);
const ajv = new Ajv2020({ allErrors: true, strict: true, formats: { "date-time": isTime } });
const validate = ajv.compile(schema);

/** As JSON.stringify writes a Date. */
function isTime(text: string): boolean {
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString() === text;
}

function expectPromised(report: unknown): void {
  validate(report);
  expect(validate.errors ?? []).toEqual([]);
}

/** Paths of all fields that occurred, with list positions left out: `findings.retry.everySeconds`. */
const seen = new Set<string>();
function note(value: unknown, path: string): void {
  if (Array.isArray(value)) {
    for (const item of value) note(item, path);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, child] of Object.entries(value)) {
      const inner = path === "" ? name : `${path}.${name}`;
      seen.add(inner);
      if (inner !== "findings.remedies.with") note(child, inner);
    }
  }
}

describe("a report keeps the schema", () => {
  test.each(cases())("$id", async ({ folder }) => {
    const { out, err, code } = await runCli(["diagnose", "-f", await folder(), "-o", "json"]);
    expect(err).toBe("");
    expect([0, 1, 3]).toContain(code);
    const report: unknown = JSON.parse(out);
    expectPromised(report);
    note(report, "");
  });

  test.each(["examples/cluster", "examples/message.txt"])(
    "%s, as JSON and as the same YAML",
    async (path) => {
      const { out } = await runCli(["diagnose", "-f", path, "-o", "json"]);
      const report: unknown = JSON.parse(out);
      expectPromised(report);
      note(report, "");
      const yaml = await runCli(["diagnose", "-f", path, "-o", "yaml"]);
      expect(parse(yaml.out)).toEqual(report);
    },
  );

  test("the report of a cluster, with everything that a report can hold", () => {
    const notRead = [{ what: "secrets in shop", why: "403 Forbidden" }];
    const registries = { from: "this machine", requests: 12, left: 1 };
    const whole = { ...reportOf([askedFinding, openFinding]), complete: false, notRead, registries };
    const report: unknown = JSON.parse(renderJson(whole));
    expectPromised(report);
    note(report, "");
  });

  test("and a report that departs from it is refused", () => {
    const good = JSON.parse(renderJson(reportOf([tagFinding])));
    for (const bad of [
      { ...good, extra: 1 },
      { ...good, at: "yesterday" },
      { ...good, findings: [{ ...good.findings[0], verdict: "sure" }] },
      { ...good, findings: [{ ...good.findings[0], summary: undefined }] },
    ]) {
      expect(validate(JSON.parse(JSON.stringify(bad)))).toBe(false);
    }
  });
});

test("every field of the schema was seen in one of them", () => {
  const promised = new Set<string>();
  collect(schema, "", promised);
  expect([...promised].filter((path) => !seen.has(path))).toEqual([]);
});

interface SchemaNode {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
}

function collect(node: SchemaNode, path: string, into: Set<string>): void {
  const name = node.$ref?.replace("#/$defs/", "");
  const named = name === undefined ? undefined : schema.$defs[name];
  if (named !== undefined) collect(named, path, into);
  if (node.items !== undefined) collect(node.items, path, into);
  for (const [field, child] of Object.entries(node.properties ?? {})) {
    const inner = path === "" ? field : `${path}.${field}`;
    into.add(inner);
    collect(child, inner, into);
  }
}
