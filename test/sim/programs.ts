// Other people's programs, run against a world: skopeo, ctr, aws, docker.

import { spawn, spawnSync } from "node:child_process";

/** Which Debian package brings each; `.ci/packages.txt` lists them. */
const packageOf = {
  skopeo: "skopeo",
  "docker-registry": "docker-registry",
  ctr: "containerd",
  containerd: "containerd",
  aws: "awscli",
  docker: "docker.io",
  curl: "curl",
  jq: "jq",
  nsenter: "util-linux",
  unshare: "util-linux",
  ip: "iproute2",
} as const;
export type Program = keyof typeof packageOf;

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Throws, in a sentence, when the program is not installed. */
export function requireProgram(program: Program): void {
  const found = spawnSync("sh", ["-c", `command -v ${program}`]);
  if (found.status !== 0) {
    throw new Error(
      `${program} is not installed: apt-get install -y --no-install-recommends ${packageOf[program]}`,
    );
  }
}

/** Runs it without a shell. The world is served by this process, so the program must not block it. */
export async function run(
  program: Program,
  args: readonly string[],
  { env = {}, stdin = "" }: { readonly env?: Readonly<Record<string, string>>; readonly stdin?: string } = {},
): Promise<Ran> {
  requireProgram(program);
  const child = spawn(program, args, { env: { ...bareEnv(), ...env }, stdio: "pipe", timeout: 60_000 });
  let out = "";
  let err = "";
  child.stdout.on("data", (bytes: Buffer) => {
    out += bytes.toString();
  });
  child.stderr.on("data", (bytes: Buffer) => {
    err += bytes.toString();
  });
  child.stdin.end(stdin);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  return { code, out, err };
}

/** Nothing of whoever runs the tests: no proxies, no logins. */
export function bareEnv(): Record<string, string> {
  return { PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin`, LANG: "C.UTF-8", HOME: "/nonexistent" };
}
