// Words of a command, as a shell reads them back.

/** A word as a shell reads it back; `<...>` stays as it is, since it has to be replaced anyway. */
export function word(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text) || /^<[^<>]+>$/.test(text)) return text;
  return `'${text.replaceAll("'", "'\\''")}'`;
}
