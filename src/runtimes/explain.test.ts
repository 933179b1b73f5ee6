// The principles of reading a message: the innermost words win, a name is never a sentence, and
// what the text does not say is not guessed.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { messageCauses } from "../model/reading.js";
import { explainMessage } from "./explain.js";
import { grammars } from "./index.js";

const pull = 'Failed to pull image "registry.example.com/team/api:1.0": ';
const containerd = `${pull}failed to pull and unpack image "registry.example.com/team/api:1.0": `;
const resolve = `${containerd}failed to resolve reference "registry.example.com/team/api:1.0": `;
const head = `${resolve}failed to do request: Head "https://registry.example.com/v2/team/api/manifests/1.0": `;

describe("the innermost words win", () => {
  test.each([
    ["no match for platform in manifest: not found", "platform-mismatch"],
    ["unexpected media type text/html for sha256:c758: not found", "intercepted-response"],
    [
      "rejecting 9000000 byte manifest for registry.example.com/team/api:1.0: not found",
      "manifest-unsupported",
    ],
  ])("%s", (words, cause) => {
    expect(explainMessage(containerd + words)).toMatchObject({
      cause,
      verdict: expect.stringMatching(/confirmed|likely/),
    });
  });

  test("a refused read from port 53 is DNS, not the registry", () => {
    const words =
      "dial tcp: lookup registry.example.com on 10.0.0.2:53: read udp 10.0.0.9:4411->10.0.0.2:53: read: connection refused";
    expect(explainMessage(head + words)).toMatchObject({
      cause: "dns-failure",
      verdict: "confirmed",
      stage: "resolve",
      host: "registry.example.com",
    });
  });

  test("whatever is inside a lookup, it is DNS", () => {
    expect(
      explainMessage(`${head}dial tcp: lookup registry.example.com on 10.0.0.2:53: a new way to fail`).cause,
    ).toBe("dns-failure");
  });

  test("a proxy that refuses is the proxy's failure, at the proxy's address", () => {
    expect(
      explainMessage(`${head}proxyconnect tcp: dial tcp 10.0.0.5:3128: connect: connection refused`),
    ).toMatchObject({
      cause: "proxy-failure",
      host: "10.0.0.5:3128",
    });
  });

  test("the token server's host is named, not the registry's", () => {
    const words =
      'failed to authorize: failed to fetch anonymous token: Get "https://auth.example.com/token?scope=repository%3Ateam%2Fapi%3Apull&service=registry": net/http: TLS handshake timeout';
    expect(explainMessage(resolve + words)).toMatchObject({
      cause: "connection-timeout",
      host: "auth.example.com",
      credentials: "none",
      registry: "registry.example.com",
    });
  });
});

describe("a name is never a sentence", () => {
  test.each(["429", "denied", "unauthorized", "EOF"])("a tag named %s", (tag) => {
    const text = `Error response from daemon: manifest for nginx:${tag} not found: manifest unknown: manifest unknown`;
    expect(explainMessage(text)).toMatchObject({ cause: "tag-not-found", verdict: "confirmed" });
  });

  test("a repository named unauthorized/not-found", () => {
    const name = "registry.example.com/unauthorized/not-found:no-such-host";
    const text = `Failed to pull image "${name}": failed to pull and unpack image "${name}": failed to resolve reference "${name}": failed to do request: Head "https://registry.example.com/v2/unauthorized/not-found/manifests/no-such-host": dial tcp 10.0.0.1:443: connect: no route to host`;
    expect(explainMessage(text)).toMatchObject({ cause: "no-route", verdict: "confirmed", image: name });
  });
});

