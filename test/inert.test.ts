// Terminal escapes in names, messages and files are shown, not obeyed, on every screen.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runCli } from "./cli-run.js";

const folder = mkdtempSync(join(tmpdir(), "pulldoctor-inert-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Clears the screen, sets the title, rings, links, overwrites the line, reorders and hides. */
const hostile =
  "\u001b[2J\u001b]0;owned\u0007\u001b]8;;http://evil.example\u001b\\x\rOK\b\b\u009b31m\u202etxt\u200b\u{e0041}\u0000";

const acts =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not come through
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]|[\u{e0000}-\u{e007f}]/u;

function podFile(): string {
  const image = `registry.example.com/shop/cart:1.0`;
  const message = `rpc error: code = NotFound desc = failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found ${hostile}`;
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      namespace: `shop${hostile}`,
      name: `cart${hostile}`,
      uid: "p",
      labels: { [hostile]: hostile },
    },
    spec: { nodeName: `node${hostile}`, containers: [{ name: `app${hostile}`, image }] },
    status: {
      phase: "Pending",
      containerStatuses: [
        {
          name: `app${hostile}`,
          image,
          imageID: "",
          ready: false,
          restartCount: 0,
          state: { waiting: { reason: "ErrImagePull", message } },
        },
      ],
    },
  };
  const path = join(folder, "pod.json");
  writeFileSync(path, JSON.stringify(pod));
  return path;
}

describe("nothing foreign acts on the terminal", () => {
  test.each(["text", "json", "yaml", "markdown", "name"])("diagnose -o %s", async (format) => {
    const { out, err, code } = await runCli(["diagnose", "-f", podFile(), "-o", format]);
    expect([1, 3]).toContain(code);
    expect(acts.exec(out + err)).toBeNull();
    expect(out).toContain("cart");
  });

  test("the quote shows what was there", async () => {
    const { out } = await runCli(["diagnose", "-f", podFile()]);
    expect(out.replaceAll(/\s/g, "")).toContain("\\e[2J");
  });

  test("JSON gives the exact text back", async () => {
    const { out } = await runCli(["diagnose", "-f", podFile(), "-o", "json"]);
    const report: unknown = JSON.parse(out);
    expect(report).toHaveProperty(["findings", 0, "pods", 0, "name"], `cart${hostile}`);
  });

  const words: readonly (readonly string[])[] = [
    ["explain", `Failed to pull image "nginx:1": not found ${hostile}`],
    ["explain", `Failed to pull image "nginx:1": not found ${hostile}`, "-o", "json"],
    ["explain", hostile],
    ["parse", `nginx${hostile}`],
    ["parse", hostile],
    ["diagnose", hostile],
    ["diagnose", "-f", `none${hostile}`],
    ["diagnose", `--${hostile}`],
    ["diagnose", "-o", hostile],
    ["diagnose", "--context", hostile],
    [hostile],
    ["explain", "-f", hostile],
  ];
  test.each(words.map((argv) => ({ argv })))("$argv", async ({ argv }) => {
    const { out, err, code } = await runCli(argv, { cwd: folder });
    expect(acts.exec(out + err)).toBeNull();
    expect((out + err).length).toBeGreaterThan(0);
    expect([0, 1, 2, 3]).toContain(code);
  });

  test("a file of a message, and one line of JSON lines", async () => {
    writeFileSync(join(folder, "m.txt"), `Failed to pull image "nginx:1": ${hostile}`);
    const read = await runCli(["explain", "-f", "m.txt"], { cwd: folder });
    expect(acts.exec(read.out + read.err)).toBeNull();
    const line = JSON.stringify({ id: hostile, message: hostile, other: hostile });
    const { out } = await runCli(["explain", "--format", "jsonl"], { stdin: `${line}\n${hostile}\n` });
    expect(acts.exec(out)).toBeNull();
  });
});
