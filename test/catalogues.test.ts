// Every unit keeps its promises. What a contributor has forgotten is said in one sentence each.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { pages } from "../scripts/pages.js";
import { areas, type Cause } from "../src/causes/define.js";
import { fixIds } from "../src/causes/fix-ids.js";
import { causes } from "../src/causes/index.js";
import { moves } from "../src/causes/registry-retired/moves.js";
import { commands } from "../src/cli/commands/index.js";
import { messageCauses, stages } from "../src/model/reading.js";
import { filesBelow, root, textOf } from "./tree.js";

const ids = new Set(causes.map(({ id }) => id));

interface CaseFile {
  readonly path: string;
  readonly cause: string;
  readonly name: string;
  readonly from: string;
  readonly expects: string;
  readonly not: readonly string[];
}

const cases: readonly CaseFile[] = filesBelow("src/causes")
  .filter((path) => /\/cases\/.*\.yaml$/.test(path))
  .map((path) => {
    const content = parse(textOf(path));
    return {
      path,
      cause: path.split("/")[2] ?? "",
      name: String(content?.name ?? ""),
      from: String(content?.from ?? ""),
      expects: String(content?.expect?.cause ?? ""),
      not: content?.expect?.not ?? [],
    };
  });

const each = (say: (cause: Cause) => readonly string[]): readonly string[] => causes.flatMap(say);

describe("causes", () => {
  test("every folder is a cause that is listed once", () => {
    const folders = [
      ...new Set(filesBelow("src/causes").flatMap((path) => /^src\/causes\/([^/]+)\//.exec(path)?.[1] ?? [])),
    ];
    const wrong = [
      ...folders
        .filter((folder) => !ids.has(folder))
        .map((folder) => `${folder} is not in src/causes/index.ts, or its cause has another id`),
      ...[...ids]
        .filter((id) => !folders.includes(id))
        .map((id) => `${id} is listed and has no folder src/causes/${id}`),
      ...causes
        .filter(({ id }, at) => causes.findIndex((other) => other.id === id) !== at)
        .map(({ id }) => `${id} is listed twice`),
      ...messageCauses
        .filter((id) => !ids.has(id))
        .map((id) => `${id} can be read from a message and has no cause`),
    ];
    expect(wrong).toEqual([]);
  });

  test("every cause has a case that matches and a near miss", () => {
    const wrong = each(({ id }) => [
      ...(cases.some((one) => one.cause === id && one.expects === id)
        ? []
        : [`${id} has no case that it matches`]),
      ...(cases.some((one) => one.cause === id && one.not.includes(id))
        ? []
        : [`${id} has no near miss, a case with not: [${id}]`]),
    ]);
    expect(wrong).toEqual([]);
  });

  test("every case has its papers", () => {
    const wrong = cases.flatMap(({ path, name, from, expects, not }) => [
      ...(name === "" ? [`${path} has no name`] : []),
      ...(/^(recorded|constructed)\b/.test(from)
        ? []
        : [`${path} does not say whether its words are recorded or constructed`]),
      ...(/\d/.test(from) || !from.startsWith("recorded")
        ? []
        : [`${path} is recorded and names no version or date`]),
      ...[expects, ...not]
        .filter((id) => !ids.has(id) && id !== "unknown" && id !== "none")
        .map((id) => `${path} names ${id}, which is no cause`),
      ...(not.includes(expects) ? [`${path} expects ${expects} and forbids it`] : []),
    ]);
    expect(wrong).toEqual([]);
  });

  test("what a cause names exists", () => {
    const wrong = each(({ id, toldApart, parent, fixes, area, stage, read }) => [
      ...toldApart
        .filter(({ from }) => !ids.has(from))
        .map(({ from }) => `${id} is told apart from ${from}, which is no cause`),
      ...(toldApart.some(({ from }) => from === id) ? [`${id} is told apart from itself`] : []),
      ...(typeof parent === "string" && !ids.has(parent)
        ? [`${id} refines ${parent}, which is no cause`]
        : []),
      ...fixes.filter((fix) => !(fix in fixIds)).map((fix) => `${id} is mended by ${fix}, which is no fix`),
      ...(area in areas ? [] : [`${id} is in the area ${area}, which is none`]),
      ...(stage === undefined || stages.includes(stage)
        ? []
        : [`${id} happens at ${stage}, which is no stage`]),
      ...read
        .filter((url) => !/^https:\/\/[^\s]+$/.test(url))
        .map((url) => `${id} reads on at ${url}, which is no https address`),
    ]);
    expect(wrong).toEqual([]);
  });

  test("every page has something to say in each part", () => {
    const wrong = each(({ id, looksLike, toldApart, mend, prevent, fixes, read }) =>
      Object.entries({ looksLike, toldApart, mend, prevent, fixes, read })
        .filter(([, lines]) => lines.length === 0)
        .map(([part]) => `${id} has nothing under ${part}`),
    );
    expect(wrong).toEqual([]);
  });
});

/** Titles may begin with a name that is written so. */
const isLowerCase = (title: string): boolean => !/^[A-Z]/.test(title) || /^(TLS|CPU|DNS)\b/.test(title);

const emoji = /\p{Extended_Pictographic}/u;

describe("words of causes", () => {
  test("titles", () => {
    const wrong = each(({ id, title }) => [
      ...(isLowerCase(title) ? [] : [`the title of ${id} begins with a capital`]),
      ...(/[.!?]$/.test(title) ? [`the title of ${id} ends with a stop`] : []),
      ...(title.length > 60 ? [`the title of ${id} has ${title.length} characters, more than 60`] : []),
      ...(causes.filter((other) => other.title === title).length > 1
        ? [`the title of ${id} is that of another cause`]
        : []),
    ]);
    expect(wrong).toEqual([]);
  });

  test("summaries have one to three sentences", () => {
    const wrong = each(({ id, summary }) => {
      const sentences = summary.split(/[.!?](?:\s|$)/).filter((part) => part.trim() !== "").length;
      return [
        ...(/^[A-Z].*\.$/.test(summary) ? [] : [`the summary of ${id} is not made of sentences`]),
        ...(sentences >= 1 && sentences <= 3 ? [] : [`the summary of ${id} has ${sentences} sentences`]),
      ];
    });
    expect(wrong).toEqual([]);
  });

  test("our own words follow the house", () => {
    const wrong = each((cause) =>
      [
        cause.title,
        cause.summary,
        ...cause.toldApart.map(({ how }) => how),
        ...cause.mend,
        ...cause.prevent,
      ].flatMap((line) => faults(line).map((fault) => `${cause.id}: "${line}" ${fault}`)),
    );
    expect(wrong).toEqual([]);
  });

  test("lines to follow begin small and end without a stop", () => {
    const wrong = each(({ id, mend, prevent, toldApart }) =>
      [...mend, ...prevent, ...toldApart.map(({ how }) => how)].flatMap((line) => [
        ...(/[.;,]$/.test(line) ? [`${id}: "${line}" ends with a stop`] : []),
        ...(/^[A-Z][a-z]+ [a-z]/.test(line) && !properNouns.test(line)
          ? [`${id}: "${line}" begins with a capital`]
          : []),
      ]),
    );
    expect(wrong).toEqual([]);
  });

  test("commands are whole and name their namespace", () => {
    const wrong = each(({ id, mend, prevent }) =>
      [...mend, ...prevent]
        .flatMap((line) => [...line.matchAll(/`(kubectl [^`]+)`/g)].map(([, command]) => command ?? ""))
        .filter((command) => !command.includes(" -n ") && !isClusterWide.test(command))
        .map((command) => `${id}: \`${command}\` names no namespace`),
    );
    expect(wrong).toEqual([]);
  });
});

const properNouns = /^(Harbor|Docker|Artifactory|Podman|Kubernetes)\b/;
const isClusterWide =
  /^kubectl (cordon|uncordon|drain|get (--raw|nodes?|pods -A|validating|clusterpolicies)|describe node)/;

function faults(line: string): readonly string[] {
  const ours = line.replace(/`[^`]*`/g, "");
  return [
    ...(/did you mean|maybe you/i.test(ours) ? ["asks instead of stating"] : []),
    ...(/\billegal\b/i.test(ours) ? ['says "illegal"; the word is invalid'] : []),
    ...(/\b(oops|sorry|unfortunately|please|simply|obviously|just do)\b/i.test(ours)
      ? ["is not the house's voice"]
      : []),
    ...(emoji.test(line) ? ["has an emoji"] : []),
    ...(/\bTODO\b/.test(line) ? ["is not written yet"] : []),
    ...((line.match(/`/g) ?? []).length % 2 === 0 ? [] : ["opens a command and does not close it"]),
  ];
}

