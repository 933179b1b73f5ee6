// Every grammar keeps its promises: one folder each, ids that occur once, no sentence without a
// sample, and no sentence that another one hides.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { Reading } from "../model/reading.js";
import { explainMessage } from "./explain.js";
import { grammars } from "./index.js";

interface Sample {
  readonly text: string;
  readonly from: string;
  readonly cause: string;
  readonly layers: readonly string[];
}

const here = import.meta.dirname;
const samplesOf = (id: string): readonly Sample[] =>
  parse(readFileSync(join(here, id, "samples.yaml"), "utf8"));
const idsOf = (reading: Reading): readonly string[] =>
  [reading, ...(reading.attempts ?? [])].flatMap(({ layers }) => layers.map(({ id }) => id));

test("every folder with a grammar is listed, once, under its own name", () => {
  const folders = readdirSync(here, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
  expect(grammars.map(({ id }) => id).sort()).toEqual(folders.sort());
});

test("an id belongs to one grammar", () => {
  const owners = new Map<string, Set<string>>();
  for (const { id, sentences } of grammars) {
    for (const sentence of sentences) owners.set(sentence.id, (owners.get(sentence.id) ?? new Set()).add(id));
  }
  expect([...owners].filter(([, ids]) => ids.size > 1)).toEqual([]);
});

test("no two sentences of one id are the same", () => {
  const spelled = grammars.flatMap(({ sentences }) =>
    sentences.map(({ id, isHead, template: { first, slots, after } }) =>
      JSON.stringify([id, isHead, first, slots, after]),
    ),
  );
  expect(spelled.filter((one, index) => spelled.indexOf(one) !== index)).toEqual([]);
});

describe.each(grammars)("$id", ({ id, sentences }) => {
  const samples = samplesOf(id);

  test.each(samples)("$from: $text", ({ text, cause, layers }) => {
    const reading = explainMessage(text);
    expect({ cause: reading.cause, layers: reading.layers.map((layer) => layer.id) }).toEqual({
      cause,
      layers,
    });
  });

  test("every sentence is in a sample", () => {
    const shown = new Set(samples.flatMap(({ text }) => idsOf(explainMessage(text))));
    expect([...new Set(sentences.map((sentence) => sentence.id))].filter((one) => !shown.has(one))).toEqual(
      [],
    );
  });

  test("every sample says where its words come from", () => {
    expect(samples.filter(({ from }) => !/^(recorded|reported|constructed)[:,] \S/.test(from))).toEqual([]);
  });
});
