// What others say about a Secret, without what is in it: a webhook may repeat the object that it refuses.

import { type Json, record, text } from "../cluster/objects-fields.js";
import { registriesIn } from "../fixes/docker-data.js";
import type { Step } from "./draft.js";

const shortest = 6;

/** The words with every value of the step's Secrets hidden. */
export function withoutSecrets(words: string, step: Step): string {
  if (step.ref.kind !== "Secret") return words;
  const objects =
    step.is === "create" ? [step.object] : step.is === "delete" ? [step.before] : [step.before, step.after];
  const values = objects.flatMap(valuesOf).filter((value) => value.length >= shortest);
  // Longest first: a value may be a part of another.
  return values
    .sort((a, b) => b.length - a.length)
    .reduce((told, value) => told.replaceAll(value, "[hidden]"), words);
}

function valuesOf(secret: Json): readonly string[] {
  const encoded = Object.values(record(secret.data)).flatMap((value) => text(value) ?? []);
  const logins = Object.values(registriesIn(secret) ?? {}).flatMap((entry) => {
    const { password, auth } = record(entry);
    const decoded = Buffer.from(text(auth) ?? "", "base64").toString("utf8");
    return [text(password), text(auth), decoded.slice(decoded.indexOf(":") + 1)].flatMap(
      (value) => value ?? [],
    );
  });
  const plain = encoded.map((value) => Buffer.from(value, "base64").toString("utf8"));
  return [...encoded, ...plain, ...logins, ...logins.map((value) => JSON.stringify(value).slice(1, -1))];
}
