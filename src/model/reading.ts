// What one message says once its layers are peeled: the result of the runtimes' grammars.

/** The causes that one message can show by itself, plus the two answers that are no cause. */
export const messageCauses = [
  "invalid-reference",
  "tag-not-found",
  "repository-not-found",
  "digest-not-found",
  "short-name-unresolved",
  "registry-retired",
  "credentials-missing",
  "credentials-rejected",
  "credentials-expired",
  "access-denied",
  "secret-missing",
  "secret-malformed",
  "credential-provider-failed",
  "rate-limited",
  "kubelet-throttled",
  "quota-exceeded",
  "dns-failure",
  "connection-refused",
  "connection-timeout",
  "connection-reset",
  "no-route",
  "proxy-failure",
  "tls-untrusted",
  "tls-expired",
  "tls-hostname-mismatch",
  "tls-other",
  "plain-http-registry",
  "intercepted-response",
  "registry-unavailable",
  "manifest-unsupported",
  "blob-missing",
  "registry-error",
  "platform-mismatch",
  "disk-full",
  "image-not-present",
  "content-corrupt",
  "unpack-failed",
  "runtime-unavailable",
  "pull-cancelled",
  "pull-timeout",
  "policy-blocked",
] as const;

export type MessageCause = (typeof messageCauses)[number];

/** `unknown`: about a pull, the text does not say why. `not-image-pull`: something else failed. */
export type ReadingCause = MessageCause | "unknown" | "not-image-pull";

/** How far the pull had come, in the order of a pull. */
export const stages = [
  "reference",
  "credentials",
  "resolve",
  "connect",
  "tls",
  "api",
  "token",
  "manifest",
  "config",
  "blob",
  "unpack",
  "start",
] as const;

export type Stage = (typeof stages)[number];

/** One peeled layer of a message, outermost first. */
export interface Layer {
  /** The sentence's id in its grammar, such as `ctd.resolve`. */
  readonly id: string;
  /** Which program speaks: `kubelet`, `grpc`, `containerd`, `cri-o`, `docker`, `go`, `registry`... */
  readonly by: string;
  /** The part of the message that this layer covers, exact, bounded to 300 characters. */
  readonly text: string;
}

/** What one message says. Absent fields: the text does not show them. */
export interface Reading {
  readonly cause: ReadingCause;
  /** `confirmed` only when the leaf is unambiguous; always `unknown` for the two non-causes. */
  readonly verdict: "confirmed" | "likely" | "unknown";
  /** Other causes that a competent engineer could defend from the text alone. */
  readonly also: readonly MessageCause[];
  readonly stage?: Stage;
  /** The image as the message names it (the kubelet's spelling when both are there). */
  readonly image?: string;
  /** The registry's host name by the reference, such as `docker.io`. */
  readonly registry?: string;
  /** The host that failed or answered, such as `auth.docker.io`, with a port when one is written. */
  readonly host?: string;
  readonly url?: string;
  /** HTTP status. */
  readonly status?: number;
  /** Whether the text shows that credentials were sent. */
  readonly credentials?: "none" | "sent";
  /** The runtime whose wording this is, when it can be told. */
  readonly runtime?: "containerd" | "cri-o" | "docker" | "podman" | "buildkit";
  /** The innermost words that decided, exact. */
  readonly leaf?: string;
  readonly layers: readonly Layer[];
  /** One reading for each attempt, when the kubelet tried several credentials; the mirrors, when they failed too. */
  readonly attempts?: readonly Reading[];
  /** Characters at the end of the message that were not read because it is too long. */
  readonly cutChars?: number;
  /** True when the message itself was shortened by whoever wrote it (`...`). */
  readonly isTruncated?: boolean;
}
