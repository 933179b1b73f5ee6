// Reads the protobuf bodies that kubectl 1.32 and later sends, by the field numbers of schema.ts.

import { badRequest } from "../errors.js";
import { type Json, timestamp } from "../json.js";
import { type FieldType, type ObjectType, type Scalar, typeOf, typeOfKind } from "./schema.js";

const MAGIC = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

/** The object in a `k8s\0` envelope, as the JSON it stands for. Throws ApiError 400. */
export function decodeProtobuf(body: Buffer): Json {
  if (!body.subarray(0, 4).equals(MAGIC))
    throw badRequest("provided data does not appear to be a protobuf message");
  let apiVersion = "";
  let kind = "";
  let raw: Buffer = Buffer.alloc(0);
  for (const { number, value } of messageFields(body.subarray(4))) {
    if (!Buffer.isBuffer(value)) continue;
    if (number === 2) raw = value;
    if (number !== 1) continue;
    for (const part of messageFields(value)) {
      if (part.number === 1) apiVersion = String(part.value);
      if (part.number === 2) kind = String(part.value);
    }
  }
  // Delete options travel under the apiVersion of what they delete.
  const type = typeOfKind(kind === "DeleteOptions" ? "v1" : apiVersion, kind);
  if (type === undefined) throw badRequest(`no kind "${kind}" is registered for version "${apiVersion}"`);
  return { apiVersion, kind, ...decodeMessage(raw, type) };
}

interface WireField {
  readonly number: number;
  readonly value: Buffer | bigint;
}

function* messageFields(bytes: Buffer): Generator<WireField> {
  let offset = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[offset++];
      if (byte === undefined || shift > 63n) throw badRequest("unexpected EOF");
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
  };
  const take = (length: number): Buffer => {
    const end = offset + length;
    if (length < 0 || end > bytes.length) throw badRequest("unexpected EOF");
    const part = bytes.subarray(offset, end);
    offset = end;
    return part;
  };
  while (offset < bytes.length) {
    const tag = Number(varint());
    const number = tag >> 3;
    const wire = tag & 7;
    if (wire === 0) yield { number, value: varint() };
    else if (wire === 1) yield { number, value: take(8) };
    else if (wire === 2) yield { number, value: take(Number(varint())) };
    else if (wire === 5) yield { number, value: take(4) };
    else throw badRequest(`illegal wireType ${wire}`);
  }
}

function decodeMessage(bytes: Buffer, type: ObjectType): Json {
  const made: Json = {};
  for (const { number, value } of messageFields(bytes)) {
    const field = type.numbers.get(number);
    if (field === undefined) continue;
    if (field.isInline && field.type.is === "object" && Buffer.isBuffer(value)) {
      Object.assign(made, decodeMessage(value, typeOf(field.type.type)));
      continue;
    }
    if (field.type.is === "list") {
      const known = made[field.name];
      const item = decodeValue(value, field.type.of);
      if (Array.isArray(known)) known.push(item);
      else made[field.name] = [item];
      continue;
    }
    if (field.type.is === "map") {
      const known = made[field.name];
      const map: Json = typeof known === "object" && known !== null ? { ...known } : {};
      made[field.name] = Object.assign(map, decodeEntry(value, field.type.of));
      continue;
    }
    const decoded = decodeValue(value, field.type);
    // The Go encoder writes what JSON would leave out.
    if (field.isRequired || field.isPointer || !isEmpty(decoded)) made[field.name] = decoded;
  }
  return made;
}

function isEmpty(value: unknown): boolean {
  return value === "" || value === 0 || value === false || value === undefined;
}

function decodeEntry(value: Buffer | bigint, of: FieldType): Json {
  let key = "";
  let item: unknown = of.is === "scalar" ? "" : {};
  for (const part of messageFields(bytesOf(value))) {
    if (part.number === 1) key = String(part.value);
    else item = decodeValue(part.value, of);
  }
  return { [key]: item };
}

function decodeValue(value: Buffer | bigint, type: FieldType): unknown {
  if (type.is === "scalar") return decodeScalar(value, type.scalar);
  const bytes = bytesOf(value);
  if (type.is === "object") return decodeMessage(bytes, typeOf(type.type));
  // A named list or map inside a list or map: {1 items}.
  const items: unknown[] = [];
  for (const part of messageFields(bytes)) items.push(decodeValue(part.value, type.of));
  return items;
}

/** Throws ApiError 400 for a number where a message or text belongs. */
function bytesOf(value: Buffer | bigint): Buffer {
  if (typeof value === "bigint") throw badRequest("wrong wireType: a length-delimited field was expected");
  return value;
}

function decodeScalar(field: Buffer | bigint, scalar: Scalar): unknown {
  if (scalar === "bool" || scalar === "int") {
    if (typeof field !== "bigint") throw badRequest("wrong wireType: a varint was expected");
    return scalar === "bool" ? field !== 0n : Number(field);
  }
  const value = bytesOf(field);
  switch (scalar) {
    case "bytes":
      return value.toString("base64");
    case "float":
      if (value.length !== 8) throw badRequest("wrong wireType: a double was expected");
      return value.readDoubleLE();
    case "Time":
    case "MicroTime":
      return decodeTime(value, scalar);
    case "Quantity":
      return numbered(value).get(1)?.toString() ?? "";
    case "IntOrString": {
      const parts = numbered(value);
      return parts.get(1) === 1n ? String(parts.get(3) ?? "") : Number(parts.get(2) ?? 0n);
    }
    case "Json": {
      const raw = numbered(value).get(1);
      return raw === undefined || raw.toString() === "" ? undefined : parseRaw(raw.toString());
    }
    default:
      return value.toString("utf8");
  }
}

function parseRaw(source: string): unknown {
  try {
    return JSON.parse(source) as unknown;
  } catch {
    throw badRequest("invalid JSON inside of the message");
  }
}

function numbered(bytes: Buffer): Map<number, Buffer | bigint> {
  return new Map([...messageFields(bytes)].map(({ number, value }) => [number, value]));
}

function decodeTime(bytes: Buffer, scalar: "Time" | "MicroTime"): string | undefined {
  const parts = numbered(bytes);
  const seconds = parts.get(1);
  if (seconds === undefined) return undefined;
  const ms = typeof seconds === "bigint" ? Number(seconds) * 1000 : Number.NaN;
  // What a Date can hold; NaN is outside too.
  if (!(Math.abs(ms) <= 8.64e15)) throw badRequest("a time is out of range");
  const whole = timestamp(ms);
  if (scalar === "Time") return whole;
  const nanos = parts.get(2);
  const micros = typeof nanos === "bigint" ? Math.floor(Number(nanos) / 1000) : 0;
  return whole.replace("Z", `.${String(micros).padStart(6, "0")}Z`);
}
