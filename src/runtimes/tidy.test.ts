// One message in the many forms that terminals, logs and quoting give it.

import { describe, expect, test } from "vitest";
import { explainMessage } from "./explain.js";
import { longestMessage, tidy } from "./tidy.js";

const pull = 'Failed to pull image "registry.example.com/team/api:1.0": ';
const containerd = `${pull}failed to pull and unpack image "registry.example.com/team/api:1.0": `;
const resolve = `${containerd}failed to resolve reference "registry.example.com/team/api:1.0": `;
const head = `${resolve}failed to do request: Head "https://registry.example.com/v2/team/api/manifests/1.0": `;

describe("how messages come to us", () => {
  const plain = `${head}x509: certificate signed by unknown authority`;
  const wrap = (text: string, width: number): string => text.replace(new RegExp(`.{${width}}`, "g"), "$&\n");

  test.each([
    ["as it is", plain],
    ["hard-wrapped at 40", wrap(plain, 40)],
    ["hard-wrapped at 23", wrap(plain, 23)],
    ["wrapped between words", plain.replace(/(.{30,60}) /g, "$1\n    ")],
    ["in a box", wrap(plain, 50).replaceAll("\n", " │\n│ ")],
    ["in colour", plain.replace("Failed", "\u001b[31mFailed\u001b[0m").replace("x509", "\u001b[1mx509")],
    ["in JSON", JSON.stringify({ message: plain })],
    ["in JSON in JSON", JSON.stringify({ log: JSON.stringify({ msg: plain }) })],
    [
      "in a kubelet's log",
      `E1124 10:00:00.000000 1 pod_workers.go:191] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"api\\" with ErrImagePull: ${JSON.stringify(JSON.stringify(plain)).slice(1, -1)}" pod="a/b"`,
    ],
    ["in an event that was combined", `(combined from similar events): ${plain}`],
    ["in describe of kubectl 1.35", `spec.containers{api}: ${plain}`],
    ["in a list of one line", `\t  ${plain}   \n`],
  ])("%s", (_, text) => {
    expect(explainMessage(text)).toMatchObject({ cause: "tls-untrusted", registry: "registry.example.com" });
  });

  test("a leaf that was cut is still read, and no longer certain", () => {
    expect(explainMessage(`${head}x509: certificate signed by unk...`)).toMatchObject({
      cause: "tls-untrusted",
      verdict: "likely",
      isTruncated: true,
    });
  });

  test("cut before the leaf: the layers are peeled, the cause stays unknown", () => {
    const reading = explainMessage(`${containerd}failed to resolve ref...`);
    expect(reading).toMatchObject({
      cause: "unknown",
      verdict: "unknown",
      isTruncated: true,
      image: "registry.example.com/team/api:1.0",
    });
    expect(reading.layers.map(({ id }) => id)).toEqual(["kubelet.event.failed-pull", "ctd.head"]);
  });

  test("a message over the cap is cut, and says by how much", () => {
    const reading = explainMessage(`${plain}${" ".repeat(longestMessage)}`);
    expect(reading).toMatchObject({ cause: "tls-untrusted", cutChars: plain.length });
  });
});

describe("tidy", () => {
  test.each([
    ["plain words stay as they are", "a b: c", "a b: c"],
    ["indentation and runs of blanks", "  a \t b\n\n    c  ", "a b\nc"],
    ["quoting is undone as often as it was done", String.raw`"a \\\"b\\\" \"c\""`, `"a "b" "c""`],
    [
      "a Windows path keeps its backslashes",
      String.raw`C:\Program Files\Docker`,
      String.raw`C:\Program Files\Docker`,
    ],
    ["control and direction characters go", "a\u0000b\u202ec", "abc"],
    ["titles of terminals go", "\u001b]0;title\u0007a", "a"],
  ])("%s", (_, text, tidied) => {
    expect(tidy(text).text).toBe(tidied);
  });
});
