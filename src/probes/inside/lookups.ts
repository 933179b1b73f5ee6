// `getent hosts` and `nslookup`, as glibc, musl, busybox and bind print them.

import type { Ran, ToolSaid } from "./said.js";

/** `203.0.113.7    registry.example.com`; nothing and exit code 2 when there is no such name. */
export function readGetent({ exitCode, out }: Ran): ToolSaid | undefined {
  const addresses = out.split("\n").flatMap((line) => /^([0-9a-f.:]+)\s+\S/i.exec(line)?.[1] ?? []);
  if (addresses.length > 0) return found(addresses);
  // 2: the key was not found; the resolver's own trouble looks the same to getent.
  return exitCode === 2 ? notFound("getent finds no address") : undefined;
}

export function readNslookup({ out, err }: Ran): ToolSaid | undefined {
  const text = `${out}\n${err}`;
  if (/connection timed out|no servers could be reached|communications error/i.test(text))
    return notFound("its DNS server does not answer");
  const answer = text.slice(Math.max(0, text.search(/Non-authoritative|^Name:/im)));
  const addresses = [...answer.matchAll(/^Address(?: \d+)?:\s*([0-9a-f.:]+?)(?:#\d+|\s.*)?$/gim)].flatMap(
    ([, address = ""]) => (/^Address/i.test(address) ? [] : [address]),
  );
  const hasName = /^Name:/im.test(answer);
  if (hasName && addresses.length > 0) return found(addresses);
  const code = /\b(NXDOMAIN|SERVFAIL|REFUSED)\b/.exec(text)?.[1];
  if (code !== undefined) return notFound(`its DNS server answers ${code}`);
  return /can't (?:find|resolve)|server can't find/i.test(text)
    ? notFound("its DNS server finds no address")
    : undefined;
}

const found = (addresses: readonly string[]): ToolSaid => ({
  stage: "dns",
  is: "passed",
  shows: `the name leads to ${[...new Set(addresses)].slice(0, 4).join(", ")}`,
});

const notFound = (shows: string): ToolSaid => ({ stage: "dns", is: "failed", shows, cause: "dns-failure" });
