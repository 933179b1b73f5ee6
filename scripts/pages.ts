// The written pages as text: one for each cause, one for each command, and their lists.

import { type Area, areas, type Cause } from "../src/causes/define.js";
import { causes } from "../src/causes/index.js";
import { parentOf } from "../src/cli/cause-page.js";
import type { Command } from "../src/cli/command.js";
import { commands } from "../src/cli/commands/index.js";
import { helpOfCommand } from "../src/cli/help.js";
import { fixes } from "../src/fixes/index.js";
import type { Dialect } from "../src/registry/dialects/define.js";
import { dialects } from "../src/registry/dialects/index.js";
import { stories } from "../test/fix/stories/all.js";

const note = (from: string): string =>
  `<!-- written by npm run docs from ${from}; edit that file instead -->`;

/** Every page by its path from the project's folder. */
export async function pages(): Promise<ReadonlyMap<string, string>> {
  const loaded = await Promise.all(commands.map(({ load }) => load()));
  return new Map([
    ["docs/causes/README.md", causeList()],
    ...causes.map((cause) => [`docs/causes/${cause.id}.md`, causePage(cause)] as const),
    ["docs/registries.md", registryPage()],
    ["docs/fixes.md", fixTable()],
    ["docs/commands/README.md", commandList(loaded)],
    ...loaded.map((command) => [`docs/commands/${command.id}.md`, commandPage(command)] as const),
  ]);
}

