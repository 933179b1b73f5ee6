// The `faults:` part of a world file: what goes wrong, at which stage of a pull, of which kind, and when.
// A fault never says how it is worded; that is for those who meet it.

import {
  certificateKinds,
  connectBehaviours,
  dnsBehaviours,
  type FaultConfig,
  faultKinds,
  faultStages,
} from "../registry/config.js";
import type { NetworkFault } from "./config.js";
import type { Fields, Part } from "./yaml.js";

const networkKinds = {
  dns: dnsBehaviours,
  connect: connectBehaviours,
  tls: certificateKinds,
} as const;
const stages = [...(Object.keys(networkKinds) as (keyof typeof networkKinds)[]), ...faultStages] as const;

const bodies = ["json", "html", "none"] as const;

const names = [
  "at",
  "stage",
  "kind",
  "status",
  "body",
  "bytesPerSecond",
  "repository",
  "reference",
  "layer",
  "times",
  "methods",
  "fromSeconds",
  "untilSeconds",
] as const;

export type ReadFault =
  | { readonly is: "network"; readonly fault: NetworkFault }
  | { readonly is: "http"; readonly host: string; readonly fault: FaultConfig };

export function readFault(part: Part): ReadFault {
  const fields = part.fields(...names);
  const host = fields.need("at", (one) => one.text());
  const stage = fields.need("stage", (one) => one.choice(stages));
  if (stage === "dns" || stage === "connect" || stage === "tls") {
    return { is: "network", fault: networkFault(host, stage, fields) };
  }
  const kind = fields.need("kind", (one) => one.choice(faultKinds));
  if (kind === "status" && !fields.has("status"))
    part.fail("a fault of the kind status lacks the field status");
  const fault: FaultConfig = {
    stage,
    kind,
    ...fields.take("status", (one) => one.whole(200)),
    ...fields.take("body", (one) => one.choice(bodies)),
    ...fields.take("bytesPerSecond", (one) => one.whole(1)),
    ...fields.take("repository", (one) => one.text()),
    ...fields.take("reference", (one) => one.text()),
    ...fields.take("layer", (one) => one.whole()),
    ...fields.take("times", (one) => one.whole(1)),
    ...fields.take("methods", (one) => one.texts()),
    ...fields.take("fromSeconds", (one) => one.number()),
    ...fields.take("untilSeconds", (one) => one.number()),
  };
  return { is: "http", host, fault };
}

function networkFault(
  host: string,
  stage: keyof typeof networkKinds,
  fields: Fields<(typeof names)[number]>,
): NetworkFault {
  const allowed = ["at", "stage", "kind", "fromSeconds", "untilSeconds"];
  for (const name of names) {
    if (!allowed.includes(name))
      fields.get(name, (one) => one.fail(`a fault of the stage ${stage} has no ${name}`));
  }
  const change: NetworkFault["change"] =
    stage === "dns"
      ? { dns: fields.need("kind", (one) => one.choice(dnsBehaviours)) }
      : stage === "connect"
        ? { connect: fields.need("kind", (one) => one.choice(connectBehaviours)) }
        : { certificate: fields.need("kind", (one) => one.choice(certificateKinds)) };
  return {
    host,
    change,
    fromSeconds: fields.get("fromSeconds", (one) => one.number()) ?? 0,
    ...fields.take("untilSeconds", (one) => one.number()),
  };
}
