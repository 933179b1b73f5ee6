// What a kubelet of a given minor version says and does where versions differ.
// Facts: image-pull semantics reference, sections 0.1, 1, 2; each switch names its version.

/** The minor number of `v1.32.5`, `1.32`; throws RangeError for anything else. */
export function minorOf(version: string): number {
  const match = /^v?1\.(\d+)/.exec(version);
  if (match?.[1] === undefined) throw new RangeError(`not a Kubernetes 1.x version: ${version}`);
  return Number(match[1]);
}

/** The behaviour of one kubelet version. */
export interface KubeletTraits {
  readonly minor: number;
  /** Presence is checked for `Always` as well. */
  readonly inspectsAlways: boolean;
  /** gRPC code Unknown is taken off PullImage errors. */
  readonly dropsUnknownCode: boolean;
  /** `RegistryUnavailable` and `SignatureValidationFailed` are told apart. */
  readonly knowsRuntimeReasons: boolean;
  /** The waiting message of a back-off repeats the last error. */
  readonly repeatsLastError: boolean;
  readonly saysMissingSecrets: boolean;
  /** One event budget for each type instead of one for all. */
  readonly hasBudgetPerType: boolean;
  readonly hasReportingFields: boolean;
  /** Condition PodReadyToStartContainers is written. */
  readonly hasReadyToStart: boolean;
  /** Keyring errors fail before Pulling, without back-off. */
  readonly failsKeyringEarly: boolean;
  /** Present images are checked against the credentials they were pulled with. */
  readonly verifiesCredentials: boolean;
  /** `started` of init containers is set. */
  readonly reportsInitStarted: boolean;
  /** That condition becomes true at once after the sandbox is made, before any pull. */
  readonly saysReadyAtOnce: boolean;
  /** `volumeMounts` in container statuses. */
  readonly reportsMounts: boolean;
  readonly hasSidecars: boolean;
  readonly hasImageVolumes: boolean;
  /** A pull ends when its pod is deleted. */
  readonly cancelsPulls: boolean;
  /** The end of a crash-loop window decides when the pod is looked at again. */
  readonly wakesAtCrashLoopEnd: boolean;
  readonly hasHostIps: boolean;
  /** Events of one instant race each other: the one recorded last is mostly the first to arrive. */
  readonly racesEvents: boolean;
}

export function traitsOf(version: string): KubeletTraits {
  const minor = minorOf(version);
  return {
    minor,
    inspectsAlways: minor < 32,
    dropsUnknownCode: minor >= 28,
    knowsRuntimeReasons: minor >= 28,
    repeatsLastError: minor >= 32,
    saysMissingSecrets: minor >= 28,
    hasBudgetPerType: minor >= 32,
    hasReportingFields: minor >= 28,
    hasReadyToStart: minor >= 29,
    failsKeyringEarly: minor >= 33,
    verifiesCredentials: minor >= 35,
    reportsInitStarted: minor >= 28,
    saysReadyAtOnce: minor >= 36,
    reportsMounts: minor >= 31,
    hasSidecars: minor >= 29,
    hasImageVolumes: minor >= 35,
    cancelsPulls: minor >= 27,
    wakesAtCrashLoopEnd: minor >= 35,
    hasHostIps: minor >= 29,
    racesEvents: minor <= 20,
  };
}