describe("what was sent, and who answered", () => {
  test.each([
    [
      "failed to authorize: failed to fetch anonymous token: unexpected status: 403 Forbidden",
      "credentials-missing",
      "none",
      "token",
    ],
    [
      "failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized",
      "credentials-rejected",
      "sent",
      "token",
    ],
    [
      "unexpected status from HEAD request to https://registry.example.com/v2/team/api/manifests/1.0: 403 Forbidden",
      "access-denied",
      undefined,
      "manifest",
    ],
    [
      "unexpected status from HEAD request to https://registry.example.com/v2/team/api/manifests/1.0: 401 Unauthorized",
      "credentials-missing",
      undefined,
      "manifest",
    ],
  ])("%s", (words, cause, credentials, stage) => {
    const reading = explainMessage(resolve + words);
    expect(reading).toMatchObject({ cause, stage, verdict: "likely" });
    expect(reading.credentials).toBe(credentials);
  });

  test("GitHub answers 403 to a wrong token, Google to a missing right", () => {
    const at = (host: string): string =>
      explainMessage(
        `failed to resolve reference "${host}/a/b:1": failed to authorize: failed to fetch oauth token: unexpected status: 403 Forbidden`,
      ).cause;
    expect([at("ghcr.io"), at("us-docker.pkg.dev")]).toEqual(["credentials-rejected", "access-denied"]);
  });

  test("where missing and private are answered alike, the other is named", () => {
    const denied =
      "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed";
    const read = (ref: string) => explainMessage(`failed to resolve reference "${ref}": ${denied}`);
    expect(read("docker.io/acme/payments:1")).toMatchObject({
      cause: "credentials-missing",
      verdict: "likely",
      also: ["access-denied", "repository-not-found"],
    });
    expect(read("docker.io/library/nginxx:1")).toMatchObject({
      cause: "repository-not-found",
      verdict: "likely",
      also: ["credentials-missing", "access-denied"],
    });
  });

  test("404 is a tag, a digest, or on most registries the repository", () => {
    const read = (ref: string) => explainMessage(`failed to resolve reference "${ref}": ${ref}: not found`);
    expect(read("docker.io/library/nginx:nope")).toMatchObject({
      cause: "tag-not-found",
      verdict: "confirmed",
      also: [],
    });
    expect(read("registry.example.com/a:1")).toMatchObject({
      cause: "tag-not-found",
      verdict: "likely",
      also: ["repository-not-found"],
    });
    expect(read(`registry.example.com/a@sha256:${"a".repeat(64)}`).cause).toBe("digest-not-found");
  });

  test("a mirror that answers is told apart by ?ns=", () => {
    const words =
      "unexpected status from HEAD request to https://mirror.example.com/v2/library/nginx/manifests/1?ns=docker.io: 403 Forbidden";
    expect(explainMessage(`failed to resolve reference "docker.io/library/nginx:1": ${words}`)).toMatchObject(
      {
        cause: "access-denied",
        registry: "docker.io",
        host: "mirror.example.com",
        also: expect.arrayContaining(["policy-blocked"]),
      },
    );
  });

  test.each([400, 402, 405, 410, 412, 418, 429, 451, 500, 502, 503, 504, 520, 599])(
    "a registry that answers %i",
    (status) => {
      const reading = explainMessage(
        `${resolve}unexpected status from HEAD request to https://registry.example.com/v2/team/api/manifests/1.0: ${status} Words`,
      );
      expect(reading).toMatchObject({
        status,
        url: "https://registry.example.com/v2/team/api/manifests/1.0",
      });
      expect(messageCauses).toContain(reading.cause);
    },
  );
});

describe("several readings in one message", () => {
  const element = (words: string): string =>
    `failed to pull and unpack image "registry.example.com/a:1": failed to resolve reference "registry.example.com/a:1": ${words}`;

  test("several credentials become attempts; the one that came furthest decides", () => {
    const text = `Failed to pull image "registry.example.com/a:1": [${element("failed to authorize: failed to fetch oauth token: unexpected status: 401 Unauthorized")}, rpc error: code = NotFound desc = ${element("registry.example.com/a:1: not found")}]`;
    const reading = explainMessage(text);
    expect(reading.cause).toBe("tag-not-found");
    expect(reading.attempts?.map((one) => [one.cause, one.credentials])).toEqual([
      ["credentials-rejected", "sent"],
      ["tag-not-found", undefined],
    ]);
    expect(reading.layers[1]?.id).toBe("kubelet.aggregate");
  });

  test("mirrors that failed are beside the registry itself", () => {
    const text =
      'initializing source docker://nginx:1: (Mirrors also failed: [m1.example.com/nginx:1: pinging container registry m1.example.com: Get "https://m1.example.com/v2/": dial tcp: lookup m1.example.com: no such host]\n[m2.example.com/nginx:1: pinging container registry m2.example.com: Get "https://m2.example.com/v2/": EOF]): docker.io/library/nginx:1: reading manifest 1 in docker.io/library/nginx: manifest unknown';
    const reading = explainMessage(text);
    expect(reading).toMatchObject({ cause: "tag-not-found", registry: "docker.io" });
    expect(reading.attempts?.map((one) => one.cause)).toEqual(["dns-failure", "connection-reset"]);
  });

  test("CRI-O's attempt at an artifact does not hide what the image said", () => {
    const text = `${pull}unable to pull image or OCI artifact: pull image err: copying system image from manifest list: Source image rejected: A signature was required, but no signature exists; artifact err: get manifest: build image source: reading manifest 1.0 in registry.example.com/team/api: manifest unknown`;
    expect(explainMessage(text)).toMatchObject({ cause: "policy-blocked", runtime: "cri-o" });
  });

  test("of a log's lines the last that names a cause speaks", () => {
    const text = `time="1" level=warning msg="Failed, retrying in 1s ... (1/3). Error: initializing source docker://a.example.com/b:1: pinging container registry a.example.com: Get \\"https://a.example.com/v2/\\": EOF"\nError: initializing source docker://a.example.com/b:1: pinging container registry a.example.com: Get "https://a.example.com/v2/": dial tcp 10.0.0.1:443: connect: connection refused`;
    expect(explainMessage(text)).toMatchObject({ cause: "connection-refused", runtime: "podman" });
  });
});

