import { expect, test } from "vitest";
import { Collector } from "./collect.js";
import { hearLine, readFields, unescaped } from "./logs.js";

const now = new Date("2026-11-24T00:00:00Z");

/** The messages heard in these lines, and whether each was one of a log. */
function hear(...lines: string[]) {
  const collector = new Collector();
  collector.hint = now;
  const isLog = lines.map((line, at) => hearLine(line, { file: "kubelet.log", line: at + 1, collector }));
  return { isLog, messages: collector.settle("file kubelet.log", now).messages };
}

const refused = `failed to pull and unpack image "ghcr.io/acme/api:1": connection refused`;

test("klog of the kubelet: the runtime's words, and the image they are about", () => {
  const { messages } = hear(
    `E1121 19:44:46.291348   15859 remote_image.go:113] PullImage "ghcr.io/acme/api:1" from image service failed: rpc error: code = Unknown desc = ${refused}`,
  );
  expect(messages).toEqual([
    {
      text: `rpc error: code = Unknown desc = ${refused}`,
      where: "kubelet.log, line 1",
      image: "ghcr.io/acme/api:1",
      at: new Date("2026-11-21T19:44:46.291Z"),
    },
  ]);
});

test("structured klog inside of the journal, with the pod", () => {
  const { messages } = hear(
    `Nov 21 19:44:46 node-1 kubelet[812]: E1121 19:44:46.291348     812 pod_workers.go:1301] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"api\\" with ErrImagePull: \\"rpc error: code = NotFound desc = x: not found\\"" pod="shop/api-0" podUID="5d58a119"`,
  );
  expect(messages[0]).toMatchObject({
    text: "rpc error: code = NotFound desc = x: not found",
    waitingReason: "ErrImagePull",
    pod: { namespace: "shop", name: "api-0" },
    at: new Date("2026-11-21T19:44:46.000Z"),
  });
});

test("the line of an old kubelet about a secret that is not there", () => {
  const { messages } = hear(
    `W1121 19:44:46.191204   15859 kubelet_pods.go:880] Unable to retrieve pull secret shop/regcred for shop/api-0 due to secret "regcred" not found.  The image pull may not succeed.`,
  );
  expect(messages[0]).toMatchObject({
    text: expect.stringContaining('secret "regcred" not found'),
    pod: { namespace: "shop", name: "api-0" },
  });
});

test("logfmt of containerd and CRI-O: the error, not the message around it", () => {
  const { messages } = hear(
    `time="2026-11-21T19:44:46.291139919Z" level=info msg="PullImage \\"ghcr.io/acme/api:1\\""`,
    `time="2026-11-21T19:44:46.291139919Z" level=error msg="PullImage \\"ghcr.io/acme/api:1\\" failed" error="failed to pull and unpack image \\"ghcr.io/acme/api:1\\": connection refused"`,
  );
  expect(messages).toEqual([
    {
      text: refused,
      where: "kubelet.log, line 2",
      image: "ghcr.io/acme/api:1",
      at: new Date("2026-11-21T19:44:46.291Z"),
    },
  ]);
});

test("what is not about pulls and what only informs is a log line all the same", () => {
  const { isLog, messages } = hear(
    'I1121 19:44:45.886252   15859 reflector.go:219] Starting reflector *v1.Secret (0s) from object-"shop"/"regcred"',
    "E1121 19:44:45.886252   15859 kubelet.go:1] node not ready",
    "Nov 21 19:44:46 node-1 sshd[1]: Accepted publickey for root",
  );
  expect(isLog).toEqual([true, true, true]);
  expect(messages).toEqual([]);
});

test.each(["Failed to pull image x", "NAME   READY   STATUS", "2026-11-21 is a date", ""])(
  "%j is no log",
  (line) => {
    expect(hear(line).isLog).toEqual([false]);
  },
);

test("logs name no year: it is the one that lies closest to the file", () => {
  const line = (day: string): string => `E${day} 19:44:46.291348   1 a.go:1] failed to pull image x`;
  expect(hear(line("1123")).messages[0]?.at).toEqual(new Date("2026-11-23T19:44:46.291Z"));
  const collector = new Collector();
  collector.hint = new Date("2027-01-02T00:00:00Z");
  hearLine(line("1231"), { file: "a", line: 1, collector });
  expect(collector.settle("a", now).messages[0]?.at).toEqual(new Date("2026-12-31T19:44:46.291Z"));
});

test("the same words about the same pod are kept once, with their last time", () => {
  const line = (second: number): string =>
    `E1121 19:44:${second}.000000   1 a.go:1] "Error syncing pod" err="failed to pull image x" pod="a/b"`;
  const { messages } = hear(line(10), line(40), line(20));
  expect(messages.map(({ at }) => at)).toEqual([new Date("2026-11-21T19:44:40Z")]);
});

test("fields with escapes, bare words, and an end that was cut", () => {
  expect(readFields('"what \\"it\\" was" err="a\\nb" n=3 cut="half of')).toEqual({
    msg: 'what "it" was',
    err: "a\nb",
    n: "3",
    cut: "half of",
  });
  expect(unescaped("\\u0041\\x42\\t\\\\")).toBe("AB\t\\");
});

test("a megabyte of quotes takes no more than linear time", () => {
  const line = `E1121 19:44:46.291348   1 a.go:1] "image" err=${'"\\'.repeat(500_000)}`;
  expect(hear(line).isLog).toEqual([true]);
});
