// What a tool inside a pod or on a node said about one stage of the way to a registry.

import type { MessageCause } from "../../model/reading.js";

/** `cause` is set when the stage failed in a way that the tool names. */
export interface ToolSaid {
  readonly stage: "dns" | "tcp" | "tls" | "api";
  readonly is: "passed" | "failed";
  /** One clause, lower case, no full stop. */
  readonly shows: string;
  readonly cause?: MessageCause;
  readonly status?: number;
}

export interface Ran {
  /** Undefined: it did not end by itself. */
  readonly exitCode: number | undefined;
  readonly out: string;
  readonly err: string;
}

/** The words of a failed connection in libc's English, whichever tool prints them. */
export function connectCause(text: string): MessageCause | undefined {
  if (/connection refused/i.test(text)) return "connection-refused";
  if (/no route to host|network is unreachable|host is unreachable/i.test(text)) return "no-route";
  if (/timed? ?out/i.test(text)) return "connection-timeout";
  if (/reset by peer|connection reset/i.test(text)) return "connection-reset";
  return undefined;
}

/** The words of OpenSSL, GnuTLS and Go for a certificate that is not accepted. */
export function certificateCause(text: string): MessageCause | undefined {
  if (/certificate has expired|not yet valid|certificate is not yet valid/i.test(text)) return "tls-expired";
  if (/alternative certificate subject name|hostname mismatch|does not match|name mismatch/i.test(text))
    return "tls-hostname-mismatch";
  if (
    /unable to get (?:local )?issuer|self[- ]signed|unable to verify|unknown ca|untrusted|certificate problem/i.test(
      text,
    )
  )
    return "tls-untrusted";
  if (/wrong version number|http request|record overflow/i.test(text)) return "plain-http-registry";
  return undefined;
}
