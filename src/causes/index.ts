// Every cause. Among answers that are equally well founded the first one wins, so what has looked at
// more stands before what has looked at less; readers meet them in this order within an area.

import accessDenied from "./access-denied/cause.js";
import blobMissing from "./blob-missing/cause.js";
import connectionRefused from "./connection-refused/cause.js";
import connectionReset from "./connection-reset/cause.js";
import connectionTimeout from "./connection-timeout/cause.js";
import contentCorrupt from "./content-corrupt/cause.js";
import credentialProviderFailed from "./credential-provider-failed/cause.js";
import credentialsExpired from "./credentials-expired/cause.js";
import credentialsMissing from "./credentials-missing/cause.js";
import credentialsRejected from "./credentials-rejected/cause.js";
import type { Cause } from "./define.js";
import digestNotFound from "./digest-not-found/cause.js";
import diskFull from "./disk-full/cause.js";
import dnsFailure from "./dns-failure/cause.js";
import imageNotPresent from "./image-not-present/cause.js";
import interceptedResponse from "./intercepted-response/cause.js";
import intermittent from "./intermittent/cause.js";
import invalidReference from "./invalid-reference/cause.js";
import kubeletThrottled from "./kubelet-throttled/cause.js";
import manifestUnsupported from "./manifest-unsupported/cause.js";
import noRoute from "./no-route/cause.js";
import nodeClock from "./node-clock/cause.js";
import nodeIdentity from "./node-identity/cause.js";
import nodeOnly from "./node-only/cause.js";
import plainHttpRegistry from "./plain-http-registry/cause.js";
import platformMismatch from "./platform-mismatch/cause.js";
import podPredatesSecret from "./pod-predates-secret/cause.js";
import policyBlocked from "./policy-blocked/cause.js";
import proxyFailure from "./proxy-failure/cause.js";
import pullCancelled from "./pull-cancelled/cause.js";
import pullSecretsMisplaced from "./pull-secrets-misplaced/cause.js";
import pullSlow from "./pull-slow/cause.js";
import pullTimeout from "./pull-timeout/cause.js";
import quotaExceeded from "./quota-exceeded/cause.js";
import rateLimited from "./rate-limited/cause.js";
import registryError from "./registry-error/cause.js";
import registryRetired from "./registry-retired/cause.js";
import registryUnavailable from "./registry-unavailable/cause.js";
import repositoryNotFound from "./repository-not-found/cause.js";
import runtimeUnavailable from "./runtime-unavailable/cause.js";
import secretEmpty from "./secret-empty/cause.js";
import secretInOtherNamespace from "./secret-in-other-namespace/cause.js";
import secretLiteralCommand from "./secret-literal-command/cause.js";
import secretMalformed from "./secret-malformed/cause.js";
import secretMissing from "./secret-missing/cause.js";
import secretNotAttached from "./secret-not-attached/cause.js";
import secretWrongHost from "./secret-wrong-host/cause.js";
import secretWrongType from "./secret-wrong-type/cause.js";
import shortNameUnresolved from "./short-name-unresolved/cause.js";
import stuckAfterFix from "./stuck-after-fix/cause.js";
import tagNotFound from "./tag-not-found/cause.js";
import tlsExpired from "./tls-expired/cause.js";
import tlsHostnameMismatch from "./tls-hostname-mismatch/cause.js";
import tlsOther from "./tls-other/cause.js";
import tlsUntrusted from "./tls-untrusted/cause.js";
import unpackFailed from "./unpack-failed/cause.js";
import wrongRegistry from "./wrong-registry/cause.js";

export const causes: readonly Cause[] = [
  // what was mended already, and is tried on
  stuckAfterFix,
  // the image's name
  registryRetired,
  wrongRegistry,
  invalidReference,
  shortNameUnresolved,
  tagNotFound,
  digestNotFound,
  repositoryNotFound,
  // credentials: what is wrong with a secret before whether there is one, then what the registry says to it
  pullSecretsMisplaced,
  secretMalformed,
  secretWrongType,
  secretEmpty,
  secretWrongHost,
  secretLiteralCommand,
  podPredatesSecret,
  secretNotAttached,
  secretInOtherNamespace,
  secretMissing,
  nodeIdentity,
  credentialProviderFailed,
  credentialsExpired,
  credentialsRejected,
  credentialsMissing,
  accessDenied,
  // limits
  rateLimited,
  kubeletThrottled,
  quotaExceeded,
  // the network, from the name to the certificate
  dnsFailure,
  noRoute,
  connectionRefused,
  connectionTimeout,
  connectionReset,
  proxyFailure,
  plainHttpRegistry,
  tlsUntrusted,
  tlsExpired,
  tlsHostnameMismatch,
  tlsOther,
  interceptedResponse,
  // the registry
  registryUnavailable,
  manifestUnsupported,
  blobMissing,
  registryError,
  // the platform
  platformMismatch,
  // the node
  nodeClock,
  nodeOnly,
  diskFull,
  imageNotPresent,
  contentCorrupt,
  unpackFailed,
  runtimeUnavailable,
  // policy
  policyBlocked,
  // over time
  intermittent,
  pullSlow,
  pullTimeout,
  pullCancelled,
];

export const causeById: ReadonlyMap<string, Cause> = new Map(causes.map((cause) => [cause.id, cause]));
