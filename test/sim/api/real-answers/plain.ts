// Answers without what differs by chance: each uid, version, time, made name and address becomes a
// word, so that two servers that do the same say the same.

import type { Answer } from "./requests.js";

const UID = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g;
const TIME = /\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;
const WRITTEN = /^(0{8}-|1{8}-)/;

/** Versions and tokens that no two servers share. */
const BLANKED: ReadonlySet<string> = new Set(["resourceVersion", "continue", "token", "hash"]);

/** Ownership of fields has tests of its own; columns are described at length and read by nobody. */
const UNTOLD: ReadonlySet<string> = new Set(["managedFields", "description", "storageVersionHash"]);

export function plainAnswers(answers: ReadonlyMap<string, Answer>): Map<string, Answer> {
  let uids = new Map<string, string>();
  const plainText = (text: string): string =>
    text
      .replace(UID, (uid) => {
        if (WRITTEN.test(uid)) return uid;
        const known = uids.get(uid) ?? `uid-${uids.size + 1}`;
        uids.set(uid, known);
        return known;
      })
      .replace(TIME, (time) => (time.startsWith("2026-01-01") ? time : "TIME"))
      .replace(/kube-api-access-[a-z0-9]{5}/g, "kube-api-access-NAME")
      .replace(/\bgen-[a-z0-9]{5}\b/g, "gen-NAME")
      .replace(/(resource version: )\d+( \(\d+\))?(, current: \d+)?/g, "$1N")
      .replace(/(Version in record \()\d+\)/g, "$1N)")
      .replace(/^\d+[smhd](\d+[smh])?$/, "AGE")
      .replace(/\b\d+[smhd](\d+[smh])? ago\b/, "AGE ago");
  const plain = (value: unknown, key: string): unknown => {
    if (BLANKED.has(key) && typeof value === "string" && value !== "") return key.toUpperCase();
    if (typeof value === "string") return plainText(value);
    if (Array.isArray(value)) return value.map((item) => plain(item, ""));
    if (typeof value !== "object" || value === null) return value;
    const shown = Object.entries(value).filter(([name]) => !UNTOLD.has(name));
    const entries = shown.sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([name, item]) => [plainText(name), plain(item, name)]));
  };
  return new Map(
    [...answers].map(([id, answer]) => {
      uids = new Map();
      return [id, { ...answer, warnings: answer.warnings.map(plainText), body: plain(answer.body, "") }];
    }),
  );
}
