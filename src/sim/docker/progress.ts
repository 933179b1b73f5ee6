// What `docker pull` prints while layers come: the steps of each, as the daemon tells them.

/** A JSON line of the daemon's progress; the command prints `ID: STATUS`. */
export interface ProgressLine {
  readonly status: string;
  readonly progressDetail: object;
  readonly id: string;
}

/** `layers`: digests, lowest first; `has`: whether the daemon has one already. */
export function layerProgress(
  layers: readonly string[],
  has: (digest: string) => boolean,
): readonly ProgressLine[] {
  const tell = (digest: string, status: string): ProgressLine => ({
    status,
    progressDetail: {},
    id: digest.replace(/^sha256:/, "").slice(0, 12),
  });
  const missing = layers.filter((digest) => !has(digest));
  return [
    ...layers.map((digest) => tell(digest, has(digest) ? "Already exists" : "Pulling fs layer")),
    ...missing.flatMap((digest) => [tell(digest, "Verifying Checksum"), tell(digest, "Download complete")]),
    ...missing.map((digest) => tell(digest, "Pull complete")),
  ];
}