describe("what the text does not say is not guessed", () => {
  test.each([
    'Back-off pulling image "nginx:1"',
    "Error: ErrImagePull",
    `${containerd}some new way to fail: not found`,
    `${pull}a sentence that nobody has read before`,
  ])("about a pull: %s", (text) => {
    expect(explainMessage(text)).toMatchObject({ cause: "unknown", verdict: "unknown" });
  });

  test.each([
    'Readiness probe failed: Get "http://10.0.0.3:8080/healthz": dial tcp 10.0.0.3:8080: connect: connection refused',
    'MountVolume.SetUp failed for volume "x" : failed to fetch token: Post "https://api:6443/": x509: certificate signed by unknown authority',
    'Error: failed to create containerd task: failed to create shim task: OCI runtime create failed: exec: "pull": executable file not found in $PATH: unknown',
    "0/3 nodes are available: 3 Insufficient cpu.",
    "could not reach the database: dial tcp 10.0.0.3:5432: connect: connection refused",
    "",
  ])("about something else: %s", (text) => {
    expect(explainMessage(text)).toMatchObject({ cause: "not-image-pull", verdict: "unknown", also: [] });
  });

  test("a sandbox whose pause image cannot be pulled is about a pull", () => {
    const text =
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to get sandbox image "registry.k8s.io/pause:3.9": failed to pull image "registry.k8s.io/pause:3.9": failed to pull and unpack image "registry.k8s.io/pause:3.9": failed to resolve reference "registry.k8s.io/pause:3.9": failed to do request: Head "https://registry.k8s.io/v2/pause/manifests/3.9": dial tcp 10.0.0.1:443: i/o timeout';
    expect(explainMessage(text)).toMatchObject({
      cause: "connection-timeout",
      image: "registry.k8s.io/pause:3.9",
    });
  });

  test("the waiting reason says what a bare message is about", () => {
    const text = "the server closed the door";
    expect(explainMessage(text).cause).toBe("not-image-pull");
    expect(explainMessage(text, { waitingReason: "ErrImagePull" }).cause).toBe("unknown");
  });
});

describe("any text at all", () => {
  const literals = grammars.flatMap(({ sentences }) =>
    sentences.map(({ template }) => template.first + template.after.join("x")),
  );
  const piece = fc.oneof(
    fc.constantFrom(...literals),
    fc.constantFrom("\n", '"', "\\", "[", "]", ": ", ", ", "; ", "...", "\u001b[31m", "│"),
    fc.string({ unit: "binary", maxLength: 12 }),
  );

  test("never throws, has bounded layers, and keeps its own rules", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const reading = explainMessage(pieces.join(""));
        expect(reading.layers.length).toBeLessThanOrEqual(33);
        for (const { text } of reading.layers) expect(text.length).toBeLessThanOrEqual(300);
        const isCause = reading.cause !== "unknown" && reading.cause !== "not-image-pull";
        expect(reading.verdict === "unknown").toBe(!isCause);
        expect(reading.also).not.toContain(reading.cause);
      }),
      { numRuns: 2000 },
    );
  });
});
