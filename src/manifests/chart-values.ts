// Values of a chart that could make an image what it is: each is tried, so these only have to be all the likely ones.

import { isMap, isScalar, isSeq } from "yaml";
import type { ImageChange, PullSecretChange } from "./change.js";
import { type Instance, layersOf, templateText } from "./chart.js";
import { literalOptions, type ValueOption } from "./chart-literals.js";
import { isSameImage, joinImage, splitImage } from "./image-text.js";
import { entryEdit } from "./insert.js";
import { allOf } from "./kustomize-images.js";
import { type Field, fieldOf, lineAt, scalarText, textAt, topOf, type YamlPart } from "./parts.js";
import { type NoEdit, scalarEdit, type TextEdit } from "./scalar-edit.js";
import type { Tree } from "./tree.js";

export interface ValueOptions {
  readonly options: readonly ValueOption[];
  readonly lookedAt: readonly string[];
}

const limits = { fields: 20_000, depth: 30 };

interface Placed {
  readonly field: Field;
  /** `image.tag`. */
  readonly path: string;
}

/** Every field of a layer, those of one mapping together. */
function fieldsOf(part: YamlPart, top: unknown): readonly (readonly Placed[])[] {
  const groups: Placed[][] = [];
  let left = limits.fields;
  const walk = (node: unknown, path: string, depth: number): void => {
    if (depth > limits.depth || left <= 0) return;
    if (isSeq(node)) {
      node.items.forEach((item, at) => {
        walk(item, `${path}[${at}]`, depth + 1);
      });
    }
    if (!isMap(node)) return;
    const group: Placed[] = [];
    for (const { key, value } of node.items) {
      const name = scalarText(key);
      const field = name === undefined ? undefined : fieldOf(part, node, name);
      if (name === undefined || field === undefined) continue;
      left -= 1;
      const below = path === "" ? name : `${path}.${name}`;
      group.push({ field, path: below });
      walk(value, below, depth + 1);
    }
    groups.push(group);
  };
  walk(top, "", 0);
  return groups;
}

const isEmpty = ({ value }: Field): boolean =>
  value === null || (isScalar(value) && scalarText(value) === "");

/** `wanted` differs from what the field says; an empty text is left out by templates. */
interface Want {
  readonly keys: RegExp;
  readonly is: (text: string) => boolean;
  readonly becomes: string;
}

export function imageValueOptions(tree: Tree, instance: Instance, { from, to }: ImageChange): ValueOptions {
  const lookedAt: string[] = [];
  const options: ValueOption[] = [];
  const add = (placed: readonly Placed[], edits: readonly (TextEdit | NoEdit)[]): void => {
    const all = allOf(edits);
    const [first] = placed;
    if (first === undefined) return;
    const place = `${first.field.part.file.path}:${lineAt(first.field.part, first.field.key)}`;
    if ("why" in all) lookedAt.push(`${place} is not edited: ${all.why}`);
    else options.push({ edits: all, why: `${place} sets ${placed.map(({ path }) => path).join(" and ")}` });
  };
  for (const { part, map } of layersOf(instance)) {
    for (const group of fieldsOf(part, map)) {
      for (const placed of group) {
        const text = scalarText(placed.field.value);
        if (text !== undefined && text !== "" && /[:/]/.test(text) && isSameImage(text, from)) {
          add([placed], [scalarEdit(placed.field, to)]);
        }
      }
      for (const wants of wantsOf(from, to)) {
        const found = wants.map((want) => fill(group, want));
        if (found.every((one) => one !== undefined)) {
          const chosen = found.filter((one) => one !== undefined);
          add(
            chosen.map(({ placed }) => placed),
            chosen.map(({ placed, becomes }) => scalarEdit(placed.field, becomes)),
          );
        }
      }
    }
  }
  const version = appVersionOption(instance, from, to);
  const written = literalOptions(tree, instance, from, to);
  return { options: [...options, ...(version === undefined ? [] : [version]), ...written], lookedAt };
}

function fill(
  group: readonly Placed[],
  want: Want,
): { readonly placed: Placed; readonly becomes: string } | undefined {
  const placed = group.find(({ field }) => {
    const name = scalarText(field.key) ?? "";
    const text = templateText(field.value);
    return (
      want.keys.test(name) &&
      (text === undefined ? field.value === null : want.is(text) || (isEmpty(field) && want.is("")))
    );
  });
  return placed === undefined ? undefined : { placed, becomes: want.becomes };
}

const tagKeys = /tag|version/i;
const anyKey = /^(?!digest$|sha)/i;
const digestKeys = /digest|^sha/i;

