// The table that `kubectl get events` prints, made from recorded events. Follows the columns and the
// ages of kubectl 1.20 to 1.35: printEvent of pkg/printers/internalversion and HumanDuration.

interface RawEvent {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly metadata: { readonly creationTimestamp: string };
  readonly involvedObject: { readonly kind: string; readonly name: string };
}

export function eventsTable(recorded: RawEvent | { readonly items: readonly RawEvent[] }): string {
  const events = "items" in recorded ? recorded.items : [recorded];
  if (events.length === 0) return "No resources found in default namespace.\n";
  const times = events.map((event) =>
    Date.parse(event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp),
  );
  const newest = Math.max(...times);
  const rows = events.map((event, at) => [
    age((newest - (times[at] ?? newest)) / 1000),
    event.type ?? "",
    event.reason ?? "",
    `${event.involvedObject.kind.toLowerCase()}/${event.involvedObject.name}`,
    (event.message ?? "").trim(),
  ]);
  const all = [["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)) + 3);
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}

function age(seconds: number): string {
  const whole = Math.floor(seconds);
  if (whole < 120) return `${whole}s`;
  const rest = whole % 60;
  return whole < 600 && rest > 0 ? `${Math.floor(whole / 60)}m${rest}s` : `${Math.floor(whole / 60)}m`;
}
