// Whom a node trusts: its own bundle of authorities, handed to the programs that ask from it. Those of the image that they
// run in say nothing about the node.

import type { Run } from "./ask.js";
import { nodeRoot } from "./mirrors.js";

/** Plain files only: a link to an absolute path would lead back into the image. Debian, Fedora and RHEL, SUSE. */
const bundles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
  "/var/lib/ca-certificates/ca-bundle.pem",
].map((path) => nodeRoot + path);

/**
 * Runs commands with the node's authorities, by the variables that curl and OpenSSL read. As it was where the node has none of
 * the bundles, or no `ls` tells.
 */
export async function withNodeRoots(run: Run): Promise<Run> {
  const { out } = await run(["ls", ...bundles]);
  const there = new Set(out.split("\n").map((line) => line.trim()));
  const bundle = bundles.find((path) => there.has(path));
  if (bundle === undefined) return run;
  return (command) => run(["env", `CURL_CA_BUNDLE=${bundle}`, `SSL_CERT_FILE=${bundle}`, ...command]);
}
