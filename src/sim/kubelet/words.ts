// The kubelet's sentences about images and containers, by version. Written from its source as the
// semantics reference quotes it; the message grammar of the product is never looked at.

import type { KubeletTraits } from "./version.js";

/** Go's %q: double quotes, with escapes for quotes, backslashes and control characters. */
export const quoted = (text: string): string => JSON.stringify(text);

/** A Go duration: `845ms`, `2.345s`, `1m2.345s`. Milliseconds with a fraction down to 1 ns. */
export function goDuration(ms: number): string {
  if (ms === 0) return "0s";
  if (ms < 1) return `${trimmed(ms * 1000, 3)}µs`;
  if (ms < 1000) return `${trimmed(ms, 6)}ms`;
  const total = ms / 1000;
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = trimmed(total - hours * 3600 - minutes * 60, 9);
  return `${hours > 0 ? `${hours}h` : ""}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${seconds}s`;
}

const trimmed = (value: number, digits: number): string => String(Number(value.toFixed(digits)));

export const pulling = (image: string): string => `Pulling image ${quoted(image)}`;

export const failedToPull = (image: string, error: string): string =>
  `Failed to pull image ${quoted(image)}: ${error}`;

export const backOff = (image: string): string => `Back-off pulling image ${quoted(image)}`;

export const notPresent = (image: string): string =>
  `Container image ${quoted(image)} is not present with pull policy of Never`;

export function alreadyPresent(image: string, traits: KubeletTraits): string {
  const suffix = traits.verifiesCredentials ? " and can be accessed by the pod" : "";
  return `Container image ${quoted(image)} already present on machine${suffix}`;
}

export function pulled(
  image: string,
  tookMs: number,
  waitedMs: number,
  sizeBytes: number,
  traits: KubeletTraits,
): string {
  const head = `Successfully pulled image ${quoted(image)} in `;
  if (traits.minor < 26) return head + goDuration(tookMs);
  if (traits.minor < 28) return `${head}${goDuration(tookMs)} (${goDuration(waitedMs)} including waiting)`;
  const both = `${goDuration(Math.trunc(tookMs))} (${goDuration(Math.trunc(waitedMs))} including waiting)`;
  return traits.minor < 30 ? head + both : `${head}${both}. Image size: ${sizeBytes} bytes.`;
}

export function invalidName(image: string, why: string, traits: KubeletTraits): string {
  const what = traits.minor < 28 ? "image reference" : "image name";
  return `Failed to apply default image tag ${quoted(image)}: couldn't parse ${what} ${quoted(image)}: ${why}`;
}

export function inspectFailed(image: string, error: string, traits: KubeletTraits): string {
  return `Failed to inspect image ${quoted(traits.minor >= 32 ? "" : image)}: ${error}`;
}

export function created(container: string, traits: KubeletTraits): string {
  if (traits.minor >= 35) return "Container created";
  return traits.minor >= 31 ? `Created container: ${container}` : `Created container ${container}`;
}

export const started = (container: string, traits: KubeletTraits): string =>
  traits.minor >= 35 ? "Container started" : `Started container ${container}`;

export function restarting(
  container: string,
  pod: string,
  namespace: string,
  uid: string,
  traits: KubeletTraits,
): string {
  const head = "Back-off restarting failed container";
  return traits.minor < 26 ? head : `${head} ${container} in pod ${pod}_${namespace}(${uid})`;
}

export const missingSecrets = (names: readonly string[]): string =>
  `Unable to retrieve some image pull secrets (${names.join(", ")}); attempting to pull the image may not succeed.`;

/** The runtime's answer as the kubelet passes it on. */
export function runtimeError(code: string, message: string, traits: KubeletTraits): string {
  return traits.dropsUnknownCode && code === "Unknown"
    ? message
    : `rpc error: code = ${code} desc = ${message}`;
}

/** Several failed credentials: equal texts once, one alone bare, more in brackets. */
export function aggregate(errors: readonly string[]): string {
  const distinct = [...new Set(errors)];
  return distinct.length === 1 ? (distinct[0] ?? "") : `[${distinct.join(", ")}]`;
}
