// curl, wget (busybox and GNU) and openssl asking a registry for `/v2/`: how far each came, in its own words.

import { certificateCause, connectCause, type Ran, type ToolSaid } from "./said.js";

const passed = (stage: ToolSaid["stage"], shows: string): ToolSaid => ({ stage, is: "passed", shows });

/** `curl -sS -o /dev/null -w '%{http_code} %{remote_ip}'`. Exit codes: man curl, "EXIT CODES". */
export function readCurl({ exitCode, out, err: said }: Ran): readonly ToolSaid[] {
  const err = bounded(said);
  const [, status = "0", address] = /(\d{3}) ?([0-9a-f.:]*)\s*$/i.exec(out.slice(-100)) ?? [];
  const words = firstLine(err).replace(/^curl: \(\d+\) /, "");
  const failed = (stage: ToolSaid["stage"], cause: ToolSaid["cause"]): ToolSaid => ({
    stage,
    is: "failed",
    shows: `curl says: ${words || `exit code ${exitCode}`}`,
    ...(cause === undefined ? {} : { cause }),
  });
  if (exitCode === 0)
    return [...reached(address), passed("tls", "the certificate is accepted"), apiAnswer(Number(status))];
  switch (exitCode) {
    case 5:
      return [failed("tcp", "proxy-failure")];
    case 6:
      return [failed("dns", "dns-failure")];
    case 7:
      return [failed("tcp", connectCause(err) ?? "connection-refused")];
    case 28:
      return [/resolv/i.test(err) ? failed("dns", "dns-failure") : failed("tcp", "connection-timeout")];
    case 35:
      return [failed("tls", certificateCause(err) ?? connectCause(err) ?? "tls-other")];
    case 51:
    case 58:
    case 60:
      return [failed("tls", certificateCause(err) ?? "tls-untrusted")];
    case 52:
    case 56:
      return [failed("api", connectCause(err) ?? "connection-reset")];
    default:
      return [];
  }
}

const reached = (address: string | undefined): readonly ToolSaid[] =>
  address === undefined || address === "" ? [] : [passed("tcp", `${address} answers`)];

/** 200, or 401 with a challenge, is a registry; what else answers may be something between. */
function apiAnswer(status: number): ToolSaid {
  const isRegistry = status === 200 || status === 401 || status === 403 || status === 404;
  if (isRegistry) return { stage: "api", is: "passed", shows: `it answers ${status}`, status };
  return {
    stage: "api",
    is: "failed",
    shows: `it answers ${status}`,
    status,
    ...(status >= 500 ? { cause: "registry-unavailable" as const } : {}),
  };
}

/** `wget -S -O /dev/null`. Busybox does not check certificates and says so; then nothing is said of them. */
export function readWget({ err: said, out }: Ran): readonly ToolSaid[] {
  const err = bounded(said);
  const text = `${err}\n${bounded(out)}`;
  const status = Number(
    [...text.matchAll(/^[ \t]*HTTP\/[\d.]+ (\d{3})/gm)].at(-1)?.[1] ??
      /HTTP\/[\d.]+ (\d{3})/.exec(text)?.[1] ??
      0,
  );
  const address = /Connecting to \S+ \(([0-9a-f.:]+?):\d+\)|\|([0-9a-f.:]+)\|:\d+\.\.\. connected/i.exec(
    text,
  );
  if (status > 0) {
    const isChecked = !/certificate validation not implemented|no-check-certificate/i.test(text);
    return [
      ...reached(address?.[1] ?? address?.[2]),
      ...(isChecked ? [passed("tls", "the certificate is accepted")] : []),
      apiAnswer(status),
    ];
  }
  const words = firstLine(
    err.replace(/^(?:--.*|Resolving .*|Connecting to .*|wget: note:.*)\n/gm, ""),
  ).replace(/^wget: /, "");
  const failed = (stage: ToolSaid["stage"], cause: NonNullable<ToolSaid["cause"]>): readonly ToolSaid[] => [
    { stage, is: "failed", shows: `wget says: ${words}`, cause },
  ];
  if (/bad address|unable to resolve|name or service not known|temporary failure in name/i.test(text))
    return failed("dns", "dns-failure");
  const byCertificate = certificateCause(text);
  if (byCertificate !== undefined || /TLS error|ssl_client/i.test(text))
    return failed("tls", byCertificate ?? "tls-other");
  const byConnection = connectCause(text);
  return byConnection === undefined ? [] : failed("tcp", byConnection);
}

/** `openssl s_client -connect HOST:443 -servername HOST -verify_hostname HOST`. */
export function readOpenssl({ out, err }: Ran): readonly ToolSaid[] {
  const text = `${bounded(out)}\n${bounded(err)}`;
  const [, code, words = ""] = /Verify return code: (\d+) \(([^)]*)\)/.exec(text) ?? [];
  if (code !== undefined) {
    const issuer = /^issuer=(.*)$/m.exec(text)?.[1]?.trim();
    if (code === "0")
      return [passed("tls", `the certificate is accepted${issuer === undefined ? "" : `, by ${issuer}`}`)];
    return [
      {
        stage: "tls",
        is: "failed",
        shows: `openssl says: ${words}`,
        cause: certificateCause(words) ?? "tls-other",
      },
    ];
  }
  if (
    /name or service not known|getaddrinfo|could not resolve|temporary failure in name|no address/i.test(text)
  )
    return [{ stage: "dns", is: "failed", shows: "openssl finds no address", cause: "dns-failure" }];
  const cause = connectCause(text);
  return cause === undefined
    ? []
    : [{ stage: "tcp", is: "failed", shows: `openssl says: ${words || cause}`, cause }];
}

/** A registry's headers are among what these programs print: no line of theirs may cost more than its length. */
const bounded = (text: string): string =>
  text
    .split("\n", 4000)
    .map((line) => line.slice(0, 500))
    .join("\n");

const firstLine = (text: string): string => text.trim().split("\n")[0]?.trim().slice(0, 300) ?? "";
