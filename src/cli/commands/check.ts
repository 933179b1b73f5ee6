// `pulldoctor check`: what of the cluster can be read, with which rights, and how the registries in use answer.

import { type ClusterCheck, checkCluster } from "../../cluster/check.js";
import { openCluster } from "../../cluster/client.js";
import { roleManifest, roleNames } from "../../cluster/rights.js";
import type { WayProbe } from "../../model/probe.js";
import { probeFlag, reachFlags, type Vantage, vantageFlags, vantageOf } from "../asking.js";
import { checkJson, checkPage, exitCodeOfCheck } from "../check-page.js";
import { clusterOf, clusterWorldOf, contextFlags } from "../cluster-choice.js";
import { defineCommand, type Flags } from "../command.js";
import { fixRole, fixRoleNames } from "../fix/role.js";
import { greetRegistries } from "../greetings.js";
import type { Io } from "../io.js";
import { keepHeapSmall } from "../memory.js";
import { colourFlag, lookOf } from "../output.js";
import { type Progress, progressOf } from "../progress.js";

export const checkCommand = defineCommand({
  id: "check",
  summary: "see what of the cluster can be read, and whether its registries answer",
  flags: [
    { flags: "-n, --namespace <name>", text: "only this namespace; all of them when left out" },
    { flags: "-A, --all-namespaces", text: "every namespace; this is the default" },
    ...contextFlags,
    {
      flags: "--print-rbac [role]",
      text: "print the role that grants the rights, for kubectl apply, and ask nothing",
      choices: [...roleNames, ...fixRoleNames],
    },
    probeFlag,
    ...vantageFlags,
    ...reachFlags,
    { flags: "-o, --output <format>", text: "how to print it", choices: ["text", "json"] },
    colourFlag,
  ],
  examples: [
    { line: "pulldoctor check", what: "which rights there are, and what is lost without the others" },
    {
      line: "pulldoctor check --print-rbac | kubectl apply -f -",
      what: "a ClusterRole with the rights of diagnose",
    },
    {
      line: "pulldoctor check --print-rbac secrets -n shop",
      what: "a Role that lets pull secrets of shop be read",
    },
    {
      line: "pulldoctor check --print-rbac fix-set-image -n shop",
      what: "a Role with what this one fix changes in shop",
    },
  ],
  notes: [
    "The registries that pods pull from are asked without a login, for up to 5 seconds; --probe=always takes 30,",
    "and --probe=off asks none. Exit code 0: diagnose can work; 1: pods or events cannot be read, or a registry",
    "gives this machine, or the place of --from, no good answer; 3: cannot tell. --from pod makes a pod of less than",
    "three minutes, --from node/NAME a privileged one; both ask the first six registries.",
  ],
  run: async (_operands, flags, io) => {
    const namespace = flags.isOn("all-namespaces") ? undefined : flags.text("namespace");
    if (flags.firstGiven(["print-rbac"]) !== undefined) {
      const asked = flags.text("print-rbac") ?? "diagnose";
      const role = roleNames.find((name) => name === asked) ?? "diagnose";
      io.out(fixRole(asked, namespace) ?? roleManifest(role, namespace));
      return 0;
    }
    const vantage = vantageOf(flags);
    const progress = progressOf(io);
    keepHeapSmall();
    const api = await openCluster({ ...clusterOf(flags), namespace }, clusterWorldOf(io));
    try {
      const check = await checkCluster(namespace, api, progress.show);
      const greetings = await greetRegistries(check.registries, flags, io, progress);
      const ways = vantage === undefined ? undefined : await waysOf(vantage, check, flags, io, progress);
      const checked = {
        check,
        now: io.now(),
        ...(greetings === undefined ? {} : { greetings }),
        ...(ways === undefined ? {} : { ways }),
      };
      progress.clear();
      io.out(
        flags.text("output") === "json"
          ? checkJson(checked)
          : checkPage(checked, askedBy(flags), lookOf(flags, io)),
      );
      return exitCodeOfCheck(checked);
    } finally {
      progress.clear();
      await api.close();
    }
  },
});

async function waysOf(
  vantage: Vantage,
  { registries }: ClusterCheck,
  flags: Flags,
  io: Io,
  progress: Progress,
): Promise<readonly WayProbe[]> {
  const { registriesFrom } = await import("../asking-ways.js");
  const names = registries.map(({ registry }) => registry).filter((registry) => registry !== "");
  return names.length === 0 ? [] : registriesFrom(vantage, names, flags, io, progress);
}

/** The flags that chose the cluster. */
function askedBy(flags: Flags): readonly string[] {
  return ["context", "kubeconfig"].flatMap((name) => {
    const value = flags.text(name);
    return value === undefined ? [] : [`--${name}`, value];
  });
}
