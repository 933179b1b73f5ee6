// Every import points down, and the promises about files that no compiler keeps.

import ts from "typescript";
import { describe, expect, test } from "vitest";
import { eachNode, filesBelow, importsOf, isTest, root, syntaxOf, textOf } from "./tree.js";

/** docs/architecture.md shows this as a table. A folder may always import itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: [],
  runtimes: ["model"],
  registry: ["model"],
  probes: ["model", "registry"],
  report: ["model"],
  cluster: ["model"],
  files: ["model", "cluster"],
  causes: ["model"],
  manifests: ["model"],
  diagnose: ["model", "runtimes", "registry", "probes", "cluster", "files", "causes"],
  fixes: ["model", "cluster"],
  mend: ["model", "cluster", "fixes"],
  sim: ["model"],
  cli: [
    "model",
    "runtimes",
    "registry",
    "probes",
    "report",
    "cluster",
    "files",
    "causes",
    "manifests",
    "diagnose",
    "fixes",
    "mend",
    "sim",
  ],
  "index.ts": ["model", "runtimes", "cluster", "files", "causes", "diagnose"],
};

const folderOf = (path: string): string => path.split("/")[1] ?? "";

const sources = filesBelow("src").filter((path) => path.endsWith(".ts"));
const ours = [...sources, ...["scripts", "test", "bench"].flatMap(filesBelow)].filter((path) =>
  path.endsWith(".ts"),
);
const imports = sources
  .filter((path) => !isTest(path))
  .flatMap((from) => importsOf(from).map((to) => ({ from, to })));

describe("imports", () => {
  test("every import points down", () => {
    const wrong = imports.flatMap(({ from, to }) => {
      const [a, b] = [folderOf(from), folderOf(to)];
      const isFine = to.startsWith("src/") && (a === b || (mayImport[a] ?? []).includes(b));
      return isFine ? [] : [`${from} imports ${to}: src/${a} does not know src/${b}`];
    });
    expect(wrong).toEqual([]);
    expect(imports.length).toBeGreaterThan(100);
  });

  test("packages are imported statically: bundled CommonJS loses its names behind import()", () => {
    const lazy = sources.filter((path) => /(?<!typeof )\bimport\("[^.]/.test(textOf(path)));
    expect(lazy).toEqual([]);
  });

  test("every folder of src has its row in the rule", () => {
    const folders = new Set(sources.map(folderOf));
    expect([...folders].filter((folder) => !(folder in mayImport))).toEqual([]);
  });

  test("every import names a file that is there", () => {
    const known = new Set(filesBelow("src"));
    expect(imports.filter(({ to }) => !known.has(to))).toEqual([]);
  });

  test("the table of docs/architecture.md is the rule", () => {
    const rows = textOf("docs/architecture.md")
      .split("\n")
      .flatMap((line) => {
        const [, folder = "", allowed = ""] = /^\| `src\/([a-z]+)` \| ([^|]*) \|/.exec(line) ?? [];
        return folder === ""
          ? []
          : [[folder, [...allowed.matchAll(/`([a-z]+)`/g)].map(([, name]) => name)] as const];
      });
    const { cli: anything, "index.ts": face, ...strict } = mayImport;
    expect(Object.fromEntries(rows.filter(([folder]) => folder !== "cli"))).toEqual(strict);
    expect(anything).toHaveLength(Object.keys(strict).length);
    expect(face).not.toContain("cli");
  });
});

describe("files", () => {
  test("none of src is longer than 300 lines", () => {
    const long = sources.filter((path) => textOf(path).split("\n").length > 301);
    expect(long).toEqual([]);
  });

  test("every one opens with what it is for", () => {
    const mute = ours.filter((path) => !isTest(path) && !/^(#!.*\n)?\/\/ \S/.test(textOf(path)));
    expect(mute).toEqual([]);
  });

  test("none is named after nothing", () => {
    const vague = /(^|\/)(utils?|helpers?|common|types|misc|shared|lib)(\.|\/|$)/;
    expect(ours.filter((path) => vague.test(path))).toEqual([]);
  });

  test("only src/index.ts re-exports", () => {
    const barrels = sources.filter((path) => {
      const statements = [...syntaxOf(path).statements];
      const again = statements.filter(
        (one) => ts.isExportDeclaration(one) && one.moduleSpecifier !== undefined,
      );
      return again.length > 0 && path !== "src/index.ts";
    });
    expect(barrels).toEqual([]);
  });

  test("no any, no non-null assertion, nothing switched off", () => {
    const loose = ours.flatMap((path) => {
      const found: string[] = [];
      const file = syntaxOf(path);
      eachNode(file, (node) => {
        if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(`${path}: any`);
        if (ts.isNonNullExpression(node)) found.push(`${path}: ${node.getText(file)}`);
      });
      if (/@ts-(ignore|nocheck|expect-error)/.test(textOf(path)) && !path.startsWith("test/architecture"))
        found.push(`${path}: a type check is switched off`);
      return found;
    });
    expect(loose).toEqual([]);
  });

  test("no test is left out, alone, or replaces a module", () => {
    const tricks = new Set(["skip", "only", "todo", "mock", "doMock", "skipIf", "runIf", "fails"]);
    const subjects = new Set(["test", "it", "describe", "vi", "suite"]);
    const found = ours.flatMap((path) => {
      const bad: string[] = [];
      eachNode(syntaxOf(path), (node) => {
        if (!ts.isPropertyAccessExpression(node) || !tricks.has(node.name.text)) return;
        if (ts.isIdentifier(node.expression) && subjects.has(node.expression.text))
          bad.push(`${path}: ${node.expression.text}.${node.name.text}`);
      });
      return bad;
    });
    expect(found).toEqual([]);
  });
});

describe("what leaves this machine", () => {
  const everything = filesBelow(".").filter((path) => !/\.(br|gz|tar|zip|png)$/.test(path));
  const hosts = [
    "registry.npmjs",
    "npmjs.org",
    "registry.yarnpkg",
    "npmmirror.",
    "proxy.golang",
    "pythonhosted.",
    "static.crates",
  ];

  test("no file names the host of a package registry", () => {
    const naming = everything.filter(
      (path) => path !== "test/architecture.test.ts" && hosts.some((host) => textOf(path).includes(host)),
    );
    expect(naming).toEqual([]);
  });

  test("no file names a path of this machine", () => {
    const home = process.env.HOME ?? "";
    const places = [root, ...(home.length > "/root".length ? [home] : [])];
    const naming = everything.filter((path) => places.some((place) => textOf(path).includes(place)));
    expect(naming).toEqual([]);
  });

  test("package-lock.json pins by hash and by nothing else", () => {
    const lock: unknown = JSON.parse(textOf("package-lock.json"));
    expect(JSON.stringify(lock)).not.toContain('"resolved"');
    expect(JSON.stringify(lock)).toContain('"integrity":"sha512-');
  });
});
