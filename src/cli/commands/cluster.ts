// `pulldoctor cluster`: a simulated Kubernetes with nodes and registries, to practise on.

import { ToolError } from "../../model/errors.js";
import { defineCommand, type Flags } from "../command.js";
import type { Io } from "../io.js";
import { nearestWord } from "../near.js";
import { colourFlag } from "../output.js";

const actions = ["up", "status", "down", "env"] as const;
const flagsOfUp = ["kubeconfig", "world", "speed", "nodes", "port", "real-ports", "detach", "fresh"] as const;

export const clusterCommand = defineCommand({
  id: "cluster",
  summary: "run a simulated cluster in which pulls fail as on a real one",
  operands: {
    name: "[up|status|down|env]",
    text: "start it, ask about it, end it, or print what other clients need",
  },
  flags: [
    {
      flags: "--world <file|name>",
      text: "a world file or a built-in world; production-friday when left out",
    },
    { flags: "--kubeconfig <file>", text: "add a context to this file instead of writing one of its own" },
    { flags: "--speed <n>", text: "world seconds in a second: with 60 five minutes take five seconds" },
    { flags: "--nodes <n>", text: "that many nodes" },
    { flags: "--port <n>", text: "the API server's port; any free one when left out" },
    { flags: "--real-ports", text: "registries on 443 and 80, names on 53 (needs the right to)" },
    { flags: "--detach", text: "leave it running and return once it is ready" },
    { flags: "--fresh", text: "begin anew instead of with what was kept" },
    { flags: "-o, --output <format>", text: "how to print the status", choices: ["text", "json"] },
    colourFlag,
  ],
  examples: [
    { line: "pulldoctor cluster up", what: "a production cluster on a bad Friday, until Ctrl-C" },
    {
      line: "pulldoctor cluster up --world my-world.yaml --speed 60 --detach",
      what: "your own world, sixty times as fast",
    },
    {
      line: 'eval "$(pulldoctor cluster env)"',
      what: "docker, skopeo, curl and aws then reach its registries",
    },
    { line: "pulldoctor cluster down", what: "end it; the next up goes on where it ended, unless --fresh" },
  ],
  notes: ["Everything listens on loopback alone. Exit code of status: 0 it is up, 1 it is not."],
  run: async ([word, ...more], flags, io) => {
    const action = actions.find((one) => one === word);
    if (action === undefined || more.length > 0) throw badAction([word, ...more], io);
    const misplaced = action === "up" ? undefined : flags.firstGiven(flagsOfUp);
    if (misplaced !== undefined) {
      throw new ToolError("flags-conflict", {
        what: `--${misplaced} is not for cluster ${action}`,
        why: "it says how a cluster begins",
        do: `${io.program} cluster up --${misplaced}`,
      });
    }
    return act(action, flags, io);
  },
});

async function act(action: (typeof actions)[number], flags: Flags, io: Io): Promise<number> {
  if (action === "up") {
    if (!flags.isOn("detach")) return (await import("../cluster/up.js")).up(flags, io);
    const { upDetached } = await import("../cluster/detach.js");
    return upDetached(io, ["cluster", "up", ...again(flags)]);
  }
  const others = await import("../cluster/others.js");
  return others[action](flags, io);
}

/** The flags of `up` once more, for the process that is left behind. */
function again(flags: Flags): readonly string[] {
  return flagsOfUp.flatMap((name) => {
    const value = flags.text(name);
    if (value !== undefined) return [`--${name}`, value];
    return name !== "detach" && flags.isOn(name) ? [`--${name}`] : [];
  });
}

function badAction(words: readonly (string | undefined)[], io: Io): ToolError {
  const [word] = words;
  const near = word === undefined ? undefined : nearestWord(word, actions);
  return new ToolError("cluster-action-unknown", {
    what:
      word === undefined
        ? "cluster needs a word after it"
        : `${words.join(" ")} is nothing that cluster does`,
    why: near === undefined ? `it takes ${actions.join(", ")}` : `the nearest word is ${near}`,
    do: `${io.program} cluster --help tells what each does`,
  });
}
