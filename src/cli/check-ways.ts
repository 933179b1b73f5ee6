// The ways to registries as a pod or a node of the cluster goes them, as rows of `pulldoctor check`.

import type { WayProbe } from "../model/probe.js";
import { inert } from "../report/inert.js";
import { indent, wrap } from "../report/layout.js";
import type { Look } from "../report/signs.js";
import { type Grade, row } from "./check-row.js";

/** A stage that failed is a problem there; without an answer of the registry itself nothing is known. */
export function wayGrade({ stages }: WayProbe): Grade {
  if (stages.some(({ is }) => is === "failed")) return "problem";
  return stages.some(({ stage, is }) => stage === "api" && is === "passed") ? "fine" : "unclear";
}

export function wayLines(ways: readonly WayProbe[], look: Look): readonly string[] {
  const places = [...new Set(ways.map(({ from }) => from))];
  return places.flatMap((from) => [
    `registries, from ${inert(from)}`,
    ...ways
      .filter((way) => way.from === from)
      .flatMap((way) => {
        const grade = wayGrade(way);
        const failed = way.stages.find(({ is }) => is === "failed");
        const api = way.stages.find(({ stage, is }) => stage === "api" && is === "passed");
        const right = failed === undefined ? (api?.shows ?? "not asked") : `fails at ${failed.stage}`;
        const below =
          failed?.shows ?? (grade === "unclear" ? (way.why ?? "no program there could ask it") : "");
        return [row(grade, way.registry, right, look), ...indent(wrap(inert(below), look.width - 4), 4)];
      }),
  ]);
}
