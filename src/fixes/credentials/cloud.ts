// Logins of the clouds' registries, by the vendor's own program: it knows how its user signed in.

import { Secret } from "../../model/secret.js";
import { type ProgramAnswer, type ProgramWorld, runProgram } from "./program.js";

export interface CloudLogin {
  /** `aws`, `gcloud`, `az`. */
  readonly program: string;
  readonly args: readonly string[];
  readonly username: string;
  /** How long it works; told to the reader. */
  readonly lives: string;
}

/** Undefined for a registry of no cloud. */
export function cloudLoginFor(registry: string): CloudLogin | undefined {
  const ecr = /^\d+\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)$/.exec(registry);
  if (ecr?.[1] !== undefined) {
    return {
      program: "aws",
      args: ["ecr", "get-login-password", "--region", ecr[1]],
      username: "AWS",
      lives: "12 hours",
    };
  }
  if (/(^|\.)gcr\.io$|-docker\.pkg\.dev$/.test(registry)) {
    return {
      program: "gcloud",
      args: ["auth", "print-access-token", "--quiet"],
      username: "oauth2accesstoken",
      lives: "1 hour",
    };
  }
  const acr = /^([a-z0-9]+)(?:-[a-z0-9]+)?\.azurecr\.(?:io|cn|us)$/.exec(registry);
  if (acr?.[1] !== undefined) {
    return {
      program: "az",
      args: ["acr", "login", "--name", acr[1], "--expose-token", "--output", "tsv", "--query", "accessToken"],
      username: "00000000-0000-0000-0000-000000000000",
      lives: "3 hours",
    };
  }
  return undefined;
}

export async function askCloud(
  { program, args, username }: CloudLogin,
  world: ProgramWorld,
): Promise<
  | { readonly ok: true; readonly username: string; readonly password: Secret }
  | { readonly ok: false; readonly why: string }
> {
  const answer: ProgramAnswer = await runProgram(program, args, world);
  if (answer.is === "missing") return { ok: false, why: `${program} is not installed here` };
  if (answer.is === "failed")
    return { ok: false, why: `${program} ${args.slice(0, 2).join(" ")}: ${answer.why}` };
  const password = answer.out.trim();
  // A page of words is no token.
  if (password === "" || /\s/.test(password))
    return { ok: false, why: `${program} ${args.slice(0, 2).join(" ")} printed no token` };
  return { ok: true, username, password: new Secret(password) };
}
