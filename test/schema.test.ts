// What `-o json` and `-o yaml` print is what docs/schema/v1.json promises, for every recording and
// the examples, and the schema describes nothing that is never there.

import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { renderJson } from "../src/report/json.js";
import { runCli } from "./cli-run.js";
import { cases } from "./recordings/load.js";
import { askedFinding, openFinding, reportOf, tagFinding } from "./sample-report.js";
import { schemaKeeper } from "./schema-keeper.js";

const keeper = schemaKeeper("v1.json", ["findings.remedies.with"]);
const expectPromised = (report: unknown): void => expect(keeper.departures(report)).toEqual([]);

describe("a report keeps the schema", () => {
  test.each(cases())("$id", async ({ folder }) => {
    const { out, err, code } = await runCli(["diagnose", "-f", await folder(), "-o", "json"]);
    expect(err).toBe("");
    expect([0, 1, 3]).toContain(code);
    const report: unknown = JSON.parse(out);
    expectPromised(report);
  });

  test.each(["examples/cluster", "examples/message.txt"])(
    "%s, as JSON and as the same YAML",
    async (path) => {
      const { out } = await runCli(["diagnose", "-f", path, "-o", "json"]);
      const report: unknown = JSON.parse(out);
      expectPromised(report);
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
  });

  test("and a report that departs from it is refused", () => {
    const good = JSON.parse(renderJson(reportOf([tagFinding])));
    for (const bad of [
      { ...good, extra: 1 },
      { ...good, at: "yesterday" },
      { ...good, findings: [{ ...good.findings[0], verdict: "sure" }] },
      { ...good, findings: [{ ...good.findings[0], summary: undefined }] },
    ]) {
      expect(keeper.departures(JSON.parse(JSON.stringify(bad)))).not.toEqual([]);
    }
  });
});

test("every field of the schema was seen in one of them", () => {
  expect(keeper.unseen()).toEqual([]);
});
