// Tables as kubectl prints them: columns that begin where their header begins. Rows that a narrow
// terminal or a chat window has wrapped are put together again first.

export interface Column {
  readonly name: string;
  readonly at: number;
}

/** `LAST SEEN   TYPE` gives two columns: at least two spaces, or a tab, divide them. */
export function columnsOf(header: string): readonly Column[] {
  return [...header.matchAll(/\S+(?: \S+)*/g)].map((found) => ({
    name: found[0].toUpperCase(),
    at: found.index,
  }));
}

/** The cells of a row by column name; a missing cell is absent. */
export function cellsOf(row: string, columns: readonly Column[]): Readonly<Record<string, string>> {
  const cells = isAligned(row, columns)
    ? columns.map(({ at }, i) => row.slice(at, columns[i + 1]?.at).trim())
    : splitLoosely(row, columns.length);
  const named: Record<string, string> = {};
  columns.forEach(({ name }, i) => {
    const cell = cells[i];
    if (cell !== undefined && cell !== "" && named[name] === undefined) named[name] = cell;
  });
  return named;
}

function isAligned(row: string, columns: readonly Column[]): boolean {
  return columns.every(({ at }) => at === 0 || row.length <= at || /\s/.test(row[at - 1] ?? " "));
}

/** Cells divided by two spaces or a tab; the last one takes what is left. */
function splitLoosely(row: string, count: number): string[] {
  const parts = row.trim().split(/\t+|\s{2,}/);
  if (parts.length <= count) return parts;
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join("  ")];
}

/**
 * Puts wrapped rows together: a line that `isRow` refuses continues the one before it. A terminal
 * breaks in the middle of a word at its width, where nothing was lost; elsewhere a space was.
 */
export function unwrap(lines: readonly string[], isRow: (line: string) => boolean): string[] {
  const width = Math.max(0, ...lines.map((line) => line.length));
  const rows: string[] = [];
  let lastLength = 0;
  for (const line of lines) {
    const before = rows.at(-1);
    if (before === undefined || isRow(line)) rows.push(line);
    else if (lastLength >= width && !/^\s/.test(line)) rows[rows.length - 1] = before + line;
    else rows[rows.length - 1] = `${before.trimEnd()} ${line.trim()}`;
    lastLength = line.length;
  }
  return rows;
}
