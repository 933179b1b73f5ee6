// The asker that the flags make: names, trust and rules of this command line.

import { readFile } from "node:fs/promises";
import { isIP } from "node:net";
import { resolve } from "node:path";
import { ToolError } from "../model/errors.js";
import { type Asker, createAsker } from "../probes/asker.js";
import type { Pinned } from "../registry/lookup.js";
import type { WireLimits } from "../registry/wire.js";
import type { Flags } from "./command.js";
import type { Io } from "./io.js";

export interface Asking {
  /** Ended by Ctrl-C, and by the deadline. */
  readonly signal: AbortSignal;
  readonly limits?: Partial<WireLimits>;
  /** See `AskerChoice.patienceMs`. */
  readonly patienceMs?: number;
}

/** Throws ToolError `resolve-malformed`, `dns-malformed` or `ca-unreadable`. */
export async function askerBy(
  flags: Flags,
  io: Io,
  { signal, limits, patienceMs = 0 }: Asking,
): Promise<Asker> {
  const pinned = pins(flags.list("resolve"));
  const server = flags.text("dns");
  if (server !== undefined && isIP(hostOf(server)) === 0) {
    throw new ToolError("dns-malformed", {
      what: `--dns ${server} names no DNS server`,
      why: "a DNS server is named by its address",
      do: "write --dns 10.96.0.10, with :PORT where it is not 53",
    });
  }
  const mirrors = flags.text("mirrors");
  const ca = await Promise.all(flags.list("ca").map((path) => readCa(path, io)));
  return createAsker({
    env: io.env,
    signal,
    now: io.now,
    names: { pinned, ...(server === undefined ? {} : { server }) },
    ...(ca.length === 0 ? {} : { ca }),
    rules: { allow: flags.list("allow-host"), deny: flags.list("deny-host") },
    plainHttp: flags.list("plain-http"),
    proxies: proxiesOf(flags.list("proxy")),
    patienceMs,
    ...(mirrors === undefined
      ? {}
      : {
          mirrors: async (isPlain: (registry: string) => boolean) => {
            const { readMirrors } = await import("../registry/mirrors/mirrors.js");
            return readMirrors(resolve(io.cwd, mirrors), isPlain);
          },
        }),
    ...(limits === undefined ? {} : { limits }),
  });
}

const hostOf = (server: string): string => {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d{1,5})?$/.exec(server) ?? [];
  return bracketed ?? plain ?? server;
};

/** `HOST=URL`, or `HOST=` for none. */
function proxiesOf(words: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    words.map((word) => {
      const at = word.indexOf("=");
      if (at > 0) return [word.slice(0, at).toLowerCase(), word.slice(at + 1)];
      throw new ToolError("proxy-invalid", {
        what: `--proxy ${word} cannot be read`,
        why: "it names no host before a =",
        do: "write --proxy registry.example.com=http://proxy.example.com:3128",
      });
    }),
  );
}

/** `HOST=ADDRESS[:PORT]`. */
function pins(words: readonly string[]): ReadonlyMap<string, readonly Pinned[]> {
  const pinned = new Map<string, readonly Pinned[]>();
  for (const word of words) {
    const at = word.indexOf("=");
    const host = word.slice(0, Math.max(at, 0)).toLowerCase();
    const one = pinnedAt(word.slice(at + 1));
    if (host === "" || one === undefined) {
      throw new ToolError("resolve-malformed", {
        what: `--resolve ${word} cannot be read`,
        why: host === "" ? "it names no host before a =" : `${word.slice(at + 1)} is no address`,
        do: "write --resolve HOST=ADDRESS[:PORT], such as registry.example.com=10.0.0.7",
      });
    }
    pinned.set(host, [...(pinned.get(host) ?? []), one]);
  }
  return pinned;
}

/** An address, with a port behind it where one is written: `[::1]:5000`. */
function pinnedAt(text: string): Pinned | undefined {
  if (isIP(text) !== 0) return { address: text };
  const [, six, four, port] = /^(?:\[([^\]]*)\]|([\d.]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const address = six ?? four ?? "";
  if (isIP(address) === 0 || Number(port ?? 1) > 65_535) return undefined;
  return { address, ...(port === undefined ? {} : { port: Number(port) }) };
}

async function readCa(path: string, io: Io): Promise<string> {
  const text = await readFile(resolve(io.cwd, path), "utf8").catch((cause: unknown) => {
    throw caUnreadable(
      path,
      cause instanceof Error && "code" in cause ? String(cause.code) : "no reason",
      cause,
    );
  });
  if (!text.includes("-----BEGIN CERTIFICATE-----"))
    throw caUnreadable(path, "it holds no certificate in PEM", undefined);
  return text;
}

const caUnreadable = (path: string, why: string, cause: unknown): ToolError =>
  new ToolError("ca-unreadable", {
    what: `--ca ${path} cannot be used`,
    why,
    do: "give a file with certificates in PEM",
    cause,
  });
