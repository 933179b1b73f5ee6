// What the reader of `pulldoctor can-pull` can do: the tags that are near, and the cause's advice with what is known filled in.

import { causeById } from "../causes/index.js";
import type { PullAnswer } from "../diagnose/can-pull.js";
import { asTyped } from "../report/detail.js";
import { inert } from "../report/inert.js";
import { indent, wrapAroundCommands } from "../report/layout.js";
import type { Look } from "../report/signs.js";
import { quoted } from "./shell.js";

export function doLines(found: PullAnswer, look: Look): readonly string[] {
  const { can, cause, nearTags = [], question } = found;
  if (can === "yes" || cause === undefined) return [];
  const { registry, repository } = question.reference;
  const commands = nearTags.map(({ tag, why }) => `${registry}/${repository}:${tag}   (${why})`);
  const advice = (causeById.get(cause)?.mend ?? []).slice(0, 3);
  const mend = found.best.answer.failure?.stage === "proxy" ? [ownProxy(registry), ...advice] : advice;
  const isTag = cause === "tag-not-found";
  return [
    ...(commands.length === 0 ? [] : ["near tags", ...indent(commands.map(inert), 2), ""]),
    ...(isTag ? ["all tags", `  ${look.program} tags ${quoted(`${registry}/${repository}`)}`, ""] : []),
    ...(mend.length === 0
      ? []
      : [
          "what to do",
          ...mend.flatMap((line) =>
            indent(wrapAroundCommands(asTyped(filledIn(line, found), look.program), look.width - 4), 2),
          ),
        ]),
    "",
    `more: ${look.program} explain ${cause}`,
  ];
}

/** A cause's advice is for nodes; what stands in the way from here is this machine's. */
const ownProxy = (registry: string): string =>
  `from this machine: HTTPS_PROXY names the proxy, NO_PROXY the hosts it is not for; \`--proxy ${quoted(`${registry}=`)}\` asks this registry without one`;

/** The places of a cause's advice that this answer fills; what it does not tell stays a place. */
export function filledIn(line: string, { question, best }: PullAnswer): string {
  const { registry, repository, tag, full } = question.reference;
  if (registry === "") return line;
  const url = best.answer.place === undefined ? undefined : new URL(best.answer.place.url);
  // `<host>:443` takes no port of its own.
  const host = url?.port === "" ? url.hostname : undefined;
  const server = registry === "docker.io" ? "https://index.docker.io/v1/" : registry;
  const region = /\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\./.exec(registry)?.[1];
  const known: Readonly<Record<string, string | undefined>> = {
    image: full,
    registry,
    repository,
    tag,
    host,
    region,
    namespace: question.namespace,
  };
  return line.replace(/`[^`]*`/g, (command) => {
    // What is for another registry than this one stays general.
    if (command.includes("<region>") && region === undefined) return command;
    return command
      .replaceAll("--docker-server=<registry>", `--docker-server=${quoted(server)}`)
      .replaceAll("<account>.dkr.ecr.<region>.amazonaws.com", registry)
      .replace(/<([a-z]+)>(?!:<)/g, (place, name: string) => {
        const value = known[name];
        return value === undefined || value === "" ? place : inert(quoted(value));
      });
  });
}
