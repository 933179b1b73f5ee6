import { expect, test } from "vitest";
import type { Run } from "./ask.js";
import { withNodeRoots } from "./roots.js";

/** A node with these files; what was run is kept. */
function node(...files: readonly string[]): { readonly run: Run; readonly ran: string[][] } {
  const ran: string[][] = [];
  const run: Run = async (command) => {
    ran.push([...command]);
    const found = command.filter((word) => files.includes(word));
    const exitCode = command[0] === "ls" && found.length < command.length - 1 ? 1 : 0;
    return { exitCode, out: found.map((path) => `${path}\n`).join(""), err: "" };
  };
  return { run, ran };
}

test.each([
  ["/host/etc/ssl/certs/ca-certificates.crt"],
  ["/host/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"],
  ["/host/var/lib/ca-certificates/ca-bundle.pem"],
])("programs trust whom the node trusts: %s", async (bundle) => {
  const { run, ran } = node(bundle);
  await (await withNodeRoots(run))(["curl", "https://registry.example.com/v2/"]);
  expect(ran.at(-1)).toEqual([
    "env",
    `CURL_CA_BUNDLE=${bundle}`,
    `SSL_CERT_FILE=${bundle}`,
    "curl",
    "https://registry.example.com/v2/",
  ]);
});

test("a node without one of them is asked as it is", async () => {
  const { run, ran } = node("/host/etc/passwd");
  await (await withNodeRoots(run))(["wget", "x"]);
  expect(ran.at(-1)).toEqual(["wget", "x"]);
});
