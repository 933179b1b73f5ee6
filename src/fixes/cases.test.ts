// Every case of every fix: a world, what is asked for, and what the objects are afterwards or why nothing is changed.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { fixIds } from "../causes/fix-ids.js";
import { type Json, record, text } from "../cluster/objects-fields.js";
import { decodePullSecret } from "../model/docker-config.js";
import { ToolError } from "../model/errors.js";
import type { Finding } from "../model/report.js";
import { Secret } from "../model/secret.js";
import type { Change, Fix, PlanWorld } from "./define.js";
import { applied, editsBetween, inverse, isSame, ownPart } from "./edits.js";
import { fixById, fixes } from "./index.js";

interface Case {
  readonly name: string;
  readonly image: string;
  /** `Deployment shop/cart`. */
  readonly stopped: readonly string[];
  readonly pods?: readonly string[];
  readonly with: Readonly<Record<string, string>>;
  readonly login?: { readonly username: string; readonly password: string };
  readonly objects: readonly Json[];
  readonly after?: readonly Json[];
  readonly gone?: readonly string[];
  /** Part of what the refusal says. */
  readonly refused?: string;
  readonly logins?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly passwords?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const root = new URL("./", import.meta.url);
const cases = fixes.flatMap((fix) => {
  const folder = new URL(`${fix.id}/cases/`, root);
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files.map((file) => ({
    fix,
    file: `${fix.id}/${file}`,
    content: parse(readFileSync(new URL(file, folder), "utf8")) as Case,
  }));
});

const nameOf = (object: Json): string => {
  const { namespace, name } = record(object.metadata);
  return `${text(object.kind)} ${text(namespace)}/${text(name)}`;
};

const worldOf = ({ objects, login }: Case): PlanWorld => ({
  now: new Date(0),
  read: ({ kind, namespace, name }) =>
    Promise.resolve(objects.find((one) => nameOf(one) === `${kind} ${namespace}/${name}`)),
  list: (kind, namespace) =>
    Promise.resolve(
      objects.filter((one) => one.kind === kind && record(one.metadata).namespace === namespace),
    ),
  credential: () =>
    login === undefined
      ? Promise.reject(
          new ToolError("credential-missing", { what: "no login at hand", why: "none", do: "log in" }),
        )
      : Promise.resolve({
          login: { username: login.username, password: new Secret(login.password) },
          from: "the case",
        }),
});

async function changesOf(fix: Fix, content: Case): Promise<readonly Change[]> {
  const { image, pods = [], stopped } = content;
  const finding: Finding = {
    id: "0123456789",
    cause: "unknown",
    verdict: "confirmed",
    title: "",
    summary: "",
    image,
    images: [image],
    workloads: [],
    pods: pods.map((name) => ({
      namespace: "shop",
      name,
      container: "app",
      containerKind: "container",
      reason: "ErrImagePull",
    })),
    scope: { is: "image", why: "" },
    evidence: [],
    ruledOut: [],
    open: [],
    notChecked: [],
    settle: [],
    remedies: [],
    verify: [],
  };
  const asked = {
    finding,
    values: content.with,
    stopped: stopped.map((line) => {
      const [, kind = "", namespace = "", name = ""] = /^(\S+) ([^/]+)\/(.+)$/.exec(line) ?? [];
      return { kind, namespace, name };
    }),
  };
  return (await fix.plan(asked, worldOf(content))).changes;
}

describe("cases", () => {
  test.for(cases)("$file", async ({ fix, content }) => {
    if (content.refused !== undefined) {
      const refusal = await changesOf(fix, content).then(
        () => "planned",
        (error: unknown) => (error instanceof ToolError ? error.what : `no refusal: ${String(error)}`),
      );
      expect(refusal).toContain(content.refused);
      return;
    }
    const now = new Map(content.objects.map((one) => [nameOf(one), one]));
    for (const change of await changesOf(fix, content)) {
      const { kind, namespace, name } = change.ref;
      const key = `${kind} ${namespace}/${name}`;
      if (change.is === "delete") now.delete(key);
      else now.set(key, change.is === "create" ? change.object : change.after);
    }
    for (const wanted of content.after ?? []) {
      const name = text(record(wanted.metadata).name);
      const found = [...now.values()].find(
        (one) => one.kind === wanted.kind && (name === undefined || record(one.metadata).name === name),
      );
      expect(found).toMatchObject(wanted);
    }
    for (const gone of content.gone ?? []) expect([...now.keys()]).not.toContain(gone);
    expect(now.size).toBeGreaterThanOrEqual(content.objects.length - (content.gone ?? []).length);
    for (const [name, logins] of Object.entries(content.logins ?? {}))
      expect(loginsOf(now.get(`Secret ${name}`)).users).toEqual(logins);
    for (const [name, passwords] of Object.entries(content.passwords ?? {}))
      expect(loginsOf(now.get(`Secret ${name}`)).words).toEqual(passwords);
  });

  test.for(cases.filter(({ content }) => content.refused === undefined))(
    "$file: what is edited can be taken back",
    async ({ fix, content }) => {
      for (const change of await changesOf(fix, content)) {
        if (change.is !== "edit") continue;
        const edits = editsBetween(change.before, change.after);
        expect(edits.length).toBeGreaterThan(0);
        const there = applied(change.before, edits);
        expect(isSame(ownPart(there), ownPart(change.after))).toBe(true);
        const back = applied(there, edits.map(inverse));
        expect(ownPart(back)).toEqual(ownPart(change.before));
      }
    },
  );
});

function loginsOf(secret: Json | undefined) {
  const data = record(secret?.data);
  const { entries } = decodePullSecret({
    type: text(secret?.type) ?? "",
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, String(value)])),
  });
  return {
    users: Object.fromEntries(entries.map(({ key, username }) => [key, username])),
    words: Object.fromEntries(entries.map(({ key, password }) => [key, password.reveal()])),
  };
}

describe("catalogue", () => {
  test("every id that a cause may name is a fix, and every fix has one", () => {
    expect([...fixById.keys()].sort()).toEqual(Object.keys(fixIds).sort());
    expect(fixById.size).toBe(fixes.length);
  });

  test("every folder is a fix with its id, and has a case", () => {
    const folders = readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== "credentials")
      .map(({ name }) => name);
    expect(folders.sort()).toEqual(fixes.map(({ id }) => id).sort());
    expect(fixes.filter(({ id }) => !cases.some(({ fix }) => fix.id === id)).map(({ id }) => id)).toEqual([]);
  });

  test("titles and needs follow the house", () => {
    const odd = fixes.flatMap(({ id, title, needs, takes = {} }) =>
      [title, ...Object.values({ ...needs, ...takes })]
        .filter((line) => /[.!?]$|^[A-Z][a-z]+ [a-z]/.test(line))
        .map((line) => `${id}: ${line}`),
    );
    expect(odd).toEqual([]);
  });
});
