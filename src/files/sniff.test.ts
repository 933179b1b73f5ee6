import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { sniff } from "./sniff.js";

const utf16 = (text: string): Uint8Array => Buffer.from(`\ufeff${text}`, "utf16le");

test.each<[string, string | Uint8Array, string]>([
  ["kubectl's JSON", '{\n  "apiVersion": "v1",\n  "items": []\n}', "json"],
  ["JSON behind a byte order mark", '\ufeff{"kind":"Pod"}', "json"],
  ["an array of objects", '[\n  {"kind":"Pod"}]', "json"],
  ["JSON of PowerShell, in UTF-16", utf16('{"kind":"Pod"}'), "json"],
  ["JSON below the command that made it", '$ kubectl get pod -o json\n{\n  "apiVersion": "v1"', "json"],
  ["an array of objects between the fences of a ticket", 'see:\n```\n[\n  {\n    "kind": "Pod"', "json"],
  ["kubectl's YAML", "apiVersion: v1\nitems:\n- kind: Pod", "yaml"],
  ["YAML with Windows line ends", "apiVersion: v1\r\nkind: Pod\r\n", "yaml"],
  ["YAML with comments first", "# Source: chart/x.yaml\n---\nkind: Pod", "yaml"],
  ["YAML with quoted keys", '"kind": Pod', "yaml"],
  ["describe", "Name:         web\nNamespace:    shop", "text"],
  ["a Go template", "{{ .Values.image }}", "text"],
  ["a log that begins with a bracket", "[ERROR] Failed to pull", "text"],
  ["a message with a list in it", 'x: {"errors":[{"code":"DENIED"}]}', "text"],
  ["colours of a terminal", "\u001b[31mError: ErrImagePull\u001b[0m", "text"],
  ["gzip", gzipSync("x"), "gzip"],
  ["nothing", "", "empty"],
  ["nothing but space", " \n\t\r\n", "empty"],
  ["a program", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0]), "binary"],
  [
    "noise without a zero byte",
    Buffer.from(Array.from({ length: 300 }, (_, at) => 128 + (at % 127))),
    "binary",
  ],
])("%s", (_what, bytes, is) => {
  expect(sniff(Buffer.from(bytes)).is).toBe(is);
});

test.each<[number[], string]>([
  [[0x50, 0x4b, 3, 4], "is a zip archive; unpack it, or pack it as .tar.gz"],
  [[0x28, 0xb5, 0x2f, 0xfd], "is compressed with zstd; unpack it first"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "is compressed with xz; unpack it first"],
  [[0x42, 0x5a, 0x68], "is compressed with bzip2; unpack it first"],
])("an archive that is not read is named: %j", (bytes, why) => {
  expect(sniff(Buffer.from(bytes))).toEqual({ is: "binary", why });
});
