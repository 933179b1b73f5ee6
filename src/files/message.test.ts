import { expect, test } from "vitest";
import { messagesIn } from "./message.js";

const messages = (text: string): string[] =>
  messagesIn(text.split("\n").map((line, at) => ({ text: line, line: at + 1 }))).map((one) => one.text);

test("one message on one line", () => {
  expect(messages('Failed to pull image "x:1": not found\n')).toEqual([
    'Failed to pull image "x:1": not found',
  ]);
});

test("a message that a terminal has broken keeps its breaks for the grammar", () => {
  expect(messages('Failed to pull image "x:1": rpc error: code = Not\nFound desc = gone')).toEqual([
    'Failed to pull image "x:1": rpc error: code = Not\nFound desc = gone',
  ]);
});

test("lines that each begin a message are messages of their own", () => {
  expect(
    messages("Error: ErrImagePull\nFailed to pull image x: denied\nand more\nBack-off pulling image x"),
  ).toEqual(["Error: ErrImagePull", "Failed to pull image x: denied\nand more", "Back-off pulling image x"]);
});

test("paragraphs that have nothing to do with pulls are left out", () => {
  expect(messages("Hello team,\n\nFailed to pull image x: denied\n\nKind regards")).toEqual([
    "Failed to pull image x: denied",
  ]);
  expect(messagesIn([{ text: "Hello", line: 1 }])).toEqual([]);
});

test.each([
  "apiVersion: v1\nkind: Secret\ndata:\n  .dockerconfigjson: eyJhdXRocyI6e319 # pull secret",
  '{\n  "auths": {"registry.example.com": {"password": "made-up"}}\n}',
  'stringData:\n  .dockercfg: "registry"',
])("an object that could not be read as one is not quoted as a message", (text) => {
  expect(messages(text)).toEqual([]);
});
