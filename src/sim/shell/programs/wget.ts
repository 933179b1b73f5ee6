// wget, in the words of busybox: it does not verify certificates, and says so.

import { type ExchangeTrouble, exchange } from "../exchange.js";
import { absolute } from "../files.js";
import { EXIT, type Io, type Program } from "../machine.js";
import { CONNECT_WORDS } from "./lookup-programs.js";

interface Options {
  readonly url: string | undefined;
  readonly output: string | undefined;
  readonly isQuiet: boolean;
  readonly isSpider: boolean;
  readonly showsHeaders: boolean;
  readonly seconds: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

function optionsOf(args: readonly string[]): Options {
  const flags = new Set<string>();
  const headers: Record<string, string> = {};
  let [output, url, body]: (string | undefined)[] = [];
  let seconds: number | undefined;
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    const [, short = "", joined = ""] = /^-([OT])(.*)$/.exec(arg) ?? [];
    const long = /^--(header|timeout|post-data|output-document)(?:=(.*))?$/s.exec(arg);
    const value = (): string => long?.[2] ?? (joined === "" ? (args[++at] ?? "") : joined);
    if (short === "O" || long?.[1] === "output-document") output = value();
    else if (short === "T" || long?.[1] === "timeout") seconds = Number(value());
    else if (long?.[1] === "post-data") body = value();
    else if (long?.[1] === "header") {
      const [name = "", ...rest] = value().split(":");
      headers[name] = rest.join(":").trim();
    } else if (/^-[a-zA-Z]+O/.test(arg)) {
      for (const flag of arg.slice(1)) flags.add(flag);
      output = arg.slice(arg.indexOf("O") + 1) || args[++at];
    } else if (arg.startsWith("--")) flags.add(arg.slice(2));
    else if (arg.startsWith("-")) for (const flag of arg.slice(1)) flags.add(flag);
    else url = arg;
  }
  return {
    url,
    output,
    isQuiet: flags.has("q") || flags.has("quiet"),
    isSpider: flags.has("spider"),
    showsHeaders: flags.has("S") || flags.has("server-response"),
    seconds,
    headers,
    body,
  };
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export const wget: Program = async (args, io, machine, state) => {
  const options = optionsOf(args);
  if (options.url === undefined) {
    io.err("BusyBox v1.36.1 multi-call binary.\n\nUsage: wget [-cqS] [--spider] [-O FILE] [-T SEC] URL...\n");
    return EXIT.failed;
  }
  const say = (text: string): void => (options.isQuiet ? undefined : io.err(text));
  let url: URL;
  try {
    url = new URL(/^\w+:\/\//.test(options.url) ? options.url : `http://${options.url}`);
  } catch {
    io.err(`wget: bad address '${options.url}'\n`);
    return EXIT.failed;
  }
  for (let hop = 0; hop < 5; hop++) {
    const port = url.port || (url.protocol === "https:" ? "443" : "80");
    const outcome = await exchange(machine, {
      url,
      method: options.body === undefined ? "GET" : "POST",
      headers: { "User-Agent": "Wget", Connection: "close", ...options.headers },
      ...(options.body === undefined ? {} : { body: options.body }),
      isVerified: false,
      ...(options.seconds === undefined
        ? {}
        : { connectMs: options.seconds * 1000, totalMs: options.seconds * 1000 }),
      signal: io.signal,
    });
    if (io.signal.aborted) return EXIT.interrupted;
    if (!outcome.ok) {
      const address = "address" in outcome.trouble ? outcome.trouble.address : undefined;
      if (address !== undefined) say(`Connecting to ${url.hostname} (${address}:${port})\n`);
      return complain(io, url.hostname, outcome.trouble);
    }
    const { got } = outcome;
    say(`Connecting to ${url.hostname} (${got.address}:${port})\n`);
    if (url.protocol === "https:") say("wget: note: TLS certificate validation not implemented\n");
    if (options.showsHeaders) io.err(headerText(got.httpVersion, got.status, got.statusText, got.rawHeaders));
    const location = headerOf(got.rawHeaders, "location");
    if (REDIRECTS.has(got.status) && location !== undefined) {
      url = new URL(location, url);
      continue;
    }
    if (got.status >= 300) {
      io.err(`wget: server returned error: HTTP/${got.httpVersion} ${got.status} ${got.statusText}\n`);
      return EXIT.failed;
    }
    if (options.isSpider) {
      say("remote file exists\n");
      return EXIT.ok;
    }
    const name = options.output ?? (url.pathname.split("/").at(-1) || "index.html");
    if (name === "-") {
      say("writing to stdout\n");
      io.out(got.body);
      say(
        `-                    100% |********************************| ${String(got.body.length).padStart(5)}  0:00:00 ETA\n`,
      );
      say("written to stdout\n");
    } else {
      say(`saving to '${name}'\n`);
      if (name !== "/dev/null") machine.files.write(absolute(name, state.cwd), got.body);
      say(`'${name}' saved\n`);
    }
    return EXIT.ok;
  }
  io.err("wget: too many redirections\n");
  return EXIT.failed;
};

function headerText(version: string, status: number, statusText: string, raw: readonly string[]): string {
  const lines = [`  HTTP/${version} ${status} ${statusText}`];
  for (let at = 0; at < raw.length; at += 2) lines.push(`  ${raw[at]}: ${raw[at + 1]}`);
  return `${lines.join("\n")}\n`;
}

/** undefined when it was not sent. */
export function headerOf(raw: readonly string[], name: string): string | undefined {
  const at = raw.findIndex((one, index) => index % 2 === 0 && one.toLowerCase() === name);
  return at < 0 ? undefined : raw[at + 1];
}

function complain(io: Io, host: string, trouble: ExchangeTrouble): number {
  switch (trouble.is) {
    case "nxdomain":
    case "servfail":
    case "dns-refused":
    case "dns-timeout":
      io.err(`wget: bad address '${host}'\n`);
      break;
    case "tls":
      io.err(
        trouble.why === "not-tls"
          ? "wget: TLS error from peer (alert code 70): protocol version\n"
          : "wget: error getting response: Connection reset by peer\n",
      );
      break;
    case "slow":
      io.err("wget: download timed out\n");
      break;
    case "reset":
    case "empty":
    case "partial":
      io.err(`wget: error getting response${trouble.is === "empty" ? "" : ": Connection reset by peer"}\n`);
      break;
    default:
      io.err(`wget: can't connect to remote host (${trouble.address}): ${CONNECT_WORDS[trouble.is]}\n`);
  }
  return EXIT.failed;
}
