// Every command line that the runbooks quote, typed into a shell before one simulated world, and what it shows.

import { beforeAll, describe, expect, test } from "vitest";
import { compare } from "./kubectl/transcript.js";
import { openStage, type Stage } from "./runbooks/stage.js";
import { quotedLines, quotesOf, stories, typedLine } from "./runbooks/story.js";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
  return () => stage.close();
}, 60_000);

describe.each(stories.map((story) => ({ story, name: story.runbook })))("$name", ({ story }) => {
  const { namespace } = story;
  const steps = story.steps.filter(({ notRun }) => notRun === undefined);

  test.each(steps.map((step) => ({ step, name: typedLine(step, story) })))(
    "$name",
    async ({ step }) => {
      if (step.load !== undefined) stage.world.nodes.find("node-1")?.load(step.load);
      for (const [host, connect] of Object.entries(step.network ?? {}))
        await stage.world.network.change(host, { connect });
      if (step.after !== undefined) await stage.seconds(step.after);
      const line = typedLine(step, story).replaceAll("<pod-name>", () => stage.podName(namespace));
      expect(line, "a placeholder that nothing fills").not.toMatch(/<[A-Za-z_-]+>/);
      const { output, exit } = await stage.type(line, {
        namespace,
        folder: step.in ?? "",
        isTimePassing: step.clock === "runs" || step.until !== undefined,
        ...(step.until === undefined ? {} : { until: new RegExp(step.until) }),
      });
      const difference = compare((step.shows ?? "").split("\n"), output);
      if (difference !== undefined) expect(difference.seen).toBe(difference.expected);
      if (step.until === undefined) expect(exit, output).toBe(step.exit ?? 0);
    },
    60_000,
  );
});

describe("the table", () => {
  test.each(Object.entries(quotedLines))("has every command line of %s", (runbook, lines) => {
    const quotes = stories
      .filter((story) => story.runbook === runbook)
      .flatMap(({ steps }) => steps.flatMap(quotesOf));
    expect(lines.filter((line) => !quotes.includes(line))).toEqual([]);
    expect(quotes.filter((quote) => !lines.includes(quote))).toEqual([]);
  });

  test("a line is judged by what it shows, or says why it is not run", () => {
    const all = stories.flatMap(({ steps }) => steps);
    expect(all.filter((step) => (step.shows === undefined) === (step.notRun === undefined))).toEqual([]);
  });
});
