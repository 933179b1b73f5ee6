// A review of pull secrets on the screen: one block for each secret, the broken ones first.

import type { ReviewedEntry, ReviewedSecret, SecretReview } from "../model/secret-review.js";
import { hanging } from "../report/detail.js";
import { inertCopy } from "../report/inert.js";
import { counted, ends, indent } from "../report/layout.js";
import type { Look } from "../report/signs.js";

type Grade = "problem" | "warning" | "fine";

const shownSecrets = 60;
const shownLatent = 20;
const shownUsers = 4;

/** 1: a secret that is used is broken, or pods would not start again; 3: not all could be read. */
export function exitCodeOfReview({ secrets, latent, complete }: SecretReview): 0 | 1 | 3 {
  const isBroken = secrets.some((secret) => gradeOf(secret) === "problem") || latent.length > 0;
  return isBroken ? 1 : complete ? 0 : 3;
}

export function secretsPage(review: SecretReview, look: Look): string {
  const shown = inertCopy(review);
  const blocks = [
    ...secretBlocks(shown, look),
    latentLines(shown, look),
    unreadLines(shown, look),
    [lastLine(shown, look)],
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`;
}

function gradeOf({ remarks }: ReviewedSecret): Grade {
  const [first] = remarks;
  return first === undefined || first.grade === "note" ? "fine" : first.grade;
}

const order = { problem: 0, warning: 1, fine: 2 } as const;

function secretBlocks({ secrets, complete }: SecretReview, look: Look): readonly (readonly string[])[] {
  if (secrets.length === 0) {
    const { paint, signs } = look;
    return [
      complete
        ? [`${paint.fine(signs.fine)} there are no pull secrets`]
        : [`${paint.unclear(signs.unclear)} no pull secret was seen, and not everything could be read`],
    ];
  }
  const sorted = [...secrets].sort((a, b) => order[gradeOf(a)] - order[gradeOf(b)]);
  const more = sorted.length - shownSecrets;
  return [
    ...sorted.slice(0, shownSecrets).map((secret) => secretLines(secret, look)),
    ...(more > 0 ? [[`and ${more} more; -o json shows all`]] : []),
  ];
}

function secretLines(secret: ReviewedSecret, look: Look): readonly string[] {
  const { signs, paint, width } = look;
  const grade = gradeOf(secret);
  const [first] = secret.remarks;
  const id = first === undefined || grade === "fine" ? "" : first.is;
  const name = `${paint[grade](signs[grade])} ${paint.bold(`${secret.namespace}/${secret.name}`)}`;
  const kept = secret.keptBy === undefined ? "" : `kept by ${secret.keptBy}`;
  return [
    ends(name, paint.dim(id), width).trimEnd(),
    ...secret.remarks.flatMap(({ text, grade: weight }) =>
      hanging(weight === "note" ? `  ${signs.dot} ` : "    ", text, width),
    ),
    ...secret.entries.flatMap((entry) => entryLines(entry, secret, look)),
    ...hanging("    ", usedBy(secret, look), width).filter((line) => line.trim() !== ""),
    ...(kept === "" ? [] : hanging("    ", kept, width)),
  ];
}

function entryLines(entry: ReviewedEntry, { remarks }: ReviewedSecret, look: Look): readonly string[] {
  const { key, username, kind, endsAt, endsBy, tried } = entry;
  const who = username === "" ? kind : kind === "user" ? `user ${username}` : `${username}, ${kind}`;
  const isRemarked = remarks.some(({ is }) => is === "expired" || is === "ends-soon");
  const latest = endsBy === undefined ? "" : " at the latest";
  const end = endsAt === undefined || isRemarked ? "" : `ends ${endsAt.toISOString().slice(0, 10)}${latest}`;
  const count = (is: string): number => tried.filter((one) => one.is === is).length;
  const told = count("opens") + count("refused");
  const gone = count("image-missing");
  const parts = [
    who,
    end,
    told === 0 ? "" : `opens ${count("opens")} of ${told} tried`,
    gone === 0 ? "" : `${counted(gone, "image")} not there`,
  ];
  return hanging(
    "    ",
    `${key}: ${parts.filter((part) => part !== "").join(` ${look.signs.dot} `)}`,
    look.width,
  );
}

function usedBy({ users, pods }: ReviewedSecret, look: Look): string {
  if (users.length === 0) return "";
  const names = users.slice(0, shownUsers).map(({ kind, name }) => `${kind} ${name}`);
  const more = users.length - names.length;
  const accounts = new Set(users.flatMap(({ account }) => account ?? []));
  const through =
    accounts.size === 0 ? "" : ` through ServiceAccount ${[...accounts].slice(0, 2).join(", ")}`;
  const all = more > 0 ? `${names.join(", ")} and ${more} more` : names.join(", ");
  return `used by ${all}${through} ${look.signs.dot} ${counted(pods, "pod")}`;
}

function latentLines({ latent }: SecretReview, look: Look): readonly string[] {
  if (latent.length === 0) return [];
  const { signs, paint, width } = look;
  const more = latent.length - shownLatent;
  return [
    "run now, and would not be pulled again",
    ...latent
      .slice(0, shownLatent)
      .flatMap(({ namespace, kind, name, image, cause, evidence }) => [
        ends(`${paint.warning(signs.warning)} ${namespace}/${name} (${kind})`, paint.dim(cause), width),
        ...indent([image], 4),
        ...hanging(`    ${signs.means} `, `${evidence.shows} (from ${evidence.from})`, width),
      ]),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

function unreadLines({ notRead }: SecretReview, look: Look): readonly string[] {
  if (notRead.length === 0) return [];
  return [
    "not read",
    ...notRead.flatMap(({ what, why }) => hanging(`  ${look.signs.warning} `, `${what}: ${why}`, look.width)),
  ];
}

function lastLine(
  { secrets, latent, podsLookedAt, registries, complete }: SecretReview,
  { signs }: Look,
): string {
  const problems = secrets.filter((secret) => gradeOf(secret) === "problem").length;
  const warnings = secrets.filter((secret) => gradeOf(secret) === "warning").length + latent.length;
  const left = registries === undefined || registries.left === 0 ? "" : `, ${registries.left} left out`;
  const parts = [
    problems === 0 && warnings === 0
      ? complete
        ? "nothing is wrong"
        : "nothing wrong was seen"
      : [
          problems === 0 ? "" : counted(problems, "problem"),
          warnings === 0 ? "" : counted(warnings, "warning"),
        ]
          .filter((part) => part !== "")
          .join(", "),
    counted(secrets.length, "secret"),
    counted(podsLookedAt, "pod"),
    registries === undefined
      ? "no registry was asked"
      : `${registries.requests} questions to registries${left}`,
  ];
  return parts.join(` ${signs.dot} `);
}
