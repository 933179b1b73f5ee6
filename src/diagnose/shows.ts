// What a quoted message means, in one clause of ours: who was doing what, and how it ended.

import { causeById } from "../causes/index.js";
import type { Reading, Stage } from "../model/reading.js";

const doing: Readonly<Record<Stage, (host: string) => string>> = {
  reference: () => "reading the image's name",
  credentials: () => "reading the pull secrets",
  resolve: (host) => `asking ${host} for the image`,
  connect: (host) => `connecting to ${host}`,
  tls: (host) => `securing the connection to ${host}`,
  api: (host) => `asking ${host} whether it is a registry`,
  token: (host) => `asking ${host} for a token`,
  manifest: (host) => `asking ${host} for the manifest`,
  config: (host) => `fetching the image's config from ${host}`,
  blob: (host) => `fetching a layer from ${host}`,
  unpack: () => "unpacking the layers",
  start: () => "starting the program",
};

/** `containerd, asking ghcr.io for a token: 401; registry asks for credentials and got none`; the reason for words that say nothing. */
export function showsOf(reading: Reading, reason: string): string {
  const { cause, stage, status, runtime } = reading;
  if (cause === "unknown" || cause === "not-image-pull") return reason;
  const host = reading.host ?? reading.registry ?? "the registry";
  const who = runtime ?? "the node";
  const what = stage === undefined ? who : `${who}, ${doing[stage](host)}`;
  const title = causeById.get(cause)?.title ?? cause;
  const also = reading.also.length > 0 ? ", or what answers alike" : "";
  return `${what}: ${status === undefined ? "" : `${status}; `}${title}${also}`;
}
