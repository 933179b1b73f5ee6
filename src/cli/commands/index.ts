// The commands, in the order in which readers meet them. Each loads when it is called.

import type { Command } from "../command.js";
import type { Listed } from "../help.js";

export interface ListedCommand extends Listed {
  readonly load: () => Promise<Command>;
}

export const commands: readonly ListedCommand[] = [
  {
    id: "diagnose",
    summary: "find out why pods cannot pull their images",
    load: async () => (await import("./diagnose.js")).diagnoseCommand,
  },
  {
    id: "can-pull",
    summary: "ask registries whether images can be pulled, and by whom",
    load: async () => (await import("./can-pull.js")).canPullCommand,
  },
  {
    id: "tags",
    summary: "list the tags of an image's repository, newest and nearest first",
    load: async () => (await import("./tags.js")).tagsCommand,
  },
  {
    id: "fix",
    summary: "mend what stops a pull: shows the change, asks, and waits until it pulls",
    load: async () => (await import("./fix.js")).fixCommand,
  },
  {
    id: "verify",
    summary: "wait until what was stopped runs, and say whether it stays so",
    load: async () => (await import("./verify.js")).verifyCommand,
  },
  {
    id: "undo",
    summary: "take a change of fix back, or list what can be taken back",
    load: async () => (await import("./undo.js")).undoCommand,
  },
  {
    id: "explain",
    summary: "explain a cause, or a message from a log",
    load: async () => (await import("./explain.js")).explainCommand,
  },
  {
    id: "parse",
    summary: "show the parts of an image name, and what was filled in",
    load: async () => (await import("./parse.js")).parseCommand,
  },
  {
    id: "check",
    summary: "see what of the cluster can be read, and whether its registries answer",
    load: async () => (await import("./check.js")).checkCommand,
  },
  {
    id: "secrets",
    summary: "look through pull secrets: who uses them, when they end, what they open",
    load: async () => (await import("./secrets.js")).secretsCommand,
  },
  {
    id: "cluster",
    summary: "run a simulated cluster in which pulls fail as on a real one",
    load: async () => (await import("./cluster.js")).clusterCommand,
  },
];
