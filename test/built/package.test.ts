// What we publish: small, complete, without anything beside it, and it runs from its tarball.

import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../tree.js";
import { cleanEnv, packedOnce, runPacked } from "./packed.js";

const example = join(root, "examples/cluster");

describe("the tarball", () => {
  test("is under 2 MB", () => {
    expect(statSync(packedOnce().tarball).size).toBeLessThan(2_000_000);
  });

  test("holds the program, the library, the schema and the papers, and nothing else", () => {
    const { home } = packedOnce();
    expect(readdirSync(home).sort()).toEqual(
      ["CHANGELOG.md", "LICENSE", "README.md", "bin", "dist", "docs", "package.json"].sort(),
    );
    expect(readdirSync(join(home, "docs"))).toEqual(["schema"]);
    const files = readdirSync(home, { recursive: true, encoding: "utf8" });
    expect(files.filter((path) => /\.test\.|\.map$|src\/|recordings|\.env/.test(path))).toEqual([]);
  });

  test("needs nothing at run time and runs nothing at install", () => {
    const about: unknown = JSON.parse(readFileSync(join(packedOnce().home, "package.json"), "utf8"));
    expect(about).not.toHaveProperty("dependencies");
    expect(about).not.toHaveProperty("optionalDependencies");
    expect(about).not.toHaveProperty("peerDependencies");
    for (const script of ["preinstall", "install", "postinstall"]) {
      expect(about).not.toHaveProperty(["scripts", script]);
    }
  });
});

describe("the bins", () => {
  test("both tell the version of package.json", () => {
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    for (const bin of ["pulldoctor", "kubectl-pulldoctor"]) {
      expect(runPacked(["--version"], { bin })).toEqual({ code: 0, out: `${version}\n`, err: "" });
    }
  });

  test("each speaks of itself by the name it was called by", () => {
    expect(runPacked(["--help"]).out).toContain("pulldoctor diagnose -A ");
    expect(runPacked(["--help"], { bin: "kubectl-pulldoctor" }).out).toContain(
      "kubectl pulldoctor diagnose -A ",
    );
  });

  test("diagnoses the examples far from the checkout", () => {
    const ran = runPacked(["diagnose", "-f", example, "-o", "json"]);
    expect(ran.err).toBe("");
    expect(ran.code).toBe(1);
    const report = JSON.parse(ran.out) as { findings: { cause: string }[] };
    expect(report.findings.map(({ cause }) => cause)).toContain("tag-not-found");
  });
});

describe("the library", () => {
  test("is imported by its name, with its schema", () => {
    const { project } = packedOnce();
    const script = join(project, "use.mjs");
    writeFileSync(
      script,
      `import { explainMessage, parseReference, version } from "pulldoctor";
import schema from "pulldoctor/schema/v1.json" with { type: "json" };
import about from "pulldoctor/package.json" with { type: "json" };
const { full } = parseReference("nginx");
const { cause } = explainMessage('Failed to pull image "nginx:1": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:1": failed to resolve reference "docker.io/library/nginx:1": docker.io/library/nginx:1: not found');
console.log(JSON.stringify({ full, cause, id: schema.$id, same: version === about.version }));
`,
    );
    const out = execFileSync(process.execPath, ["--no-warnings", script], {
      encoding: "utf8",
      env: cleanEnv(),
    });
    expect(JSON.parse(out)).toEqual({
      full: "docker.io/library/nginx:latest",
      cause: "tag-not-found",
      id: "https://pulldoctor.dev/schema/v1.json",
      same: true,
    });
  });

  test(
    "its types compile for a stranger, strictly, and refuse what is not there",
    () => {
      const right = `import { diagnoseMessage, parseReference, type Report, ToolError } from "pulldoctor";
const report: Report = diagnoseMessage("x", { now: new Date(0) });
const tag: string | undefined = parseReference("nginx").tag;
console.log(tag, report.findings[0]?.verdict, ToolError.name);
`;
      expect(compile("right.mts", right)).toBe("");
      expect(compile("wrong.mts", `${right}console.log(report.nonsense);\n`)).toContain(
        "'nonsense' does not exist",
      );
    },
    compilesTwice,
  );
});

/** The compiler reads its own library anew each time: some 15 s on a machine that has much else to do. */
const compilesTwice = 120_000;

/** What the compiler has to say about a stranger's file. */
function compile(name: string, text: string): string {
  const { project } = packedOnce();
  writeFileSync(join(project, name), text);
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const types = ["--types", "node", "--typeRoots", join(root, "node_modules/@types")];
  const flags = [
    "--noEmit",
    "--strict",
    "--ignoreConfig",
    "--module",
    "nodenext",
    "--target",
    "es2023",
    ...types,
  ];
  const args = [tsc, ...flags, name];
  return spawnSync(process.execPath, args, { encoding: "utf8", cwd: project }).stdout;
}