describe("dated facts", () => {
  test("every move has a source, a month and a confidence", () => {
    const wrong = moves.flatMap(({ from, sources, checkedAt, since }) => [
      ...(sources.length > 0 && sources.every((url) => url.startsWith("https://"))
        ? []
        : [`the move of ${from} has no source`]),
      ...(/^\d{4}-\d{2}$/.test(checkedAt)
        ? []
        : [`the move of ${from} does not say when it was last checked`]),
      ...(since === undefined || !Number.isNaN(Date.parse(since))
        ? []
        : [`the move of ${from} has a date that is none`]),
    ]);
    expect(wrong).toEqual([]);
  });
});

describe("commands", () => {
  test("every file is a command that is listed once", () => {
    const listed = commands.map(({ id }) => id);
    const files = filesBelow("src/cli/commands")
      .flatMap((path) => /commands\/([a-z-]+)\.ts$/.exec(path)?.[1] ?? [])
      .filter((id) => id !== "index");
    const wrong = [
      ...listed
        .filter((id) => !files.includes(id))
        .map((id) => `${id} is listed and src/cli/commands/${id}.ts is not there`),
      ...listed.filter((id, at) => listed.indexOf(id) !== at).map((id) => `${id} is listed twice`),
    ];
    expect(wrong).toEqual([]);
  });
});

describe("written pages", () => {
  test("every page is what its unit says", async () => {
    const wanted = await pages();
    const wrong = [...wanted]
      .filter(
        ([path, text]) => !existsSync(join(root, path)) || readFileSync(join(root, path), "utf8") !== text,
      )
      .map(([path]) => `${path} is not what its unit says: npm run docs`);
    const orphans = ["docs/causes", "docs/commands"]
      .filter((folder) => existsSync(join(root, folder)))
      .flatMap(filesBelow)
      .filter((path) => !wanted.has(path))
      .map((path) => `${path} belongs to no unit: npm run docs`);
    expect([...wrong, ...orphans]).toEqual([]);
  });
});
