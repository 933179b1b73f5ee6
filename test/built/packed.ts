// The package as a user gets it: packed by npm, unpacked into an empty project. Needs `npm run build`.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../tree.js";

export interface Packed {
  readonly tarball: string;
  /** An empty project with the package in its `node_modules`, and nothing else. */
  readonly project: string;
  /** `node_modules/pulldoctor` in it. */
  readonly home: string;
  /** Its `node_modules/.bin`, linked as npm links it. */
  readonly bin: string;
}

let packed: Packed | undefined;

export function packedOnce(): Packed {
  packed ??= pack();
  return packed;
}

function pack(): Packed {
  if (!existsSync(join(root, "dist", "main.js"))) throw new Error("not built: run npm run build first");
  const folder = mkdtempSync(join(tmpdir(), "pulldoctor-packed-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const npm = process.env.npm_execpath;
  const [command, ...first] = npm === undefined ? ["npm"] : [process.execPath, npm];
  const args = [...first, "pack", "--ignore-scripts", "--silent", "--pack-destination", folder];
  execFileSync(command ?? "npm", args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  const tarball = join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "none");
  const project = join(folder, "project");
  const modules = join(project, "node_modules");
  const bin = join(modules, ".bin");
  mkdirSync(bin, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", modules]);
  const home = join(modules, "pulldoctor");
  renameSync(join(modules, "package"), home);
  for (const name of ["pulldoctor", "kubectl-pulldoctor"]) {
    symlinkSync("../pulldoctor/bin/pulldoctor.js", join(bin, name));
  }
  return { tarball, project, home, bin };
}

export interface ProcessRun {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs one of the package's bins with this test's Node, outside of the checkout. */
export function runPacked(
  args: readonly string[],
  options: { readonly stdin?: string; readonly env?: NodeJS.ProcessEnv; readonly bin?: string } = {},
): ProcessRun {
  const { bin, project } = packedOnce();
  const program = join(bin, options.bin ?? "pulldoctor");
  const result = spawnSync(process.execPath, [program, ...args], {
    cwd: project,
    input: options.stdin ?? "",
    encoding: "utf8",
    env: cleanEnv(options.env),
    timeout: 60_000,
  });
  return { code: result.status, out: result.stdout, err: result.stderr };
}

/** No kubeconfig and no settings of whoever runs the tests. */
export function cleanEnv(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: packedOnce().project, LANG: "C.UTF-8", ...more };
}
