// What was seen of the way from inside the cluster, held against a cause of the network. A node's own view can confirm it;
// a pod has another resolver and often another way out, so what it sees is told beside it.

import type { Scene } from "../causes/define.js";
import type { Evidence } from "../model/evidence.js";
import type { WayProbe, WayStage } from "../model/probe.js";
import type { Judgement } from "./judge.js";
import { lessSure, sure, withEvidence } from "./verdicts.js";

/** Causes that lie on the way, by what the way may show of them. */
const areas: ReadonlySet<string> = new Set(["network", "registry", "node", "time"]);

export function proveWay(judgement: Judgement, scene: Scene): Judgement {
  const { pull } = judgement;
  const ways = (scene.probes?.ways ?? []).filter(({ registry }) => registry === pull.reference?.registry);
  if (pull.state === "ended") return judgement;
  return ways.reduce((so, way) => withWay(so, way), judgement);
}

function withWay(judgement: Judgement, way: WayProbe): Judgement {
  const { cause, pull, verdict } = judgement;
  const told = (now: string): string => (judgement.now === undefined ? now : `${judgement.now} ${now}`);
  if (way.why !== undefined)
    return { ...judgement, now: told(`From ${way.from} nothing was asked: ${way.why}.`) };
  const failed = way.stages.find(({ is }) => is === "failed");
  const answered = way.stages.find(({ stage, is }) => stage === "api" && is === "passed");
  const evidence = evidenceOf(way, failed ?? answered);
  const mirrors = way.stages.find(({ stage }) => stage === "mirrors");
  const mirrored = mirrors === undefined ? "" : ` Its mirrors: ${mirrors.shows}.`;
  if (cause === undefined || !areas.has(cause.area) || evidence === undefined)
    return mirrored === "" ? judgement : { ...judgement, now: told(mirrored.trim()) };
  const isSame = failed !== undefined && (failed.cause === cause.id || failed.cause === judgement.parent);
  const isOwnNode = way.is === "node" && way.node === pull.pod.node;
  if (failed === undefined) {
    const more = isOwnNode
      ? "it may have ended, or the runtime goes another way: its own proxy or mirror"
      : "the way of the node is another one";
    return {
      ...judgement,
      verdict: isOwnNode ? lessSure(verdict, evidence) : withEvidence(verdict, evidence),
      now: told(`From ${way.from} ${way.registry} answers: ${more}.${mirrored}`),
    };
  }
  if (isSame && isOwnNode) {
    return {
      ...judgement,
      verdict: sure(verdict, evidence),
      open: [],
      now: told(`It is so from ${way.from} as well.${mirrored}`),
    };
  }
  const how = isSame ? "it is the same" : `${failed.stage} fails`;
  return {
    ...judgement,
    verdict: withEvidence(verdict, evidence),
    now: told(`From ${way.from} ${how}: ${failed.shows}.${mirrored}`),
  };
}

function evidenceOf(way: WayProbe, stage: WayStage | undefined): Evidence | undefined {
  if (stage === undefined) return undefined;
  const unasked = way.stages.filter(({ is, shows }) => is === "unasked" && shows !== "not reached");
  const more = unasked.length === 0 ? "" : `; not asked there: ${unasked.map((one) => one.stage).join(", ")}`;
  const tool = stage.tool === undefined ? "" : ` (${stage.tool})`;
  return {
    source: "registry",
    where: `GET https://${way.registry}/v2/`,
    shows: `${stage.shows}${tool}${more}`,
    from: way.from,
    ...(stage.status === undefined ? {} : { status: stage.status }),
  };
}
