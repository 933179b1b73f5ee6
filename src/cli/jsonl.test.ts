// `explain --format jsonl`: one answer a line, in order, whatever the lines and the chunks are.

import { describe, expect, test } from "vitest";
import { explainJsonLines, longestLine } from "./jsonl.js";

async function* chunksOf(chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}

async function answer(...chunks: readonly (string | Uint8Array)[]) {
  let out = "";
  let err = "";
  const code = await explainJsonLines({
    stdin: chunksOf(chunks),
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  const lines = out.split("\n");
  expect(lines.pop()).toBe("");
  return { code, err, out, answers: lines.map((line): Record<string, unknown> => JSON.parse(line)) };
}

const missing =
  'Failed to pull image "nginx:nope": rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/library/nginx:nope": failed to resolve reference "docker.io/library/nginx:nope": docker.io/library/nginx:nope: not found';

describe("an answer", () => {
  test("has the fields of the contract, and lets other fields through", async () => {
    const { code, answers, err } = await answer(
      `${JSON.stringify({ id: "a", message: missing, pod: "web-1", n: 3 })}\n`,
    );
    expect(answers).toEqual([
      {
        id: "a",
        cause: "tag-not-found",
        verdict: "confirmed",
        also: [],
        stage: "manifest",
        registry: "docker.io",
        image: "nginx:nope",
        layers: ["kubelet.event.failed-pull", "grpc", "ctd.head", "ctd.resolve", "ctd.not-found"],
        pod: "web-1",
        n: 3,
      },
    ]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });

  test("a field of a question that has an answer's name does not answer for us", async () => {
    const { answers } = await answer(
      `${JSON.stringify({ message: missing, cause: "dns-failure", host: "x", verdict: 1 })}\n`,
    );
    expect(answers[0]).toMatchObject({ cause: "tag-not-found", verdict: "confirmed" });
    expect(answers[0]).not.toHaveProperty("host");
  });

  test("fields named as what every object has are passed through like others", async () => {
    const { out } = await answer(`{"message":"x","toString":1,"constructor":"\\u202e"}\n`);
    expect(out).toMatch(/,"toString":1,"constructor":"\\u202e"\}\n$/);
  });

  test("a host named as what every object has is another registry", async () => {
    const message = missing.replaceAll("docker.io/library/nginx", "constructor:5000/nginx");
    const { answers } = await answer(`${JSON.stringify({ message })}\n`);
    expect(answers[0]).toMatchObject({
      registry: "constructor:5000",
      cause: "tag-not-found",
      also: ["repository-not-found"],
    });
  });

  test("letters beyond ASCII are read as UTF-8, on their lines and on no other", async () => {
    const lines = [
      { id: "é€😀", message: missing },
      { id: "plain", message: missing },
      { id: '"\\', message: missing.replaceAll("nope", "nöpe") },
    ].map((line) => JSON.stringify(line));
    const { answers } = await answer(`\ufeff${lines.join("\n")}\n`);
    expect(answers.map(({ id }) => id)).toEqual(["é€😀", "plain", '"\\']);
    expect(answers[2]).toMatchObject({ image: "nginx:nöpe" });
  });

  test("the waiting reason and the image are taken into account", async () => {
    const { answers } = await answer(
      `${JSON.stringify({ message: "it did not work", waitingReason: "ErrImagePull", image: "a.example.com/b:1" })}\n`,
      `${JSON.stringify({ message: "it did not work" })}\n`,
    );
    expect(answers).toMatchObject([
      { cause: "unknown", verdict: "unknown", image: "a.example.com/b:1" },
      { cause: "not-image-pull", verdict: "unknown" },
    ]);
  });

  test("a hostile id or field named __proto__ changes nothing", async () => {
    const { answers } = await answer('{"message":"x","__proto__":{"cause":"y"},"constructor":1}\n');
    expect(answers[0]).toMatchObject({ cause: "not-image-pull" });
  });
});

describe("lines that cannot be read", () => {
  test("are answered with their number and why; the rest goes on; exit 2", async () => {
    const { code, answers, err } = await answer(
      [
        "not json",
        "[1]",
        "null",
        '{"id":1}',
        '{"message":5}',
        JSON.stringify({ id: 2, message: missing }),
      ].join("\n"),
    );
    expect(answers.slice(0, 5)).toEqual([
      { line: 1, error: "not JSON" },
      { line: 2, error: "not a JSON object" },
      { line: 3, error: "not a JSON object" },
      { line: 4, error: '"message" is missing or no text' },
      { line: 5, error: '"message" is missing or no text' },
    ]);
    expect(answers[5]).toMatchObject({ id: 2, cause: "tag-not-found" });
    expect({ code, err }).toEqual({
      code: 2,
      err: "5 lines could not be read; each was answered with its number and why\n",
    });
  });

  test("empty lines are counted and not answered", async () => {
    const { code, answers } = await answer(`\n  \r\n${JSON.stringify({ message: "x" })}\r\n\nbad\n`);
    expect(answers).toMatchObject([{ cause: "not-image-pull" }, { line: 5, error: "not JSON" }]);
    expect(code).toBe(2);
  });

  test("a line that is too long is not kept, in one chunk or in many", async () => {
    const part = Buffer.alloc(longestLine / 4 + 1, 97);
    const after = `\n${JSON.stringify({ message: missing })}\n`;
    const many = await answer(part, part, part, part, part, after);
    expect(many.answers).toMatchObject([
      { line: 1, error: `the line is longer than ${longestLine} bytes` },
      { cause: "tag-not-found" },
    ]);
    const one = await answer(Buffer.concat([part, part, part, part, Buffer.from(after)]));
    expect(one.answers).toEqual(many.answers);
  });

  test("no input is no answer", async () => {
    expect(await answer()).toMatchObject({ code: 0, out: "" });
  });
});

describe("chunks", () => {
  const lines = Array.from({ length: 7 }, (_, id) =>
    JSON.stringify({ id, message: `${missing} ü€😀`, note: "é" }),
  );
  const bytes = Buffer.from(lines.join("\n"));

  test.each([1, 2, 3, 7, 64, 1000])("of %i bytes give the same answers, characters whole", async (size) => {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
      bytes.subarray(i * size, (i + 1) * size),
    );
    const { answers } = await answer(...chunks);
    expect(answers.map(({ id, note }) => [id, note])).toEqual(lines.map((_, id) => [id, "é"]));
  });

  test("reading waits while the reader of the answers is slow", async () => {
    const log: string[] = [];
    async function* stdin(): AsyncGenerator<Uint8Array> {
      for (const id of [1, 2, 3]) {
        log.push(`read ${id}`);
        yield Buffer.from(`${JSON.stringify({ id, message: missing.padEnd(200_000, " x") })}\n`);
      }
    }
    await explainJsonLines({
      stdin: stdin(),
      out: () => log.push("wrote"),
      err: () => {},
      drained: async () => {
        await Promise.resolve();
        log.push("drained");
      },
    });
    expect(log.filter((one) => one !== "wrote")).toEqual([
      "read 1",
      "drained",
      "read 2",
      "drained",
      "read 3",
      "drained",
    ]);
  });
});
