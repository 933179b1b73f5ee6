// The Debian packages that the tests talk to (`.ci/packages.txt`, one a line): installed where they are missing and we
// may install, named with the command that installs them where we may not.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./steps.js";

const list = join(root, ".ci", "packages.txt");

/** Installs what is missing. Returns the packages that are still missing; [] when all are there. */
export function installPackages(): readonly string[] {
  const missing = missingPackages();
  if (missing.length === 0) return [];
  if (!existsSync("/usr/bin/apt-get")) return missing;
  console.log(`installing ${missing.join(" ")}`);
  // sudo clears the environment, so the variable is set behind it.
  const asRoot = [
    ...(process.getuid?.() === 0 ? [] : ["sudo", "-n"]),
    "env",
    "DEBIAN_FRONTEND=noninteractive",
  ];
  apt([...asRoot, "apt-get", "update", "-qq"]);
  apt([...asRoot, "apt-get", "install", "-qq", "-y", "--no-install-recommends", ...missing]);
  return missingPackages();
}

export const installLine = (packages: readonly string[]): string =>
  `apt-get update && apt-get install -y --no-install-recommends ${packages.join(" ")}`;

function apt([command = "apt-get", ...args]: readonly string[]): void {
  spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
}

function missingPackages(): readonly string[] {
  const wanted = readFileSync(list, "utf8")
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim());
  return wanted.filter((name) => name !== "" && !isInstalled(name));
}

function isInstalled(name: string): boolean {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own format
  const asked = spawnSync("dpkg-query", ["-W", "-f", "${Status}", name], { encoding: "utf8" });
  return asked.status === 0 && asked.stdout.endsWith("ok installed");
}
