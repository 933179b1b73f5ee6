// Bare messages in text that is nothing else: one for each paragraph, or for each line where every
// line begins as messages do.

interface Line {
  readonly text: string;
  readonly line: number;
}

/** Longer messages are left to the grammar to cut; this much is handed over. */
const maxLength = 1 << 20;

/** Words without which no message is about a pull. */
const pullWords =
  /pull|image|manifest|registr|repositor|denied|unauthorized|forbidden|toomanyrequests|rate limit|x509|\btls\b|certificate|no such host|lookup |dial tcp|i\/o timeout|connection re|no route|no space left|no match for platform|exec format|rpc error|not found|invalid reference|blob|digest|layer/i;

/** How messages begin: a text with several of these at line starts has one message a line. */
const messageStart =
  /^\s*(?:Failed to pull image|Failed to inspect image|Error: |Error response from daemon|rpc error:|failed to (?:pull|resolve|do request|copy)|Back-off pulling|time="|level=|"?Failed)/;

/**
 * Objects are no messages. What could not be read as one must not be quoted as if it were words:
 * it can hold secrets.
 */
const isObject =
  /^[ \t]*["']?(?:apiVersion|kind|metadata|data|stringData|spec|auths?)["']?\s*:|dockerc(?:fg|onfigjson)["']?\s*:/m;

/** A message on more lines is none. */
const maxLines = 100;

export function messagesIn(lines: readonly Line[]): Line[] {
  const found: Line[] = [];
  let open: Line[] = [];
  const close = (): void => {
    found.push(...paragraph(open));
    open = [];
  };
  for (const line of lines) {
    if (line.text.trim() === "") close();
    else open.push(line);
  }
  close();
  return found
    .filter(({ text }) => pullWords.test(text) && !isObject.test(text))
    .map(({ text, line }) => ({ text: text.slice(0, maxLength), line }));
}

/** The line breaks stay: whether a terminal or the speaker made them is for the grammar to tell. */
function paragraph(lines: readonly Line[]): Line[] {
  const [first] = lines;
  if (first === undefined || lines.length > maxLines) return [];
  const starts = lines.filter(({ text }) => messageStart.test(text)).length;
  if (starts < 2)
    return [
      {
        text: lines
          .map(({ text }) => text)
          .join("\n")
          .trim(),
        line: first.line,
      },
    ];
  const parts: Line[] = [];
  for (const line of lines) {
    const before = parts.at(-1);
    if (before === undefined || messageStart.test(line.text))
      parts.push({ text: line.text.trim(), line: line.line });
    else parts[parts.length - 1] = { ...before, text: `${before.text}\n${line.text}` };
  }
  return parts;
}
