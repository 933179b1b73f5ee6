// Where containerd's versions differ in what they do and say. Semantics reference 6.3.

export interface ContainerdTraits {
  /** Statuses are told with method and URL. */
  readonly namesRequest: boolean;
  /** A Basic challenge without a login fails at once, in words. */
  readonly wantsBasicLogin: boolean;
  /** GET errors: `unexpected status from GET request to` instead of `unexpected status code`. */
  readonly namesGet: boolean;
  /** Pulls through the transfer service: no platform fallbacks, other heads. */
  readonly hasTransfer: boolean;
  /** Of several hosts' errors, the most telling is reported instead of the first. */
  readonly ranksErrors: boolean;
  /** Go 1.20 and newer. */
  readonly saysVerify: boolean;
  readonly takesSchema1: boolean;
  /** An extraction error names media type, digest and snapshot. */
  readonly namesExtraction: boolean;
  /** A blob that ends early is told with both lengths. */
  readonly countsShortReads: boolean;
  /** Pulls without progress for five minutes are cancelled. */
  readonly cancelsSilence: boolean;
  /** Query values in URL errors are hidden. */
  readonly hidesQuery: boolean;
  /** The body of a 403 is fetched and shown. */
  readonly showsForbidden: boolean;
  /** `repository name (Team/Api) must be lowercase`. */
  readonly parser: "old" | "new";
}

/** Of `1.7.24` or `v2.1.9`. */
export function traitsOfContainerd(version: string): ContainerdTraits {
  const [major = 2, minor = 0, patch = 0] = version
    .replace(/^v/, "")
    .split(/[.+~-]/)
    .map((part) => Number.parseInt(part, 10) || 0);
  const since = (...from: readonly (readonly [number, number, number])[]): boolean =>
    // Each line of releases has its own patch; newer lines have all that the last named one has.
    from.some(([a, b, c]) => major === a && minor === b && patch >= c) || isNewer([major, minor], from);
  return {
    namesRequest: since([1, 6, 25], [1, 7, 0]),
    wantsBasicLogin: since([1, 6, 25], [1, 7, 8]),
    namesGet: since([2, 1, 3]),
    hasTransfer: since([2, 1, 0]),
    ranksErrors: since([2, 0, 0]),
    saysVerify: since([1, 6, 22], [1, 7, 0]),
    takesSchema1: major < 2,
    namesExtraction: since([2, 1, 2]),
    countsShortReads: since([2, 1, 0]),
    cancelsSilence: since([1, 7, 0]),
    hidesQuery: since([1, 7, 30], [2, 0, 8], [2, 1, 6], [2, 2, 1]),
    showsForbidden: since([2, 3, 3]),
    parser: since([1, 7, 0]) ? "new" : "old",
  };
}

function isNewer(
  [major, minor]: readonly [number, number],
  from: readonly (readonly [number, number, number])[],
): boolean {
  const last = from.at(-1);
  return last !== undefined && (major > last[0] || (major === last[0] && minor > last[1]));
}
