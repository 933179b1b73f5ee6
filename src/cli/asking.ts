// The flags of commands that ask registries.

import { ToolError } from "../model/errors.js";
import type { Flag, Flags } from "./command.js";

export const reachFlags: readonly Flag[] = [
  {
    flags: "--resolve <host=address>",
    text: "reach a registry's host at ADDRESS or ADDRESS:PORT",
    isRepeatable: true,
  },
  { flags: "--dns <address>", text: "the DNS server to ask for registries' names, ADDRESS or ADDRESS:PORT" },
  {
    flags: "--ca <file>",
    text: "certificates to trust for registries, beside this machine's",
    isRepeatable: true,
  },
  {
    flags: "--plain-http <host>",
    text: "ask this registry by plain http, as HOST or HOST:PORT",
    isRepeatable: true,
  },
  {
    flags: "--mirrors <path>",
    text: "a client's mirrors: a certs.d folder, hosts.toml, registries.conf or registries.yaml",
  },
  {
    flags: "--proxy <host=url>",
    text: "reach this registry through this proxy; HOST= alone for none",
    isRepeatable: true,
  },
  { flags: "--allow-host <host>", text: "let credentials go to this token server", isRepeatable: true },
  { flags: "--deny-host <host>", text: "ask nothing of this host", isRepeatable: true },
];

export const probeFlag: Flag = {
  flags: "--probe <when>",
  text: "ask the registries themselves",
  choices: ["off", "auto", "always"],
};

export const vantageFlags: readonly Flag[] = [
  { flags: "--from <place>", text: "ask from there as well: pod, or node/NAME" },
  {
    flags: "--from-image <image>",
    text: "the image of the pod to ask from; one that the node has when left out",
  },
];

export type Vantage = { readonly is: "pod" } | { readonly is: "node"; readonly name: string };

/** Undefined: from this machine alone. Throws ToolError `vantage-unknown`. */
export function vantageOf(flags: Flags): Vantage | undefined {
  const place = flags.text("from");
  if (place === undefined || place === "machine") return undefined;
  if (place === "pod") return { is: "pod" };
  const [, name = ""] = /^nodes?\/([a-z0-9]([a-z0-9.-]*[a-z0-9])?)$/.exec(place) ?? [];
  if (name !== "") return { is: "node", name };
  throw new ToolError("vantage-unknown", {
    what: `--from ${place} is no place to ask from`,
    why: "registries can be asked from this machine, from a pod and from a node",
    do: "write --from pod, or --from node/NAME",
  });
}
