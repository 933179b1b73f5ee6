// Which containers/image a CRI-O was built with, and what differs in its words. Semantics reference 6.4.

export interface ImageTraits {
  /** The text of several errors is cut to the first, and a code's own description is not repeated. */
  readonly saysOnce: boolean;
  /** `received unexpected HTTP status` of the token endpoint, instead of `invalid status code`. */
  readonly saysTokenStatus: boolean;
  readonly saysBear: boolean;
  /** Before 5.14: `Error initializing source`. */
  readonly saysError: boolean;
  readonly quotesPlatform: boolean;
  readonly quotesBody: boolean;
  /** The status of a blob in the registry's own words. */
  readonly readsBlobErrors: boolean;
  readonly tellsReconnect: boolean;
}

export interface CrioTraits {
  readonly image: ImageTraits;
  readonly saysRegistryUnavailable: boolean;
  /** How a failure is wrapped with what the try as an artifact said. */
  readonly artifact:
    | "none"
    | "probed-first"
    | "both"
    | "both-since-1.34"
    | "reference"
    | "reference-not-network";
}

/** CRI-O minor version to containers/image minor version (5.x). */
const imageVersions: Readonly<Record<number, number>> = {
  20: 7,
  21: 11,
  22: 15,
  23: 17,
  24: 17,
  25: 22,
  26: 23,
  27: 25,
  28: 27,
  29: 29,
  30: 30,
  31: 32,
  32: 34,
  33: 35,
  34: 36,
  35: 38,
  36: 39,
};

/** Of `1.32.1`. */
export function traitsOfCrio(version: string): CrioTraits {
  const [, minor = 0, patch = 0] = version
    .replace(/^v/, "")
    .split(/[.+~-]/)
    .map(Number);
  const image = imageVersions[minor] ?? (minor < 20 ? 7 : 39);
  const since = (a: number, b: number): boolean => minor > a || (minor === a && patch >= b);
  return {
    image: {
      saysOnce: image >= 24,
      saysTokenStatus: image >= 35,
      saysBear: image <= 17,
      saysError: image < 14,
      quotesPlatform: image >= 24,
      quotesBody: image >= 36,
      readsBlobErrors: image >= 24,
      tellsReconnect: image >= 24,
    },
    saysRegistryUnavailable: since(27, 1),
    artifact: since(35, 1)
      ? "reference-not-network"
      : since(35, 0)
        ? "reference"
        : since(34, 0)
          ? "both-since-1.34"
          : since(33, 4)
            ? "both"
            : since(33, 0)
              ? "probed-first"
              : "none",
  };
}
