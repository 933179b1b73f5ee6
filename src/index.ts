// The library's face: the only file that re-exports. Everything here is typed, documented where it
// is defined, and free of side effects on import. The clock, stdin and the cluster are handed in.

export type { Api, ApiAnswer, ApiRequest } from "./cluster/api.js";
export { openCluster } from "./cluster/client.js";
export type { ClusterChoice, ClusterWorld } from "./cluster/client-world.js";
export { gatherCluster } from "./cluster/gather.js";
export { diagnose, diagnoseMessage } from "./diagnose/diagnose.js";
export { readFiles } from "./files/read.js";
export { type DecodedSecret, decodePullSecret, type SecretData } from "./model/docker-config.js";
export { ToolError, type ToolErrorText } from "./model/errors.js";
export type { Evidence, EvidenceSource, VerdictName } from "./model/evidence.js";
export {
  type Credential,
  type CredentialSource,
  type DockerConfigObject,
  explainMatch,
  matchCredentials,
} from "./model/keyring.js";
export type * from "./model/objects.js";
export type * from "./model/probe.js";
export {
  type Layer,
  type MessageCause,
  messageCauses,
  type Reading,
  type ReadingCause,
  type Stage,
  stages,
} from "./model/reading.js";
export {
  familiarName,
  type ParsedReference,
  parseReference,
  type Reference,
  type ReferenceOptions,
  tryParseReference,
} from "./model/reference.js";
export type { Effect, Finding, FindingWorkload, Remedy, Report, Retry, Scope } from "./model/report.js";
export { Secret } from "./model/secret.js";
export type { EarlierPod, LooseMessage, Readable, Snapshot, Unread } from "./model/snapshot.js";
export { version } from "./model/version.js";
export { explainMessage } from "./runtimes/explain.js";
