// Asks the registry about the image that a fix would have pods pull: is it there, does it fit the nodes, does a credential
// open it? What was not asked is told as not checked.

import { readObject } from "../../cluster/objects.js";
import { askImage } from "../../diagnose/ask.js";
import type { ImageToCheck } from "../../fixes/define.js";
import { matchCredentials } from "../../model/keyring.js";
import type { PullSecret } from "../../model/objects.js";
import type { ImageProbe } from "../../model/probe.js";
import { tryParseReference } from "../../model/reference.js";
import { registryFamily } from "../../model/registry-family.js";
import type { Finding } from "../../model/report.js";
import type { Snapshot } from "../../model/snapshot.js";
import type { Asker } from "../../probes/asker.js";

export interface Check {
  readonly is: "fine" | "warning" | "problem" | "unclear";
  readonly text: string;
  readonly detail?: string;
}

const mostLogins = 3;

/** Whichever of these it is, the image is not there. */
const missing: ReadonlySet<string> = new Set(["tag-not-found", "digest-not-found", "repository-not-found"]);

/** `asker` absent: nothing is asked, and `why` says so. */
export async function checkImage(
  { image, secrets, architectures }: ImageToCheck,
  finding: Finding,
  snapshot: Snapshot,
  asker: Asker | undefined,
): Promise<readonly Check[]> {
  const parsed = tryParseReference(image);
  if (!parsed.ok) return [{ is: "problem", text: `${image} is no image name`, detail: parsed.why }];
  const { reference } = parsed;
  const short = reference.digest ?? reference.tag ?? "latest";
  if (asker === undefined)
    return [{ is: "unclear", text: `${short} was not looked for`, detail: "--probe=off" }];
  const read = secrets?.map(readObject).filter((one): one is PullSecret => one?.kind === "Secret");
  const known = read ?? secretsOf(finding, snapshot);
  const credentials = matchCredentials(reference, known).slice(0, mostLogins);
  const nodes =
    architectures?.map((architecture) => ({ os: "linux", architecture })) ?? platformsOf(finding, snapshot);
  const ask = {
    is: "image",
    reference,
    nodes,
    depth: "full",
    family: registryFamily(reference.registry),
  } as const;
  const probes: ImageProbe[] = [];
  for (const credential of credentials) {
    const { namespace = "", name: secret = "" } = known[credential.secretIndex] ?? {};
    const { key, username } = credential;
    const probe = await askImage(
      { ...ask, as: { is: "secret", namespace, secret, key, username }, credential },
      asker,
    );
    probes.push(probe);
    if (probe.answer.is === "there") break;
  }
  if (credentials.length === 0) probes.push(await askImage({ ...ask, as: { is: "nobody" } }, asker));
  return told(probes, short, nodes.length > 0, secrets !== undefined);
}

function told(
  probes: readonly ImageProbe[],
  short: string,
  hasNodes: boolean,
  isOwnSecret: boolean,
): readonly Check[] {
  const best = probes.find(({ answer }) => answer.is === "there") ?? probes.at(-1);
  if (best === undefined) return [{ is: "unclear", text: `${short} was not looked for` }];
  const { answer, evidence, as } = best;
  const who = as.is === "nobody" ? "asked as nobody" : `asked as ${as.username} (secret ${as.secret})`;
  if (answer.is === "unasked" || answer.is === "unreachable") {
    const why = answer.is === "unasked" ? answer.why : evidence.shows;
    return [{ is: "unclear", text: `not checked whether ${short} is there`, detail: why }];
  }
  if (answer.is === "no") {
    const isMissing = [answer.cause, ...answer.also].every((one) => missing.has(one));
    if (isMissing) return [{ is: "problem", text: `${short} is not there`, detail: evidence.shows }];
    if (isOwnSecret)
      return [{ is: "problem", text: "the credential does not open it", detail: evidence.shows }];
    return [{ is: "unclear", text: `not known whether ${short} is there`, detail: evidence.shows }];
  }
  const misfits = answer.misfits ?? [];
  return [
    {
      is: "fine",
      text: `${short} exists`,
      detail: [answer.digest?.slice(0, 19), who].filter(Boolean).join(", "),
    },
    ...(as.is === "nobody" || !isOwnSecret
      ? []
      : [{ is: "fine" as const, text: "the credential opens it", detail: who }]),
    misfits.length > 0
      ? { is: "problem", text: "it does not fit every node", detail: `nothing for ${misfits.join(", ")}` }
      : hasNodes && answer.misfits !== undefined
        ? { is: "fine", text: "it fits the nodes", detail: (answer.platforms ?? []).slice(0, 4).join(", ") }
        : { is: "unclear", text: "not checked whether it fits the nodes", detail: "they are not known" },
  ];
}

/** Those that the stopped pods name. */
function secretsOf({ pods }: Finding, snapshot: Snapshot): readonly PullSecret[] {
  const names = new Set(
    snapshot.pods
      .filter((pod) => pods.some(({ namespace, name }) => pod.namespace === namespace && pod.name === name))
      .flatMap((pod) => pod.pullSecrets.map((name) => `${pod.namespace}/${name}`)),
  );
  return snapshot.secrets.filter(({ namespace, name }) => names.has(`${namespace}/${name}`));
}

function platformsOf({ pods }: Finding, snapshot: Snapshot) {
  const named = new Set(pods.flatMap(({ node }) => node ?? []));
  const nodes = snapshot.nodes.filter(({ name }) => named.size === 0 || named.has(name));
  const all = nodes.flatMap(({ os = "linux", architecture }) =>
    architecture === undefined ? [] : [{ os, architecture }],
  );
  return [...new Map(all.map((one) => [`${one.os}/${one.architecture}`, one])).values()];
}
