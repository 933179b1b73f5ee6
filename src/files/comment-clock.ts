// Comments that tell when what follows was printed, as in recordings of `kubectl get pods`.

/**
 * Reads `# 2026-11-21T19:44:46Z`, and `# +0.9s` counted
 * from a beginning that another comment of the same text gives away.
 */
export class CommentClock {
  now: Date | undefined;
  #beginning: number | undefined;

  read(line: string): void {
    const found = /^#\s+(?:\+(\d+(?:\.\d+)?)s)?(?:.*?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z))?/.exec(
      line,
    );
    const offsetMs = found?.[1] === undefined ? undefined : Number(found[1]) * 1000;
    const written = found?.[2] === undefined ? undefined : new Date(found[2]).getTime();
    if (written !== undefined && offsetMs !== undefined) this.#beginning = written - offsetMs;
    const reckoned =
      offsetMs === undefined || this.#beginning === undefined ? undefined : this.#beginning + offsetMs;
    const ms = written ?? reckoned;
    this.now = ms === undefined || Number.isNaN(ms) ? undefined : new Date(ms);
  }
}
