// Writes src/sim/api/schema/kinds.json: the fields of every kind that the simulated API server serves,
// read from the Go types of the modules k8s.io/api and k8s.io/apimachinery (facts only: names, types,
// numbers, merge keys; no prose). Run: tsx scripts/sim-schema.ts <folder of k8s.io/api> <of k8s.io/apimachinery>

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RESOURCES } from "../src/sim/api/resources.js";

const [api = "", machinery = ""] = process.argv.slice(2);

/** Go import paths of the packages that types are taken from, by the prefix that kinds.json uses. */
const FOLDERS: { readonly [prefix: string]: string } = {
  "meta/v1": join(machinery, "pkg/apis/meta/v1"),
};
const GROUP_FOLDERS: { readonly [group: string]: string } = { "": "core", [RBAC()]: "rbac" };
function RBAC(): string {
  return "rbac.authorization.k8s.io";
}

/** Types that are written as something simpler than what they hold. */
const PLAIN: { readonly [type: string]: string } = {
  "meta/v1.Time": "Time",
  "meta/v1.MicroTime": "MicroTime",
  "meta/v1.FieldsV1": "Json",
  "runtime.RawExtension": "Json",
  "runtime.Object": "Json",
  "resource.Quantity": "Quantity",
  "intstr.IntOrString": "IntOrString",
  "types.UID": "string",
  "[]byte": "bytes",
};
const IMPORTS: { readonly [alias: string]: string } = {
  metav1: "meta/v1",
  v1: "core/v1",
  corev1: "core/v1",
  apiv1: "core/v1",
};

interface GoType {
  readonly alias?: string;
  readonly lines?: readonly string[];
  readonly isAtomic: boolean;
}

const packages = new Map<string, Map<string, GoType>>();

function load(prefix: string): Map<string, GoType> {
  const known = packages.get(prefix);
  if (known !== undefined) return known;
  const types = new Map<string, GoType>();
  packages.set(prefix, types);
  const folder = FOLDERS[prefix] ?? join(api, prefix);
  for (const file of ["types.go", "group_version.go", "micro_time.go"]) {
    if (!existsSync(join(folder, file))) continue;
    const lines = readFileSync(join(folder, file), "utf8").split("\n");
    let comment: string[] = [];
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i] ?? "";
      const struct = /^type (\w+) struct \{/.exec(line);
      const alias = /^type (\w+) (?:= )?([\w.[\]*]+)$/.exec(line.replace(/\s*\/\/.*$/, ""));
      const isAtomic = comment.some((text) => text.includes("+structType=atomic"));
      if (struct?.[1] !== undefined) {
        const end = lines.indexOf("}", i);
        types.set(struct[1], { lines: line.includes("}") ? [] : lines.slice(i + 1, end), isAtomic });
      } else if (alias?.[1] !== undefined && alias[2] !== undefined)
        types.set(alias[1], { alias: alias[2], isAtomic });
      comment = line.startsWith("//") ? [...comment, line] : [];
    }
  }
  return types;
}

const done = new Map<string, { [field: string]: string }>();

/** A Go type as kinds.json names it; structs are queued. */
function typeName(go: string, prefix: string): string {
  if (PLAIN[go] !== undefined) return PLAIN[go];
  if (go.startsWith("*")) return typeName(go.slice(1), prefix);
  if (go.startsWith("[]")) return `[]${typeName(go.slice(2), prefix)}`;
  const map = /^map\[[\w.]+\](.+)$/.exec(go);
  if (map?.[1] !== undefined) return `{}${typeName(map[1], prefix)}`;
  if (/^u?int\d*$/.test(go)) return "int";
  if (/^float\d+$/.test(go)) return "float";
  if (go === "string" || go === "bool") return go;
  const dot = go.lastIndexOf(".");
  const [home, name] =
    dot < 0 ? [prefix, go] : [IMPORTS[go.slice(0, dot)] ?? go.slice(0, dot), go.slice(dot + 1)];
  const full = `${home}.${name}`;
  if (PLAIN[full] !== undefined) return PLAIN[full];
  const found = load(home).get(name);
  if (found === undefined) throw new Error(`no Go type ${full}`);
  if (found.alias !== undefined) return typeName(found.alias, home);
  struct(full, home, found);
  return full;
}

function struct(full: string, prefix: string, type: GoType): void {
  if (done.has(full)) return;
  const fields: { [field: string]: string } = {};
  done.set(full, fields);
  if (type.isAtomic) fields["!"] = "atomic";
  let comment: string[] = [];
  for (const line of type.lines ?? []) {
    if (/^\s*\/\//.test(line)) {
      comment.push(line);
      continue;
    }
    const field = /^\s*(?:(\w+)\s+)?([\w.[\]*]+)\s+`(.+)`/.exec(line);
    const marks = comment.join("\n");
    comment = [];
    if (field?.[2] === undefined || field[3] === undefined) continue;
    const tag = (key: string) => new RegExp(`${key}:"([^"]*)"`).exec(field[3] ?? "")?.[1];
    const number = /,(\d+),/.exec(tag("protobuf") ?? "")?.[1];
    const [json = "", ...options] = (tag("json") ?? "").split(",");
    if (number === undefined || json === "-") continue;
    const words = [number, typeName(field[2], prefix)];
    const isInline = options.includes("inline") || json === "";
    if (isInline) words.push("inline");
    if (field[2].startsWith("*") && /^(int|bool|string|float)$/.test(words[1] ?? "")) words.push("pointer");
    if (!marks.includes("+optional") && !options.includes("omitempty") && !isInline) words.push("required");
    const mergeKey = tag("patchMergeKey");
    const strategy = tag("patchStrategy") ?? "";
    if (mergeKey !== undefined) words.push(`merge=${mergeKey}`);
    else if (strategy.includes("merge")) words.push("merge");
    if (strategy.includes("retainKeys")) words.push("retainKeys");
    const keys = [...marks.matchAll(/\+listMapKey=(\w+)/g)].map((found) => found[1]);
    if (keys.length > 0) words.push(`map=${keys.join(",")}`);
    const list = /\+(?:listType|mapType|structType)=(set|atomic)/.exec(marks)?.[1];
    if (list !== undefined) words.push(list);
    fields[isInline ? `+${field[1] ?? field[2]}` : json] = words.join(" ");
  }
}

const kinds: { [kind: string]: string } = {};
function kind(group: string, version: string, name: string): void {
  const folder = GROUP_FOLDERS[group] ?? group.replace(/\.k8s\.io$/, "").replace(/\..*/, "");
  const prefix = group === "meta" ? "meta/v1" : `${folder}/${version}`;
  kinds[`${group === "" || group === "meta" ? version : `${group}/${version}`} ${name}`] = typeName(
    name,
    prefix,
  );
}
for (const { group, version, kind: name } of RESOURCES) kind(group, version, name);
kind("autoscaling", "v1", "HorizontalPodAutoscaler");
kind("autoscaling", "v1", "Scale");
kind("authentication.k8s.io", "v1", "TokenRequest");
kind("policy", "v1", "Eviction");
kind("", "v1", "Binding");
kind("meta", "v1", "DeleteOptions");

const sorted = (map: Map<string, object>) =>
  Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)));
const out = { kinds, types: sorted(done) };
writeFileSync("src/sim/api/schema/kinds.json", `${JSON.stringify(out, undefined, 1)}\n`);
console.log(`${Object.keys(kinds).length} kinds, ${done.size} types`);
