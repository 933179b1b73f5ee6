// curl, in its own words and exit codes.

import { type Exchanged, type ExchangeTrouble, exchange, type TlsTrouble } from "../exchange.js";
import { absolute } from "../files.js";
import { EXIT, type Io, type Program } from "../machine.js";
import { headerOf } from "./wget.js";

interface Options {
  readonly url: string | undefined;
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** An option that this curl does not have. */
  readonly unknown: string | undefined;
}

/** Long names by their short letter. */
const FLAGS: Readonly<Record<string, string>> = {
  v: "verbose",
  s: "silent",
  S: "show-error",
  I: "head",
  i: "include",
  k: "insecure",
  L: "location",
  f: "fail",
  O: "remote-name",
};
const VALUES: Readonly<Record<string, string>> = {
  o: "output",
  w: "write-out",
  u: "user",
  H: "header",
  X: "request",
  d: "data",
  m: "max-time",
  A: "user-agent",
};
const LONG_VALUES = new Set([
  ...Object.values(VALUES),
  "connect-timeout",
  "retry",
  "cacert",
  "oauth2-bearer",
]);
const LONG_FLAGS = new Set([...Object.values(FLAGS), "http1.1", "compressed", "no-progress-meter"]);

function optionsOf(args: readonly string[]): Options {
  const flags = new Set<string>();
  const values = new Map<string, string[]>();
  let url: string | undefined;
  let unknown: string | undefined;
  const take = (name: string, value: string): void => {
    values.set(name, [...(values.get(name) ?? []), value]);
  };
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg.startsWith("--")) {
      const name = arg.slice(2);
      if (LONG_VALUES.has(name)) take(name, args[++at] ?? "");
      else if (LONG_FLAGS.has(name)) flags.add(name);
      else unknown ??= arg;
    } else if (arg.startsWith("-") && arg !== "-") {
      for (let letter = 1; letter < arg.length; letter++) {
        const char = arg[letter] ?? "";
        const [flag, value] = [FLAGS[char], VALUES[char]];
        if (flag !== undefined) flags.add(flag);
        else if (value !== undefined) {
          take(value, arg.slice(letter + 1) || (args[++at] ?? ""));
          break;
        } else unknown ??= `-${char}`;
      }
    } else url ??= arg;
  }
  return { url, flags, values, unknown };
}

