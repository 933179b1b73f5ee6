// What is wrong, doubtful or worth knowing about one pull secret.

import type { PullSecret, SecretNote } from "../../model/objects.js";
import { normaliseKey } from "../../model/registry-key.js";
import type { Remark, ReviewedEntry } from "../../model/secret-review.js";
import type { SecretUse } from "./users.js";

export interface Reviewing {
  readonly secret: PullSecret;
  readonly entries: readonly ReviewedEntry[];
  readonly uses: readonly SecretUse[];
  /** ServiceAccounts that name it. */
  readonly accounts: readonly string[];
  /** Secrets of its namespace. */
  readonly neighbours: readonly PullSecret[];
  /** Entries of it that another secret of the same pods is tried before: key to that secret. */
  readonly shadows: ReadonlyMap<string, string>;
  readonly now: Date;
}

const soonMs = 7 * 24 * 3_600_000;

/** Problems first. */
export function remarksOn(reviewing: Reviewing): readonly Remark[] {
  const remarks = [
    ...trouble(reviewing),
    ...ends(reviewing),
    ...reviewing.secret.notes.flatMap((note) => odd(note)),
    ...refused(reviewing),
    ...attachment(reviewing),
    ...alike(reviewing),
  ];
  return remarks.sort((a, b) => rank[a.grade] - rank[b.grade]);
}

const rank = { problem: 0, warning: 1, note: 2 } as const;

function trouble({ secret, uses, accounts }: Reviewing): readonly Remark[] {
  if (secret.trouble === undefined || secret.trouble.is === "not-shown") return [];
  const { is, why } = secret.trouble;
  const grade = uses.length > 0 || accounts.length > 0 ? "problem" : "warning";
  return [{ is: is === "wrong-key" ? "wrong-type" : is, grade, text: why }];
}

function ends({ secret, entries, uses, now }: Reviewing): readonly Remark[] {
  return entries.flatMap(({ key, endsAt, endsBy }): Remark[] => {
    if (endsAt === undefined) return [];
    const isOver = endsAt <= now;
    if (!isOver && (secret.keptBy !== undefined || endsAt.getTime() - now.getTime() > soonMs)) return [];
    const when = `${endsAt.toISOString().slice(0, 16)}Z`;
    const by = endsBy === undefined ? "" : ` at the latest: ${endsBy}`;
    const login = entries.length === 1 ? "the login" : `the login for ${hostOf(key)}`;
    if (!isOver) return [{ is: "ends-soon", grade: "warning", text: `${login} ends ${when}${by}` }];
    const grade = uses.length > 0 && endsBy === undefined ? "problem" : "warning";
    return [{ is: "expired", grade, text: `${login} ended ${when}${by}` }];
  });
}

function odd(note: SecretNote): readonly Remark[] {
  if (note.is === "literal-command")
    return [{ is: note.is, grade: "problem", text: `${note.key}: ${note.text}` }];
  if (note.is === "whitespace") return [{ is: note.is, grade: "warning", text: `${note.key}: ${note.text}` }];
  if (note.is === "encoded-twice") return [{ is: note.is, grade: "problem", text: note.text }];
  if (note.is === "no-usable-field")
    return [{ is: "empty", grade: "warning", text: `${note.key}: ${note.text}` }];
  return [];
}

function refused({ entries }: Reviewing): readonly Remark[] {
  return entries.flatMap(({ key, username, tried }): Remark[] => {
    const no = tried.find(({ is }) => is === "refused");
    if (no === undefined) return [];
    const who = username === "" ? "an empty user" : username;
    // One that opens another image is a login that works, and lacks a right.
    return tried.some(({ is }) => is === "opens")
      ? [{ is: "refused", grade: "problem", text: `${who} may not read ${no.image}` }]
      : [{ is: "refused", grade: "problem", text: `${who} is refused by ${hostOf(key)}: ${no.image}` }];
  });
}

function attachment({ secret, entries, uses, accounts, shadows }: Reviewing): readonly Remark[] {
  const isNamed = uses.length > 0 || accounts.length > 0;
  if (!isNamed) return [{ is: "unused", grade: "warning", text: "no pod and no ServiceAccount names it" }];
  const remarks: Remark[] = [];
  if (uses.length > 0 && entries.length > 0 && entries.every(({ images }) => images === 0)) {
    const hosts = [...new Set(uses.flatMap(({ pull }) => pull.reference?.registry ?? []))];
    const text = `it is for ${entries.map(({ key }) => hostOf(key)).join(", ")}; its pods pull from ${hosts.slice(0, 3).join(", ")}`;
    remarks.push({ is: "wrong-host", grade: "warning", text });
  }
  for (const [key, other] of shadows) {
    remarks.push({
      is: "shadowed",
      grade: "note",
      text: `for ${hostOf(key)} secret ${other} is tried before it`,
    });
  }
  if (uses.length === 0 && secret.trouble === undefined)
    remarks.push({
      is: "unused",
      grade: "note",
      text: `named by ServiceAccount ${accounts.join(", ")}, and no pod runs by it`,
    });
  return remarks;
}

function alike({ secret, neighbours }: Reviewing): readonly Remark[] {
  const twin = neighbours.find(
    (other) => other.name < secret.name && secret.entries.length > 0 && isSame(other, secret),
  );
  return twin === undefined
    ? []
    : [{ is: "duplicate", grade: "note", text: `holds the same logins as secret ${twin.name}` }];
}

function isSame(a: PullSecret, b: PullSecret): boolean {
  if (a.entries.length !== b.entries.length) return false;
  return a.entries.every((entry) =>
    b.entries.some(
      (other) =>
        other.key === entry.key &&
        other.username === entry.username &&
        other.password.reveal() === entry.password.reveal(),
    ),
  );
}

/** `registry.example.com` of any spelling of its key. */
const hostOf = (key: string): string => {
  const address = normaliseKey(key);
  return address === undefined
    ? key
    : `${address.labels.join(".")}${address.port === "" ? "" : `:${address.port}`}`;
};
