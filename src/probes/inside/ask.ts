// Asks the way to a registry with whatever programs there are: the first that can answer a stage does, and what no program
// can answer is said.

import type { WayStage } from "../../model/probe.js";
import { readGetent, readNslookup } from "./lookups.js";
import { readCurl, readOpenssl, readWget } from "./requests.js";
import type { Ran, ToolSaid } from "./said.js";

/** Runs one command; `why` in place of an end when it could not be run. */
export type Run = (command: readonly string[]) => Promise<Ran & { readonly why?: string }>;

export interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
}

interface Tool {
  readonly name: string;
  readonly command: (endpoint: Endpoint) => readonly string[];
  readonly read: (ran: Ran) => readonly ToolSaid[];
}

const one = (said: ToolSaid | undefined): readonly ToolSaid[] => (said === undefined ? [] : [said]);

const urlOf = ({ host, port, isTls }: Endpoint): string =>
  `${isTls ? "https" : "http"}://${host}:${port}/v2/`;

/** Names first, then what shows most of the rest. */
const tools: readonly Tool[] = [
  { name: "getent", command: ({ host }) => ["getent", "hosts", host], read: (ran) => one(readGetent(ran)) },
  { name: "nslookup", command: ({ host }) => ["nslookup", host], read: (ran) => one(readNslookup(ran)) },
  {
    name: "curl",
    command: (at) => [
      ...["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code} %{remote_ip}"],
      ...["--connect-timeout", "5", "--max-time", "10", urlOf(at)],
    ],
    read: readCurl,
  },
  { name: "wget", command: (at) => ["wget", "-S", "-O", "/dev/null", "-T", "5", urlOf(at)], read: readWget },
  {
    name: "openssl",
    command: ({ host, port }) => [
      ...["sh", "-c", 'openssl s_client -connect "$0:$1" -servername "$0" -verify_hostname "$0" </dev/null'],
      ...[host, String(port)],
    ],
    read: readOpenssl,
  },
];

const stages = ["dns", "tcp", "tls", "api"] as const;

/** A registry's host can name no command: it is a word of its own, and never one that begins with a dash. */
export async function askWay(endpoint: Endpoint, run: Run): Promise<readonly WayStage[]> {
  if (!/^[a-z0-9[][a-z0-9.:[\]-]*$/i.test(endpoint.host)) return [];
  const answers = new Map<string, WayStage>();
  let lastWhy = "";
  for (const tool of tools) {
    if (stages.every((stage) => answers.has(stage) || (stage === "tls" && !endpoint.isTls))) break;
    if ((tool.name === "nslookup" && answers.has("dns")) || (tool.name === "wget" && answers.has("api")))
      continue;
    if (tool.name === "openssl" && (answers.has("tls") || !endpoint.isTls)) continue;
    const ran = await run(tool.command(endpoint));
    lastWhy = ran.why ?? lastWhy;
    for (const said of tool.read(ran)) {
      if (!answers.has(said.stage) && (said.stage !== "tls" || endpoint.isTls))
        answers.set(said.stage, { ...said, tool: tool.name });
    }
    // Behind a failed stage there is nothing to ask.
    if ([...answers.values()].some(({ is, stage }) => is === "failed" && stage !== "api")) break;
  }
  return inOrder(answers, endpoint.isTls);
}

function inOrder(answers: ReadonlyMap<string, WayStage>, isTls: boolean): readonly WayStage[] {
  let hasFailed = false;
  return stages
    .filter((stage) => stage !== "tls" || isTls)
    .map((stage): WayStage => {
      const answer = answers.get(stage);
      if (answer !== undefined) {
        hasFailed ||= answer.is === "failed";
        return answer;
      }
      const shows = hasFailed ? "not reached" : "no program there could ask it";
      return { stage, is: "unasked", shows };
    });
}
