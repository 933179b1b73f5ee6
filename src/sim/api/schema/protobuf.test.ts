import fc from "fast-check";
import { expect, test } from "vitest";
import { isApiError } from "../errors.js";
import { decodeProtobuf } from "./protobuf.js";

/** One length-delimited field. */
function field(number: number, content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  const head: number[] = [(number << 3) | 2];
  let length = bytes.length;
  for (; length > 127; length >>= 7) head.push((length & 127) | 128);
  return Buffer.concat([Buffer.from([...head, length]), bytes]);
}

function varint(number: number, value: number): Buffer {
  return Buffer.from([number << 3, value]);
}

/** The envelope that kubectl sends. */
function envelope(apiVersion: string, kind: string, raw: Buffer): Buffer {
  const typeMeta = Buffer.concat([field(1, apiVersion), field(2, kind)]);
  return Buffer.concat([Buffer.from("k8s\0"), field(1, typeMeta), field(2, raw)]);
}

const metadata = Buffer.concat([
  field(1, "web"),
  field(3, ""),
  field(11, Buffer.concat([field(1, "app"), field(2, "web")])),
]);

test("a secret: bytes become base64, what the encoder wrote empty is left out", () => {
  const raw = Buffer.concat([
    field(1, metadata),
    field(2, Buffer.concat([field(1, "key"), field(2, Buffer.from([0, 255]))])),
    field(3, "Opaque"),
  ]);
  expect(decodeProtobuf(envelope("v1", "Secret", raw))).toEqual({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "web", labels: { app: "web" } },
    data: { key: "AP8=" },
    type: "Opaque",
  });
});

test("a pod: numbers that may be absent, times, quantities, inlined members, probes with either port", () => {
  const limits = Buffer.concat([field(1, "memory"), field(2, field(1, "1Gi"))]);
  const probe = field(
    1,
    field(
      2,
      Buffer.concat([field(1, "/"), field(2, Buffer.concat([varint(1, 1), varint(2, 0), field(3, "web")]))]),
    ),
  );
  const container = Buffer.concat([
    field(1, "app"),
    field(2, "x:1"),
    field(8, field(1, limits)),
    field(10, probe),
    field(7, Buffer.concat([field(1, "A"), field(2, "")])),
  ]);
  const volume = Buffer.concat([field(1, "tmp"), field(2, field(2, ""))]);
  const spec = Buffer.concat([field(1, volume), field(2, container), varint(4, 0)]);
  const status = field(7, varint(1, 5));
  const raw = Buffer.concat([field(1, metadata), field(2, spec), field(3, status)]);
  expect(decodeProtobuf(envelope("v1", "Pod", raw))).toMatchObject({
    spec: {
      terminationGracePeriodSeconds: 0,
      volumes: [{ name: "tmp", emptyDir: {} }],
      containers: [
        {
          name: "app",
          image: "x:1",
          resources: { limits: { memory: "1Gi" } },
          env: [{ name: "A" }],
          livenessProbe: { httpGet: { path: "/", port: "web" } },
        },
      ],
    },
    status: { startTime: "1970-01-01T00:00:05Z" },
  });
});

test("delete options may be empty, and come under the apiVersion of what they delete", () => {
  expect(decodeProtobuf(envelope("policy/v1", "DeleteOptions", Buffer.alloc(0)))).toEqual({
    apiVersion: "policy/v1",
    kind: "DeleteOptions",
  });
});

test.each([
  ["no envelope", Buffer.from("{}"), "does not appear to be a protobuf message"],
  [
    "an unknown kind",
    envelope("v1", "Widget", Buffer.alloc(0)),
    'no kind "Widget" is registered for version "v1"',
  ],
  ["a cut message", envelope("v1", "Pod", Buffer.from([0x0a, 0x7f, 1])), "unexpected EOF"],
  ["a group", envelope("v1", "Pod", Buffer.from([0x0b])), "illegal wireType 3"],
])("refuses %s", (_, body, words) => {
  expect(() => decodeProtobuf(body)).toThrow(words);
});

test("whatever the bytes are, they are decoded or refused", () => {
  const kinds = [
    ["v1", "Pod"],
    ["v1", "Secret"],
    ["apps/v1", "Deployment"],
    ["batch/v1", "CronJob"],
  ] as const;
  // Bytes that look like fields reach deeper than bytes that do not.
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 6 }).map(Buffer.from),
    fc
      .tuple(fc.integer({ min: 1, max: 30 }), fc.uint8Array({ maxLength: 12 }))
      .map(([number, content]) => field(number, Buffer.from(content))),
    fc
      .tuple(fc.integer({ min: 1, max: 15 }), fc.integer({ min: 0, max: 127 }))
      .map(([number, value]) => varint(number, value)),
  );
  const nested = fc
    .array(piece, { maxLength: 4 })
    .chain((parts) =>
      fc
        .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }))
        .map(([outer, inner]) => field(outer, field(inner, Buffer.concat(parts)))),
    );
  const raws = fc.array(fc.oneof(piece, nested), { maxLength: 6 }).map((parts) => Buffer.concat(parts));
  fc.assert(
    fc.property(fc.constantFrom(...kinds), raws, ([apiVersion, kind], raw) => {
      try {
        return decodeProtobuf(envelope(apiVersion, kind, raw)).kind === kind;
      } catch (error) {
        if (isApiError(error, "BadRequest")) return true;
        throw error;
      }
    }),
    { numRuns: 3000 },
  );
});
