// `pulldoctor tags`: what a repository has, newest and nearest first.

import { causeById } from "../../causes/index.js";
import { suggestTags } from "../../causes/tag-not-found/suggest.js";
import type { PullLogin, PullQuestion } from "../../diagnose/can-pull.js";
import { conclude } from "../../diagnose/conclude.js";
import { ToolError } from "../../model/errors.js";
import type { Reference } from "../../model/reference.js";
import { registryFamily } from "../../model/registry-family.js";
import { newestFirst } from "../../model/tag-version.js";
import type { Asker } from "../../probes/asker.js";
import type { TagsAnswer } from "../../probes/tags.js";
import { dialectOf } from "../../registry/dialects/index.js";
import { escapeInDocument, inert } from "../../report/inert.js";
import { reachFlags } from "../asking.js";
import { askerBy } from "../asking-registries.js";
import { questionsOf } from "../can-pull-questions.js";
import { contextFlags } from "../cluster-choice.js";
import { defineCommand, type Flags } from "../command.js";
import { durationOf } from "../duration.js";
import { colourFlag, lookOf } from "../output.js";
import { progressOf } from "../progress.js";
import { type ListedTag, type TagsFound, tagsData, tagsPage } from "../tags-page.js";

const outputs = ["text", "json", "name"] as const;
const usualLimit = 20;
/** Tags that are asked for by themselves, for their platforms and dates. */
const detailed = 5;

export const tagsCommand = defineCommand({
  id: "tags",
  summary: "list the tags of an image's repository, newest and nearest first",
  operands: { name: "<IMAGE>", text: "an image; with a tag, those that read like it come first" },
  flags: [
    { flags: "--limit <count>", text: `how many to show; ${usualLimit} when left out` },
    { flags: "--quick", text: "only their names" },
    { flags: "-n, --namespace <name>", text: "ask with the secrets of its default service account" },
    { flags: "--as-service-account <name>", text: "ask with the secrets of this service account" },
    { flags: "--docker-config <path>", text: "ask with the logins of this config.json; helpers are run" },
    { flags: "--anonymous", text: "ask as nobody" },
    { flags: "--timeout <duration>", text: "end with what is known then; 60s when left out" },
    ...contextFlags,
    ...reachFlags,
    { flags: "-o, --output <format>", text: "how to print it", choices: outputs },
    colourFlag,
  ],
  examples: [
    { line: "pulldoctor tags nginx", what: "the newest tags" },
    { line: "pulldoctor tags ghcr.io/acme/api:v2.4.l -n shop", what: "what may have been meant" },
  ],
  notes: [
    "At most 20 pages and 10,000 tags are read. Platforms and dates are asked for the first few, and not where",
    "that counts as a pull. Exit code 0: there are tags; 1: there are none; 2: they are not given, or nothing answers.",
  ],
  run: async (operands, flags, io) => {
    const limit = wholeOf(flags, "limit") ?? usualLimit;
    const progress = progressOf(io);
    progress.show("asking for tags");
    const late = AbortSignal.timeout(durationOf(flags, "timeout") ?? 60_000);
    const signal = AbortSignal.any([io.signal, late]);
    const { questions } = await questionsOf(operands, flags, io, signal);
    const [question] = questions;
    if (question === undefined || questions.length > 1) {
      throw new ToolError("image-missing", {
        what: `${questions.length} images are named`,
        why: "tags lists one repository",
        do: `${io.program} tags IMAGE`,
      });
    }
    const asker = await askerBy(flags, io, { signal });
    try {
      const { as, answer } = await listed(question, asker);
      if (answer.failure !== undefined && answer.tags.length === 0)
        throw notGiven(question.reference, as, answer);
      const found = await described(question.reference, as, answer, limit, flags, asker);
      progress.clear();
      const names = found.tags.map(({ tag }) => `${inert(tag)}\n`).join("");
      switch (outputs.find((one) => one === flags.text("output")) ?? "text") {
        case "json":
          io.out(`${escapeInDocument(JSON.stringify(tagsData(found), undefined, 2))}\n`);
          break;
        case "name":
          io.out(names);
          break;
        case "text":
          io.out(tagsPage(found, lookOf(flags, io)));
      }
      return answer.tags.length > 0 ? 0 : 1;
    } finally {
      progress.clear();
      await asker.close();
    }
  },
});

/** The list as the first login that is given it. */
async function listed(
  { reference, logins }: PullQuestion,
  asker: Asker,
): Promise<{ readonly as: PullLogin; readonly answer: TagsAnswer }> {
  let last: { as: PullLogin; answer: TagsAnswer } | undefined;
  for (const as of logins) {
    last = { as, answer: await asker.tags(reference, as.login) };
    if (last.answer.failure === undefined) return last;
  }
  if (last === undefined) throw new Error("a question has a login");
  return last;
}

function notGiven(
  { registry, repository }: Reference,
  { login: used, who }: PullLogin,
  { failure }: TagsAnswer,
): ToolError {
  const asked = { family: registryFamily(registry), isSignedIn: used.is !== "anonymous", isByDigest: false };
  const cause = failure === undefined ? undefined : conclude(failure, asked)?.cause;
  const isRefused = failure?.status === 401 || failure?.status === 403;
  const login =
    isRefused && !asked.isSignedIn ? "ask with a login: -n NAMESPACE, or --docker-config PATH; " : "";
  return new ToolError("tags-not-given", {
    what: `${registry} gives no list of tags of ${repository} to ${who}`,
    why: failure?.why ?? "it gave no reason",
    do:
      cause === undefined || !causeById.has(cause)
        ? "ask again, with another login"
        : `${login}pulldoctor explain ${cause}`,
  });
}

async function described(
  reference: Reference,
  as: PullLogin,
  answer: TagsAnswer,
  limit: number,
  flags: Flags,
  asker: Asker,
): Promise<TagsFound> {
  const near = reference.tag === undefined ? [] : suggestTags(reference.tag, answer.tags);
  const first = [
    ...answer.tags
      .filter((tag) => tag === reference.tag)
      .map((tag): ListedTag => ({ tag, why: "the one that was named" })),
    ...near.map(({ tag, why }): ListedTag => ({ tag, why })),
  ];
  const known = new Set(first.map(({ tag }) => tag));
  const others = newestFirst(answer.tags.filter((tag) => !known.has(tag)));
  const shown = [...first, ...others.map((tag): ListedTag => ({ tag }))].slice(0, limit);
  const counts = dialectOf(reference.registry).tellsLimit !== undefined;
  const isAsked = !flags.isOn("quick") && !counts && flags.text("output") !== "name";
  const tags = isAsked
    ? await Promise.all(
        shown.map(async (one, at) => {
          if (at >= detailed) return one;
          const { digest: _digest, ...plain } = reference;
          const asked = {
            ...plain,
            tag: one.tag,
            full: `${reference.registry}/${reference.repository}:${one.tag}`,
          };
          return { ...one, answer: await asker.path(asked, as.login, { nodes: [], depth: "full" }) };
        }),
      )
    : shown;
  return {
    repository: `${reference.registry}/${reference.repository}`,
    tags,
    count: answer.tags.length,
    isComplete: answer.isComplete,
    as: as.from === undefined ? as.who : `${as.who} (${as.from})`,
    ...(counts && !flags.isOn("quick") ? { notAsked: "platforms not asked for: that counts as pulls" } : {}),
  };
}

function wholeOf(flags: Flags, name: string): number | undefined {
  const text = flags.text(name);
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new ToolError("number-malformed", {
    what: `--${name} does not take "${text}"`,
    why: "it is a whole number above 0",
    do: `write --${name} 30`,
  });
}
