import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { openFinding, reportOf, tagFinding } from "../../test/sample-report.js";
import { renderJson } from "./json.js";
import { renderMarkdown } from "./markdown.js";
import { renderName } from "./name.js";
import { renderYaml } from "./yaml.js";

const nasty = "a\u001b[2J\u009b\u202e `x` <b> \n| two |";
const hostile = reportOf([{ ...tagFinding, summary: nasty, image: nasty, title: nasty }, openFinding]);
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
const dangerous = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

describe("JSON", () => {
  test("is one document with ISO times", () => {
    const document = JSON.parse(renderJson(reportOf([tagFinding])));
    expect(document.at).toBe("2026-11-21T14:06:40.000Z");
    expect(document.findings[0].since).toBe("2026-11-21T13:54:40.000Z");
  });

  test("keeps foreign text exact and cannot act on a terminal", () => {
    const text = renderJson(hostile);
    expect(text).not.toMatch(dangerous);
    expect(JSON.parse(text).findings[0].summary).toBe(nasty);
  });
});

describe("YAML", () => {
  test("is the same document", () => {
    const report = reportOf([tagFinding, openFinding]);
    expect(parse(renderYaml(report))).toEqual(JSON.parse(renderJson(report)));
  });

  test("keeps foreign text exact and cannot act on a terminal", () => {
    const text = renderYaml(hostile);
    expect(text).not.toMatch(dangerous);
    expect(parse(text).findings[0].summary).toBe(nasty);
  });
});

describe("name", () => {
  test("is a line for each stopped workload, as kubectl prints it", () => {
    expect(renderName(reportOf([tagFinding, openFinding, tagFinding]))).toBe(
      "deployment.apps/checkout\npod/api-0\n",
    );
  });

  test("leaves out what is over", () => {
    expect(renderName(reportOf([{ ...tagFinding, endedAt: new Date(0) }]))).toBe("");
  });
});

describe("Markdown", () => {
  test("tells every finding in full", () => {
    const text = renderMarkdown(reportOf([tagFinding, openFinding, tagFinding]), "kubectl pulldoctor");
    expect(text.match(/^## /gm)).toHaveLength(3);
    expect(text).toContain("## tag does not exist (`tag-not-found`, confirmed)");
    expect(text).toContain("- `shop/checkout` (Deployment): 3 of 3 pods cannot pull, for 12m");
    expect(text).toContain("kubectl pulldoctor diagnose pod/api-0 -n acme");
  });

  test("a likely cause names what it does not exclude; what is over is not mended", () => {
    const open = [{ cause: "repository-not-found", why: "the answer is the same" }];
    const likely = renderMarkdown(reportOf([{ ...tagFinding, verdict: "likely", open }]), "pulldoctor");
    expect(likely).toContain("**Not excluded**: repository-not-found: the answer is the same");
    expect(likely).toContain("**Fix**");
    const over = renderMarkdown(reportOf([{ ...tagFinding, endedAt: new Date(0) }]), "pulldoctor");
    expect(over).toContain("(`tag-not-found`, over)");
    expect(over).not.toMatch(/\*\*(Fix|Verify|To settle it|Not checked)\*\*/);
  });

  test("lets no foreign text become markup", () => {
    const text = renderMarkdown(hostile, "pulldoctor");
    expect(text).not.toMatch(dangerous);
    // Inside of backticks everything is itself.
    const outside = text.replace(/(`+)(?!`)[^`][\s\S]*?(?<!`)\1(?!`)/g, "");
    expect(outside).not.toMatch(/(?<!\\)<b>/);
    expect(text).not.toMatch(/^\| two/m);
  });
});
