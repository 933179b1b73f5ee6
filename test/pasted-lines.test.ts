// Every command line of ours that a page, a help text or a cause prints is one that the program takes when it is pasted.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseArgv } from "../src/cli/argv.js";
import { commands } from "../src/cli/commands/index.js";
import type { Io } from "../src/cli/io.js";
import { root } from "./tree.js";

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".md") && !path.startsWith("decisions"))
    .map((path) => join("docs", path)),
];

/** Words as a POSIX shell splits them, up to what ends a simple command. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  let rest = line.trimStart();
  while (rest !== "" && !/^[|;&)>#]|^<(?![\w.-]+>)/.test(rest)) {
    const word = /^(?:'[^']*'|"[^"]*"|<[\w.-]+>|\\.|[^\s'"|;&)><\\])+/.exec(rest)?.[0];
    if (word === undefined) throw new Error(`no word at ${rest}`);
    words.push(word.replace(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double));
    rest = rest.slice(word.length).trimStart();
  }
  return words;
}

/** Fenced lines and what stands between backticks. */
function snippetsOf(text: string): readonly string[] {
  const fenced = [...text.matchAll(/^```\w*\n([\s\S]*?)^```/gm)].flatMap(([, body = ""]) => body.split("\n"));
  const inline = [...text.replace(/^```\w*\n[\s\S]*?^```/gm, "").matchAll(/`([^`\n]+)`/g)].map(
    ([, code = ""]) => code.replaceAll("\\|", "|"),
  );
  return [...fenced, ...inline];
}

/** The calls of ours in a snippet, each from its command on. Prose that only names the program is none. */
function callsOf(snippet: string): readonly string[] {
  const isCommand = commands.map(({ id }) => id).join("|");
  const starts = new RegExp(String.raw`(?:^|[\s(|])pulldoctor (?=(?:${isCommand})(?:\s|$|\)))`, "g");
  return [...snippet.matchAll(starts)].map(({ index, 0: found }) => snippet.slice(index + found.length));
}

async function trouble(call: string): Promise<string | undefined> {
  const [id, ...argv] = wordsOf(call);
  // Usage lines of the help: what is between brackets stands for words of the reader's.
  if (argv.some((word) => /^\[|\]$/.test(word))) return undefined;
  const command = await commands.find((one) => one.id === id)?.load();
  if (command === undefined) return `${id} is no command`;
  try {
    parseArgv(command, argv, { program: "pulldoctor" } as Io);
    return undefined;
  } catch (error) {
    return `${call}: ${error instanceof Error ? error.message : String(error)}`;
  }
}

describe("lines to paste", () => {
  test.each(pages)("of %s are taken", async (page) => {
    const calls = snippetsOf(readFileSync(join(root, page), "utf8")).flatMap(callsOf);
    const troubles = await Promise.all(calls.map(trouble));
    expect(troubles.filter((one) => one !== undefined)).toEqual([]);
  });

  test("are found where they are, and a wrong one is told", async () => {
    const calls = snippetsOf(
      "```\nx | kubectl pulldoctor diagnose -f - # so\n```\n`pulldoctor tags --nope`",
    ).flatMap(callsOf);
    expect(calls.map(wordsOf)).toEqual([
      ["diagnose", "-f", "-"],
      ["tags", "--nope"],
    ]);
    expect(await trouble(calls[1] ?? "")).toContain("--nope");
    expect(callsOf('eval "$(pulldoctor cluster env)"').map(wordsOf)).toEqual([["cluster", "env"]]);
  });
});