/** The ways in which an image is told in parts, as far as the parts differ: each way is one list of wants. */
function wantsOf(from: string, to: string): readonly (readonly Want[])[] {
  const [old, wanted] = [splitImage(from), splitImage(to)];
  const tags = tagWants(old.tag, old.digest, wanted.tag, wanted.digest);
  if (old.name === wanted.name) return tags;
  const whole: Want = { keys: anyKey, is: (text) => text === old.name, becomes: wanted.name };
  const [oldHost, oldPath] = hostAndPath(old.name);
  const [host, path] = hostAndPath(wanted.name);
  const split: readonly Want[] = [
    ...(oldHost === host
      ? []
      : [{ keys: /registry|host|hub|server/i, is: (text: string) => text === oldHost, becomes: host }]),
    ...(oldPath === path ? [] : [{ keys: anyKey, is: (text: string) => text === oldPath, becomes: path }]),
  ];
  const names = oldHost === "" || host === "" ? [[whole]] : [[whole], split];
  const isTagSame = old.tag === wanted.tag && old.digest === wanted.digest;
  return names.flatMap((name) => (isTagSame ? [name] : tags.map((tag) => [...name, ...tag])));
}

function tagWants(
  oldTag: string | undefined,
  oldDigest: string | undefined,
  tag: string | undefined,
  digest: string | undefined,
): readonly (readonly Want[])[] {
  const old = joinImage({
    name: "",
    ...(oldTag === undefined ? {} : { tag: oldTag }),
    ...(oldDigest === undefined ? {} : { digest: oldDigest }),
  }).replace(/^:/, "");
  const next = joinImage({
    name: "",
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  }).replace(/^:/, "");
  const ways: Want[][] = [
    // All of it in one value: `v1`, `v1@sha256:…`, or none so far, with the chart's appVersion in its place.
    [{ keys: anyKey, is: (text) => text === old, becomes: next }],
    [{ keys: tagKeys, is: (text) => text === "", becomes: next }],
  ];
  if (digest !== undefined) {
    const own: Want = { keys: digestKeys, is: (text) => text === "" || text === oldDigest, becomes: digest };
    ways.push([own]);
    ways.push([
      {
        ...own,
        becomes: digest.replace(/^sha256:/, ""),
        is: (text) => text === "" || `sha256:${text}` === oldDigest,
      },
    ]);
    if (tag !== undefined && tag !== oldTag)
      ways.push([{ keys: tagKeys, is: (text) => text === oldTag || text === "", becomes: tag }, own]);
  } else if (oldDigest !== undefined && tag !== undefined) {
    // Away from a digest: templates fall back to the tag where there is none.
    const gone: Want = {
      keys: digestKeys,
      is: (text) => text === oldDigest || `sha256:${text}` === oldDigest,
      becomes: "",
    };
    ways.push([gone]);
    ways.push([{ keys: tagKeys, is: (text) => text === oldTag || text === "", becomes: tag }, gone]);
  }
  return ways;
}

function hostAndPath(name: string): readonly [host: string, path: string] {
  const slash = name.indexOf("/");
  const host = name.slice(0, Math.max(slash, 0));
  return /[.:]|^localhost$/.test(host) ? [host, name.slice(slash + 1)] : ["", name];
}

/** The chart's own version of the program, which most templates take where no tag is set. */
function appVersionOption({ chart }: Instance, from: string, to: string): ValueOption | undefined {
  const [old, wanted] = [splitImage(from), splitImage(to)];
  const field = fieldOf(chart.part, topOf(chart.part), "appVersion");
  const version = textAt(chart.part, topOf(chart.part), "appVersion");
  if (field === undefined || version === undefined || wanted.tag === undefined || old.tag === undefined)
    return undefined;
  if (old.name !== wanted.name || wanted.digest !== undefined || !old.tag.includes(version) || version === "")
    return undefined;
  // A template may put a `v` before it.
  const [before = "", after = ""] = old.tag.split(version);
  if (!wanted.tag.startsWith(before) || !wanted.tag.endsWith(after)) return undefined;
  const edit = scalarEdit(field, wanted.tag.slice(before.length, wanted.tag.length - after.length));
  return "why" in edit
    ? undefined
    : {
        edits: [edit],
        why: `${chart.file.path}:${lineAt(chart.part, field.key)} sets appVersion, the tag where values set none`,
      };
}

/** Lists of pull secrets among the values, with the secret put in: as a name, and as a mapping with a name. */
export function secretValueOptions(instance: Instance, { secret }: PullSecretChange): ValueOptions {
  const options: ValueOption[] = [];
  const lookedAt: string[] = [];
  for (const { part, map } of layersOf(instance)) {
    for (const { field, path } of fieldsOf(part, map).flat()) {
      const name = scalarText(field.key) ?? "";
      if (!/pullSecrets?$/i.test(name)) continue;
      const place = `${part.file.path}:${lineAt(part, field.key)}`;
      for (const entry of [[["name", secret] as const], secret]) {
        const edit = entryEdit(part, field.map, name, entry);
        if ("why" in edit) lookedAt.push(`${place} is not edited: ${edit.why}`);
        else options.push({ edits: [edit], why: `${place} lists pull secrets in ${path}` });
      }
    }
  }
  return { options, lookedAt };
}
