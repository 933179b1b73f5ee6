// Flags that fix, verify and undo share, and the values in them.

import { ToolError } from "../../model/errors.js";
import { contextFlags } from "../cluster-choice.js";
import type { Flag, Flags } from "../command.js";

export const clusterFlags: readonly Flag[] = [
  { flags: "-n, --namespace <name>", text: "the namespace; the context's when left out" },
  ...contextFlags,
];

export const waitFlags: readonly Flag[] = [
  { flags: "--timeout <duration>", text: "how long to wait for the pods: 2m when left out" },
  { flags: "--settle <duration>", text: "how long they have to stay well: 10s when left out" },
];

export const changeFlags: readonly Flag[] = [
  { flags: "-y, --yes", text: "change it without asking" },
  { flags: "--live-too", text: "change it although a tool manages the object and will revert it" },
  {
    flags: "--protect <pattern>",
    text: "contexts in which --yes is refused, such as prod-*; PULLDOCTOR_PROTECT too",
    isRepeatable: true,
  },
  { flags: "--qps <number>", text: "requests to the API server each second at most: 100 when left out" },
  { flags: "--record", text: "leave a Kubernetes Event that tells of the change" },
];

/** Throws ToolError `number-malformed`. */
export function numberOf(flags: Flags, name: string, usual: number): number {
  const text = flags.text(name);
  if (text === undefined) return usual;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new ToolError("number-malformed", {
    what: `--${name} ${text} is no number above 0`,
    why: "it says how many requests may go each second",
    do: `write --${name} ${usual}`,
  });
}

/** `key=value` words. Throws ToolError `with-malformed`. */
export function valuesOf(words: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf("=");
      if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
      throw new ToolError("with-malformed", {
        what: `--with ${word} cannot be read`,
        why: "it names no value",
        do: "write --with KEY=VALUE, such as --with secret=regcred",
      });
    }),
  );
}

/** Throws ToolError `context-protected` for `--yes` where a pattern of --protect or PULLDOCTOR_PROTECT fits the context. */
export function refuseProtected(
  flags: Flags,
  env: Readonly<Record<string, string | undefined>>,
  context: string,
): void {
  if (!flags.isOn("yes")) return;
  const patterns = [...flags.list("protect"), ...(env.PULLDOCTOR_PROTECT ?? "").split(",")];
  const fitting = patterns.map((one) => one.trim()).find((one) => one !== "" && globOf(one).test(context));
  if (fitting === undefined) return;
  throw new ToolError("context-protected", {
    what: `--yes is refused in ${context}`,
    why: `its name fits ${fitting}, which is protected`,
    do: "leave --yes out and answer the question",
  });
}

const globOf = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, "\\$&")
      .replaceAll("*", ".*")
      .replaceAll("?", ".")}$`,
  );
