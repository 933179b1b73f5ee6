// Where a new login comes from: what the reader gives, the cloud's own program, docker's logins on this machine.

import { resolve } from "node:path";
import { Readable } from "node:stream";
import { text as readAll } from "node:stream/consumers";
import { askCloud, cloudLoginFor } from "../../fixes/credentials/cloud.js";
import { dockerLogin } from "../../fixes/credentials/docker-login.js";
import type { FoundCredential, PlanWorld } from "../../fixes/define.js";
import { ToolError } from "../../model/errors.js";
import { Secret } from "../../model/secret.js";
import type { Flag, Flags } from "../command.js";
import type { Io } from "../io.js";

export const credentialFlags: readonly Flag[] = [
  { flags: "--username <name>", text: "the user of a new login; its password is read from stdin" },
  { flags: "--password-stdin", text: "read the password from stdin" },
  { flags: "--docker-config <path>", text: "take the login from this docker config" },
];

/** Each registry is asked for once; the password is read once. */
export function credentialsBy(flags: Flags, io: Io): PlanWorld["credential"] {
  const known = new Map<string, Promise<FoundCredential>>();
  return ({ registry }) => {
    const found = known.get(registry) ?? find(registry, flags, io);
    known.set(registry, found);
    return found;
  };
}

async function find(registry: string, flags: Flags, io: Io): Promise<FoundCredential> {
  const username = flags.text("username");
  if (username !== undefined) return given(username, flags, io);
  const world = { env: io.env, signal: io.signal };
  const path = flags.text("docker-config");
  const cloud = path === undefined ? cloudLoginFor(registry) : undefined;
  const tried: string[] = [];
  if (cloud !== undefined) {
    const answer = await askCloud(cloud, world);
    if (answer.ok) return { login: answer, from: `${cloud.program}, and it lives ${cloud.lives}` };
    tried.push(answer.why);
  }
  const docker = await dockerLogin(registry, {
    ...world,
    ...(path === undefined ? {} : { path: resolve(io.cwd, path) }),
  });
  if (docker.ok) return { login: docker, from: docker.from };
  tried.push(docker.why);
  throw new ToolError("credential-missing", {
    what: `there is no login for ${registry} at hand`,
    why: tried.join("; "),
    do: "pass --username NAME --password-stdin with --yes or --dry-run, or sign in here first: docker login",
  });
}

async function given(username: string, flags: Flags, io: Io): Promise<FoundCredential> {
  if (!flags.isOn("password-stdin")) {
    throw new ToolError("password-missing", {
      what: `there is no password for ${username}`,
      why: "a password on the command line would be seen by others",
      do: "pipe it in, and pass --password-stdin",
    });
  }
  if (!flags.isOn("yes") && !flags.isOn("dry-run") && flags.text("output") === undefined) {
    throw new ToolError("stdin-taken", {
      what: "the question cannot be answered",
      why: "stdin brings the password",
      do: "add --dry-run to see the change, and --yes to make it",
    });
  }
  const password = (await readAll(Readable.from(io.stdin))).replace(/\r?\n$/, "");
  if (password === "") {
    throw new ToolError("password-missing", {
      what: `the password of ${username} is empty`,
      why: "nothing came on stdin",
      do: 'pipe it in: printf %s "$PASSWORD" | ... --password-stdin',
    });
  }
  return { login: { username, password: new Secret(password) }, from: "stdin" };
}