export const curl: Program = async (args, io, machine, state) => {
  const { url: asked, flags, values, unknown } = optionsOf(args);
  const one = (name: string): string | undefined => values.get(name)?.at(-1);
  if (unknown !== undefined || asked === undefined) {
    io.err(unknown === undefined ? "curl: (2) no URL specified\n" : `curl: option ${unknown}: is unknown\n`);
    io.err("curl: try 'curl --help' or 'curl --manual' for more information\n");
    return 2;
  }
  const fail = (code: number, why: string): number => {
    if (!flags.has("silent") || flags.has("show-error")) io.err(`curl: (${code}) ${why}\n`);
    return code;
  };
  let url: URL;
  try {
    url = new URL(/^\w+:\/\//.test(asked) ? asked : `http://${asked}`);
  } catch {
    return fail(3, "URL rejected: Malformed input to a URL function");
  }
  const body = one("data");
  const method = one("request") ?? (flags.has("head") ? "HEAD" : body === undefined ? "GET" : "POST");
  const headers: Record<string, string> = { "User-Agent": one("user-agent") ?? "curl/8.5.0", Accept: "*/*" };
  const user = one("user");
  if (user !== undefined) headers.Authorization = `Basic ${Buffer.from(user).toString("base64")}`;
  if (body !== undefined) headers["Content-Type"] = "application/x-www-form-urlencoded";
  for (const header of values.get("header") ?? []) {
    const [name = "", ...rest] = header.split(":");
    headers[name] = rest.join(":").trim();
  }
  for (let hop = 0; hop < 50; hop++) {
    const [connect, total] = [one("connect-timeout"), one("max-time")];
    const outcome = await exchange(machine, {
      url,
      method,
      headers,
      ...(body === undefined ? {} : { body }),
      isVerified: !flags.has("insecure"),
      ...(connect === undefined && total === undefined ? {} : { connectMs: Number(connect ?? total) * 1000 }),
      ...(total === undefined ? {} : { totalMs: Number(total) * 1000 }),
      signal: io.signal,
    });
    if (io.signal.aborted) return EXIT.interrupted;
    if (!outcome.ok) return fail(...words(url, outcome.trouble, Number(connect ?? total ?? 0) * 1000));
    const { got } = outcome;
    if (flags.has("verbose")) narrate(io, url, method, headers, got);
    const location = headerOf(got.rawHeaders, "location");
    if (flags.has("location") && location !== undefined && got.status >= 300 && got.status < 400) {
      url = new URL(location, url);
      continue;
    }
    if (flags.has("fail") && got.status >= 400)
      return fail(22, `The requested URL returned error: ${got.status}`);
    const head = flags.has("include") || flags.has("head") ? headText(got) : "";
    const output = one("output") ?? (flags.has("remote-name") ? url.pathname.split("/").at(-1) : undefined);
    const content = Buffer.concat([Buffer.from(head), got.body]);
    if (output === undefined || output === "-") io.out(content);
    else if (output !== "/dev/null") machine.files.write(absolute(output, state.cwd), content);
    io.out(writtenOut(one("write-out") ?? "", got, url));
    return EXIT.ok;
  }
  return fail(47, "Maximum (50) redirects followed");
};

function headText(got: Exchanged): string {
  const lines = [`HTTP/${got.httpVersion} ${got.status} ${got.statusText}`];
  for (let at = 0; at < got.rawHeaders.length; at += 2) {
    lines.push(`${got.rawHeaders[at]}: ${got.rawHeaders[at + 1]}`);
  }
  return `${lines.join("\r\n")}\r\n\r\n`;
}

function narrate(
  io: Io,
  url: URL,
  method: string,
  headers: Readonly<Record<string, string>>,
  got: Exchanged,
): void {
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  io.err(
    `*   Trying ${got.address}:${port}...\n* Connected to ${url.hostname} (${got.address}) port ${port}\n`,
  );
  if (got.tls !== undefined) {
    io.err(`* SSL connection using ${got.tls.protocol} / ${got.tls.cipher}\n* Server certificate:\n`);
    io.err(`*  subject: ${got.tls.subject}\n*  issuer: ${got.tls.issuer}\n*  SSL certificate verify ok.\n`);
  }
  io.err(`> ${method} ${url.pathname}${url.search} HTTP/1.1\n> Host: ${url.host}\n`);
  for (const [name, value] of Object.entries(headers)) io.err(`> ${name}: ${value}\n`);
  io.err(`>\n${headText(got).trimEnd().replace(/\r/g, "").replace(/^/gm, "< ")}\n<\n`);
  io.err(`* Connection #0 to host ${url.hostname} left intact\n`);
}

function writtenOut(format: string, got: Exchanged, url: URL): string {
  const values: Readonly<Record<string, string>> = {
    http_code: String(got.status),
    response_code: String(got.status),
    url_effective: url.href,
    remote_ip: got.address,
    size_download: String(got.body.length),
    content_type: headerOf(got.rawHeaders, "content-type") ?? "",
  };
  return format
    .replace(/%\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole)
    .replace(/\\n/g, "\n")
    .replace(/\\t/g, "\t");
}

const TLS_WORDS: Readonly<Record<TlsTrouble, readonly [number, string]>> = {
  untrusted: [60, "SSL certificate problem: unable to get local issuer certificate"],
  "self-signed": [60, "SSL certificate problem: self-signed certificate"],
  expired: [60, "SSL certificate problem: certificate has expired"],
  "wrong-name": [60, "SSL: no alternative certificate subject name matches target host name '%h'"],
  "not-tls": [35, "OpenSSL/3.1.4: error:0A00010B:SSL routines::wrong version number"],
  handshake: [35, "OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to %h:%p"],
};

const MORE = `
More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the web page mentioned above.`;

function words(url: URL, trouble: ExchangeTrouble, patienceMs: number): [number, string] {
  const host = url.hostname;
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  switch (trouble.is) {
    case "nxdomain":
    case "servfail":
    case "dns-refused":
      return [6, `Could not resolve host: ${host}`];
    case "dns-timeout":
      return [28, "Resolving timed out after 10000 milliseconds"];
    case "tls": {
      const [code, why] = TLS_WORDS[trouble.why];
      return [code, why.replace("%h", host).replace("%p", port) + (code === 60 ? MORE : "")];
    }
    case "timeout":
      return patienceMs > 0
        ? [28, `Connection timed out after ${patienceMs} milliseconds`]
        : [28, `Failed to connect to ${host} port ${port} after 127000 ms: Couldn't connect to server`];
    case "slow":
      return [28, `Operation timed out after ${patienceMs} milliseconds with 0 bytes received`];
    case "empty":
      return [52, "Empty reply from server"];
    case "reset":
    case "failed":
      return [56, "Recv failure: Connection reset by peer"];
    case "partial":
      return [18, "transfer closed with outstanding read data remaining"];
    default:
      return [7, `Failed to connect to ${host} port ${port} after 1 ms: Couldn't connect to server`];
  }
}
