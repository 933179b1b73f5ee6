// Unfilled templates: each kind by name, in its place, and names that hold none.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: unfilled templates are what is tested

import { describe, expect, test } from "vitest";
import { findTemplates, printedNothing } from "./templates.js";

test.each([
  ["nginx:${TAG}", ["${TAG} is a variable that a shell, envsubst, Terraform or Flux was to fill in"]],
  [
    "nginx:${TAG:-latest}",
    ["${TAG:-latest} is a variable that a shell, envsubst, Terraform or Flux was to fill in"],
  ],
  ["nginx:$TAG", ["$TAG is a variable that a shell or envsubst was to fill in"]],
  [
    "{{ .Values.repo }}:{{.Chart.AppVersion}}",
    [
      "{{ .Values.repo }} is a Helm template that helm was to fill in",
      "{{.Chart.AppVersion}} is a Helm template that helm was to fill in",
    ],
  ],
  ["app:{{ tag }}", ["{{ tag }} is a template that Helm, Jinja or another template tool was to fill in"]],
  ["app:${{ github.sha }}", ["${{ github.sha }} is an expression that GitHub Actions was to fill in"]],
  [
    "app:$(TAG)",
    [
      "$(TAG) is a variable that Kustomize, Make or Azure Pipelines was to fill in; Kubernetes fills $(…) into command, args and env alone",
    ],
  ],
  ["app:$(git rev-parse HEAD)", ["$(git rev-parse HEAD) is a command that a shell was to run"]],
  [
    "ghcr.io/<user>/app:<tag>",
    [
      "<user> is a placeholder that the reader of instructions was to fill in",
      "<tag> is a placeholder that the reader of instructions was to fill in",
    ],
  ],
  ["app:<no value>", ["<no value> is what a template prints for a value that is not set"]],
  ["app:%TAG%", ["%TAG% is a variable that the Windows command line was to fill in"]],
  ["app:#{TAG}#", ["#{TAG}# is a token that Octopus or Azure Pipelines was to fill in"]],
  ["app:@TAG@", ["@TAG@ is a token that a build script was to fill in"]],
  ["app:__IMAGE_TAG__", ["__IMAGE_TAG__ is a token that a build script was to fill in"]],
  ["app:{tag}", ["{tag} is a placeholder that a script was to fill in"]],
  ["app:{{ .Values.tag", ["{{ begins a template that does not end"]],
  ["app:tag }}", ["}} ends a template that does not begin"]],
])("%s", (text, sentences) => {
  const found = findTemplates(text);
  expect(found.map((one) => one.text)).toEqual(sentences);
  for (const { written, at } of found) expect(text.slice(at).startsWith(written)).toBe(true);
});

test.each([
  "nginx",
  "localhost:5000/a/b:1",
  "[::1]:5000/a",
  "[fe80::1]/a",
  "a__b/c--d",
  "nginx:_x",
  "nginx@sha256:abc",
  "a@b",
  "nginx:1.0+build",
  "100%",
  "cost: 5$",
  "a < b > c",
  "",
])("%j holds none", (text) => expect(findTemplates(text)).toEqual([]));

describe("what programs print for nothing", () => {
  test.each([
    "null",
    "None",
    "undefined",
    "<nil>".slice(1, 4),
    "NaN",
    "changeme",
    "IMAGE_TAG",
    "your-tag",
    "x.y.z",
    "TODO",
  ])("%s", (part) => expect(printedNothing(part)).toContain(part));
  test.each(["latest", "1.0", "nullable", "tag-1", "main", "v2"])("%s is an ordinary tag", (part) =>
    expect(printedNothing(part)).toBeUndefined(),
  );
});

// Each of these takes minutes when a pattern goes back over what it has read.
test.each(["{{", "${", "$(", "<a", "%a", "__A_", "#{", "@A", "[a ", "{{ .Values", "{%", "<%"])(
  "half a megabyte of %j ends soon",
  (part) => {
    const text = part.repeat(500_000 / part.length);
    expect(findTemplates(text).every(({ at }) => at < text.length)).toBe(true);
  },
);
