// The fields of every served kind: names, types, protobuf numbers, merge keys. Facts in kinds.json,
// which scripts/sim-schema.ts writes from the public Go types.

import data from "./kinds.json" with { type: "json" };

export type Scalar =
  | "string"
  | "int"
  | "float"
  | "bool"
  | "bytes"
  | "Time"
  | "MicroTime"
  | "Quantity"
  | "IntOrString"
  | "Json";

export type FieldType =
  | { readonly is: "scalar"; readonly scalar: Scalar }
  | { readonly is: "list"; readonly of: FieldType }
  | { readonly is: "map"; readonly of: FieldType }
  | { readonly is: "object"; readonly type: string };

export interface Field {
  readonly name: string;
  /** The protobuf field number. */
  readonly number: number;
  readonly type: FieldType;
  /** Its members stand in the object that holds it. */
  readonly isInline: boolean;
  readonly isRequired: boolean;
  /** Absent and zero are two things. */
  readonly isPointer: boolean;
  /** Strategic merge: the list merges, by this key; "" for a list of plain values. */
  readonly mergeKey?: string;
  /** Strategic merge: the sender says which keys of the union stay. */
  readonly retainsKeys: boolean;
  /** Server-side apply: the keys that tell a list's items apart. */
  readonly mapKeys?: readonly string[];
  /** Server-side apply: a set of plain values, or one value owned as a whole. */
  readonly isSet: boolean;
  readonly isAtomic: boolean;
}

export interface ObjectType {
  /** `core/v1.PodSpec`. */
  readonly name: string;
  /** By JSON name, inlined members included. */
  readonly fields: ReadonlyMap<string, Field>;
  /** By protobuf number, as declared. */
  readonly numbers: ReadonlyMap<number, Field>;
  readonly isAtomic: boolean;
}

const SCALARS: ReadonlySet<string> = new Set<Scalar>([
  "string",
  "int",
  "float",
  "bool",
  "bytes",
  "Time",
  "MicroTime",
  "Quantity",
  "IntOrString",
  "Json",
]);

function isScalar(name: string): name is Scalar {
  return SCALARS.has(name);
}

function fieldType(name: string): FieldType {
  if (name.startsWith("[]")) return { is: "list", of: fieldType(name.slice(2)) };
  if (name.startsWith("{}")) return { is: "map", of: fieldType(name.slice(2)) };
  return isScalar(name) ? { is: "scalar", scalar: name } : { is: "object", type: name };
}

function field(name: string, line: string): Field {
  const [number = "0", type = "", ...words] = line.split(" ");
  const after = (prefix: string) => words.find((word) => word.startsWith(prefix))?.slice(prefix.length);
  const mergeKey = after("merge=") ?? (words.includes("merge") ? "" : undefined);
  const mapKeys = after("map=")?.split(",");
  return {
    name: name.replace(/^\+/, ""),
    number: Number(number),
    type: fieldType(type),
    isInline: words.includes("inline"),
    isRequired: words.includes("required"),
    isPointer: words.includes("pointer"),
    ...(mergeKey === undefined ? {} : { mergeKey }),
    retainsKeys: words.includes("retainKeys"),
    ...(mapKeys === undefined ? {} : { mapKeys }),
    isSet: words.includes("set"),
    isAtomic: words.includes("atomic"),
  };
}

type Lines = { readonly [field: string]: string };
const LINES: { readonly [type: string]: Lines } = data.types;
const KINDS: { readonly [kind: string]: string } = data.kinds;
const made = new Map<string, ObjectType>();

/** A type of kinds.json; throws for a name that is not in it, which is a bug. */
export function typeOf(name: string): ObjectType {
  const known = made.get(name);
  if (known !== undefined) return known;
  const lines = LINES[name];
  if (lines === undefined) throw new Error(`no such type: ${name}`);
  const fields = new Map<string, Field>();
  const numbers = new Map<number, Field>();
  const type = { name, fields, numbers, isAtomic: lines["!"] !== undefined };
  made.set(name, type);
  for (const [key, line] of Object.entries(lines)) {
    if (key === "!") continue;
    const one = field(key, line);
    numbers.set(one.number, one);
    if (!one.isInline || one.type.is !== "object") fields.set(one.name, one);
    else for (const inner of typeOf(one.type.type).fields.values()) fields.set(inner.name, inner);
  }
  return type;
}

/** The type of a kind; undefined when the server does not know it. */
export function typeOfKind(apiVersion: string, kind: string): ObjectType | undefined {
  const name = KINDS[`${apiVersion} ${kind}`];
  return name === undefined ? undefined : typeOf(name);
}

/** The type that a field's objects have (a list's items, a map's values); undefined for plain values. */
export function innerType(type: FieldType): ObjectType | undefined {
  switch (type.is) {
    case "object":
      return typeOf(type.type);
    case "scalar":
      return undefined;
    default:
      return innerType(type.of);
  }
}