function causePage(cause: Cause): string {
  const refinements = causes.filter(({ parent }) => parent === cause.id);
  const blocks = [
    note(`src/causes/${cause.id}/cause.ts`),
    `# ${cause.title}`,
    `\`${cause.id}\` · ${areas[cause.area]}${refines(cause)}`,
    cause.summary,
    section(
      "Looks like",
      cause.looksLike.map(({ by, text }) => `- ${by}: ${code(text)}`),
    ),
    section(
      "Told apart from",
      cause.toldApart.map(({ from, how }) => `- ${link(from)}: ${how}`),
    ),
    section(
      "Refined by",
      refinements.map(({ id, title }) => `- ${link(id)}: ${title}`),
    ),
    section("Mend it", [...cause.mend.map(item), ...mendedBy(cause)]),
    section("Keep it from coming back", cause.prevent.map(item)),
    section(
      "Read on",
      cause.read.map((url) => `- <${url}>`),
    ),
    `In the terminal: \`pulldoctor explain ${cause.id}\``,
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function mendedBy({ fixes: ids }: Cause): readonly string[] {
  const ours = ids.filter((id) => id !== "tell").map((id) => `\`${id}\``);
  return ours.length === 0
    ? []
    : [`- or have it done: [\`pulldoctor fix\`](../fixes.md), by ${ours.join(", ")}`];
}

function refines(cause: Cause): string {
  if (cause.parent === undefined) return "";
  return ` · refines ${typeof cause.parent === "string" ? link(cause.parent) : parentOf(cause)}`;
}

function causeList(): string {
  const names = Object.keys(areas).filter((name): name is Area => name in areas);
  const groups = names.map((area) => {
    const rows = causes
      .filter((cause) => cause.area === area)
      .map(({ id, title }) => `| ${link(id)} | ${title} |`);
    return rows.length === 0
      ? ""
      : [`## ${areas[area]}`, "", "| cause | title |", "|---|---|", ...rows].join("\n");
  });
  const intro = `The ${causes.length} causes that pulldoctor tells apart. Ids never change once released.`;
  const blocks = [note("src/causes/"), "# Causes", intro, ...groups];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function registryPage(): string {
  const hiding = {
    nobody: "tells a missing repository from a private one",
    strangers: "tells strangers the same of a missing repository and of a private one",
    everyone: "says the same of a missing repository and of one that is not shown",
  } as const;
  const one = (dialect: Dialect): string => {
    const rows = dialect.looks.map(
      ({ situation, asker, at, status, says, is }) =>
        `| ${situation} | ${asker} | ${at} | ${status} | ${says === "" ? "" : code(says)} | ${is} |`,
    );
    const papers = [...new Set(dialect.looks.map(({ is, after }) => `${is}: ${after}`))];
    return [
      `## ${dialect.title}`,
      "",
      `\`${dialect.id}\` · ${hiding[dialect.hidesFrom]} · sign in with ${dialect.signIn}`,
      "",
      "| situation | asked by | refused by | status | words | papers |",
      "|---|---|---|---|---|---|",
      ...rows,
      "",
      ...papers.map((text) => `- ${text}`),
      ...dialect.read.map((url) => `- <${url}>`),
    ].join("\n");
  };
  const intro =
    "How registry products answer when an image cannot be had. What is the same for two situations is never concluded as one.";
  return `${[note("src/registry/dialects/"), "# Registries", intro, ...dialects.map(one)].join("\n\n")}\n`;
}

function commandPage(command: Command): string {
  const blocks = [
    note(`src/cli/commands/${command.id}.ts`),
    `# pulldoctor ${command.id}`,
    ["```text", helpOfCommand(command, "pulldoctor").trimEnd(), "```"].join("\n"),
  ];
  return `${blocks.join("\n\n")}\n`;
}

function commandList(loaded: readonly Command[]): string {
  const rows = loaded.map(({ id, summary }) => `| [\`${id}\`](${id}.md) | ${summary} |`);
  const blocks = [
    note("src/cli/commands/"),
    "# Commands",
    "As a kubectl plugin every command is also `kubectl pulldoctor <command>`.",
    ["| command | what it does |", "|---|---|", ...rows].join("\n"),
  ];
  return `${blocks.join("\n\n")}\n`;
}

const effects = {
  none: "changes no pod",
  "writes-secret": "writes a Secret",
  "restarts-pods": "makes pods anew by their template",
  "deletes-pods": "deletes pods that wait",
} as const;

/** Causes by fixes: what `pulldoctor fix` can do about what. */
function fixTable(): string {
  const rows = fixes.map(({ id, title, effect, needs, takes = {} }) => {
    const [wanted, heeded] = [needs, takes].map(
      (values) =>
        Object.entries(values)
          .map(([name, what]) => `\`${name}\`: ${what}`)
          .join("; ") || "-",
    );
    return `| \`${id}\` | ${title} | ${effects[effect]} | ${wanted} | ${heeded} |`;
  });
  // `tell` goes with every cause; a column of it would say nothing.
  const columns = fixes.filter(({ id }) => id !== "tell");
  const marks = causes.map((cause) => {
    const cells = columns.map(({ id }) => {
      const at = cause.fixes.findIndex((name) => name === id);
      const mark = at === -1 ? "" : at === 0 ? "first" : "x";
      return stories.some((one) => one.cause === cause.id && one.fix === id) ? `${mark} ↻` : mark;
    });
    const isHanded = cause.fixes.every((name) => name === "tell");
    return `| [\`${cause.id}\`](causes/${cause.id}.md) | ${cells.join(" | ")} | ${isHanded ? "only" : ""} |`;
  });
  const endings = stories
    .flatMap(({ cause, fix, staysMended }) =>
      staysMended === undefined ? [] : [`\`${cause}\` by \`${fix}\` does not break again: ${staysMended}.`],
    )
    .join(" ");
  const intro =
    "What `pulldoctor fix` changes, and which cause each fix can mend. A fix is applied only where the diagnosis gives it its " +
    "values, or the reader does (`--by`, `--with`). Everything is shown and tried by the API server before; `undo` takes it back.";
  const blocks = [
    note("src/fixes/ and src/causes/"),
    "# Fixes",
    intro,
    ["| fix | what it does | at most | needs | takes |", "|---|---|---|---|---|", ...rows].join("\n"),
    "## Causes and fixes",
    `\`first\` is the fix that is tried first; \`↻\` marks what test/fix/round-trip.test.ts takes round whole in a simulated cluster, while a real kubectl looks on: broken, diagnosed, \`fix --yes\`, \`verify\`, \`undo\`, broken again. ${endings}`,
    "`only` marks causes that nobody can mend from inside the cluster: there `fix` says whom to tell, and what.",
    [
      `| cause | ${columns.map(({ id }) => `\`${id}\``).join(" | ")} | tell |`,
      `|---|${columns.map(() => "---|").join("")}---|`,
      ...marks,
    ].join("\n"),
  ];
  return `${blocks.join("\n\n")}\n`;
}

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? "" : [`## ${title}`, "", ...lines].join("\n");

const item = (line: string): string => `- ${line.replace(/<(?=[^>`]*>)(?![^`]*`)/g, "\\<")}`;

const link = (id: string): string => `[\`${id}\`](${id}.md)`;

/** Inline code; the fence is longer than any run of backticks inside. */
function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const ticks = "`".repeat(longest + 1);
  const edge = longest > 0 ? " " : "";
  return `${ticks}${edge}${text}${edge}${ticks}`;
}
