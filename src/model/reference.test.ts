// References against the Go code's own answers, the grammars against each other, and hostile text.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { moreReferenceRows, type ReferenceRow, referenceRows } from "../../test/oracle/load.js";
import { ToolError } from "./errors.js";
import { familiarName, parseReference, type Reference, tryParseReference } from "./reference.js";

const hex = (length: number): string => "0123456789abcdef".repeat(8).slice(0, length);
const sha256 = `sha256:${hex(64)}`;

/** `full`, or the reason. */
function answer(image: string, kubelet?: string): string {
  const parsed = tryParseReference(image, kubelet === undefined ? undefined : { kubelet });
  return parsed.ok ? parsed.reference.full : parsed.why;
}

describe("the answers of docker/distribution v2.7.1 (Kubernetes 1.20)", () => {
  const rows = referenceRows();

  test("all 2000 rows", () => {
    expect(rows).toHaveLength(2000);
    expect(differences(rows)).toEqual([]);
  });

  test("what the kubelet pulls follows from the parts", () => {
    const wrong = rows.flatMap((row) => {
      const parsed = tryParseReference(row.image, { kubelet: "1.20" });
      if (!parsed.ok) return row.kubeletRepo === undefined ? [] : [row];
      const { registry, repository, tag, digest } = parsed.reference;
      const repo = registry === "" ? repository : `${registry}/${repository}`;
      const pulled = tag ?? (digest === undefined ? "latest" : "");
      const isSame =
        repo === row.kubeletRepo && pulled === row.kubeletTag && (digest ?? "") === row.kubeletDigest;
      return isSame ? [] : [row];
    });
    expect(wrong).toEqual([]);
  });

  test("parseReference throws the same reasons", () => {
    const wrong = rows.filter(({ image, error }) => {
      try {
        parseReference(image, { kubelet: "1.20" });
        return error !== undefined;
      } catch (thrown) {
        return !(thrown instanceof ToolError) || thrown.why !== error;
      }
    });
    expect(wrong).toEqual([]);
  });
});

test("the answers to odd names of what kubelets 1.20, 1.31 and 1.36 are built with", () => {
  const rows = moreReferenceRows();
  expect(new Set(rows.map(({ kubelet }) => kubelet)).size).toBe(3);
  expect(differences(rows)).toEqual([]);
});

/** Rows that are parsed otherwise here. */
function differences(rows: readonly ReferenceRow[]): unknown[] {
  return rows.flatMap((row) => {
    const { image, kubelet = "1.20", kubeletRepo, kubeletTag, kubeletDigest, ...theirs } = row;
    const parsed = tryParseReference(image, { kubelet });
    const ours = parsed.ok ? partsOf(parsed.reference) : { error: parsed.why };
    return JSON.stringify(sorted(ours)) === JSON.stringify(sorted(theirs)) ? [] : [{ image, ours, theirs }];
  });
}

const partsOf = (reference: Reference) => ({
  domain: reference.registry,
  path: reference.repository,
  tag: reference.tag,
  digest: reference.digest,
  familiar: familiarName(reference),
  withDefaultTag: reference.full,
});

const sorted = (fields: object): unknown =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => a.localeCompare(b));

// semantics reference 5.3, observed by running distribution/reference v0.6.0.
test.each([
  ["nginx", "docker.io/library/nginx:latest"],
  ["docker.io/nginx", "docker.io/library/nginx:latest"],
  ["index.docker.io/nginx", "docker.io/library/nginx:latest"],
  ["library/nginx", "docker.io/library/nginx:latest"],
  ["user/app", "docker.io/user/app:latest"],
  ["a/b/c", "docker.io/a/b/c:latest"],
  ["localhost/app", "localhost/app:latest"],
  ["localhost:5000/app", "localhost:5000/app:latest"],
  ["localhost:5000", "docker.io/library/localhost:5000"],
  ["reg.example.com:5000", "docker.io/library/reg.example.com:5000"],
  ["myhost/app", "docker.io/myhost/app:latest"],
  ["registry-1.docker.io/library/nginx", "registry-1.docker.io/library/nginx:latest"],
  ["a:5000/b", "a:5000/b:latest"],
  [`nginx:1.25@${sha256}`, `docker.io/library/nginx:1.25@${sha256}`],
  [`nginx@${sha256}`, `docker.io/library/nginx@${sha256}`],
  [`sha256:${hex(64)}`, `docker.io/library/sha256:${hex(64)}`],
  ["reg_x.example.com/a", "reg_x.example.com/a:latest"],
  ["App", "invalid reference format: repository name (library/App) must be lowercase"],
  ["user/App:v1", "invalid reference format: repository name (user/App) must be lowercase"],
  ["reg.example.com/App", "invalid reference format: repository name (App) must be lowercase"],
  ["Reg_x.example.com/a", "repository name must be lowercase"],
  [`nginx@sha256:${hex(63)}`, "invalid checksum digest length"],
  [`nginx@sha512:${hex(64)}`, "invalid checksum digest length"],
  [`nginx@sha256:${hex(64).toUpperCase()}`, "invalid checksum digest format"],
  [`nginx@md5:${hex(32)}`, "unsupported digest algorithm"],
  [hex(64), `invalid repository name (${hex(64)}), cannot specify 64-byte hexadecimal strings`],
  ["a".repeat(256), "repository name must not be more than 255 characters"],
])("%s is %s", (image, expected) => expect(answer(image)).toBe(expected));

test.each([
  "nginx:",
  "nginx@",
  ":tag",
  "",
  " nginx",
  "nginx:a b",
  "http://nginx",
  "https://reg/app",
  "a//b",
  "/a",
  "a/",
  "-a",
  "a-",
  "a..b",
  "a___b",
  "a._b",
  "nginx:-x",
  "nginx:.x",
  `nginx:${"t".repeat(129)}`,
  "nginx:1.0+build",
  "nginx@latest",
  "nginx@sha256:abc",
  "reg..x/a",
  "reg-.x/a",
  "::1/a",
  "nginx\n",
  "nginx:1:2",
])("%j is no reference", (image) => expect(answer(image)).toBe("invalid reference format"));

test.each(["a__b", "a---b", "nginx:_x", `nginx:${"t".repeat(128)}`, "nginx:LATEST"])(
  "%s is a reference",
  (image) => {
    expect(tryParseReference(image).ok).toBe(true);
  },
);

// Every answer in this table was obtained from the Go packages themselves.
describe("differences between the grammars", () => {
  const old = "invalid reference format";
  test.each([
    {
      difference: "IPv6 hosts, from v0.5.0",
      image: "[::1]:5000/a",
      answers: { "1.20": old, "1.28": old, "1.29": "[::1]:5000/a:latest", "1.32": "[::1]:5000/a:latest" },
    },
    {
      difference: "upper case before the first slash names a host, from v0.5.0",
      image: "MyHost/app",
      answers: {
        "1.20": `${old}: repository name must be lowercase`,
        "1.28": `${old}: repository name must be lowercase`,
        "1.29": "MyHost/app:latest",
        "1.32": "MyHost/app:latest",
      },
    },
    {
      difference: "the lower-case error quotes the repository, from v0.5.0",
      image: "user/App",
      answers: {
        "1.20": `${old}: repository name must be lowercase`,
        "1.28": `${old}: repository name must be lowercase`,
        "1.29": `${old}: repository name (user/App) must be lowercase`,
        "1.32": `${old}: repository name (user/App) must be lowercase`,
      },
    },
    {
      difference: "the limit of 255 counts the path alone, from v0.6.0",
      image: `docker.io/${"a/".repeat(123)}b`,
      answers: {
        "1.20": "repository name must not be more than 255 characters",
        "1.28": "repository name must not be more than 255 characters",
        "1.29": "repository name must not be more than 255 characters",
        "1.31": "repository name must not be more than 255 characters",
        "1.32": `docker.io/${"a/".repeat(123)}b:latest`,
      },
    },
  ])("$difference", ({ image, answers }) => {
    for (const [kubelet, expected] of Object.entries(answers)) expect(answer(image, kubelet)).toBe(expected);
    expect(answer(image)).toBe(answers["1.32"]);
  });

  test("a kubelet's version is read as nodes report it", () => {
    expect(answer("MyHost/app", "v1.28.11+k3s1")).toContain("must be lowercase");
    expect(answer("MyHost/app", "v1.30.4-gke.1000")).toBe("MyHost/app:latest");
    expect(answer("MyHost/app", "unknown")).toBe("MyHost/app:latest");
  });
});

describe("properties", () => {
  const word = fc.stringMatching(/^[a-z0-9]{1,6}((\.|_|__|-{1,3})[a-z0-9]{1,4}){0,2}$/);
  const image = fc
    .record({
      host: fc.constantFrom(
        "",
        "localhost:5000/",
        "registry.example.com/",
        "docker.io/",
        "[::1]:443/",
        "MyHost/",
      ),
      path: fc.array(word, { minLength: 1, maxLength: 4 }),
      tag: fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,12}$/)),
      digest: fc.option(fc.stringMatching(/^[0-9a-f]{64}$/)),
    })
    .map(
      ({ host, path, tag, digest }) =>
        `${host}${path.join("/")}${tag === null ? "" : `:${tag}`}${digest === null ? "" : `@sha256:${digest}`}`,
    );
  const noise = fc.string({
    unit: fc.constantFrom(..."aZ0._-/:@[]{}$ \n", "é", "İ", "K", "\ud800"),
    maxLength: 40,
  });

  test("printed and parsed again, a reference is the same", () => {
    fc.assert(
      fc.property(image, (text) => {
        const reference = parseReference(text);
        const again = parseReference(reference.full);
        expect(again.full).toBe(reference.full);
        expect([again.registry, again.repository, again.digest]).toEqual([
          reference.registry,
          reference.repository,
          reference.digest,
        ]);
        // Go's short form of `docker.io/a.b/c` reads as another host; nothing else loses its meaning.
        if (!/^docker\.io\/[^/]*\..*\//.test(reference.full))
          expect(parseReference(familiarName(reference))).toEqual(reference);
      }),
    );
  });

  test("nothing but a ToolError is thrown, and tryParseReference throws nothing", () => {
    fc.assert(
      fc.property(fc.oneof(noise, fc.string()), fc.constantFrom("1.20", "1.29", "1.32"), (text, kubelet) => {
        const parsed = tryParseReference(text, { kubelet });
        try {
          expect(parseReference(text, { kubelet })).toEqual(parsed.ok && parsed.reference);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(ToolError);
          expect(thrown).toMatchObject({ code: "reference-invalid", why: parsed.ok || parsed.why });
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("a library or path of docker.io is spelled shortly, another registry is kept", () => {
    expect(familiarName(parseReference("docker.io/library/nginx"))).toBe("nginx");
    expect(familiarName(parseReference("docker.io/library/a/b:1"))).toBe("library/a/b:1");
    expect(familiarName(parseReference("quay.io/library/nginx:1"))).toBe("quay.io/library/nginx:1");
    expect(familiarName(parseReference(`nginx@${sha256}`))).toBe(`nginx@${sha256}`);
  });
});

// A parser that goes back for each character would take hours here, and the test would time out.
test.each([
  ["labels", `${"a.".repeat(1_000_000)}!`],
  ["dashes", `${"-".repeat(2_000_000)}a`],
  ["words and dashes", `a${"-a".repeat(1_000_000)}_`],
  ["a host of letters", `${"a".repeat(2_000_000)}./b`],
  ["slashes", "a/".repeat(1_000_000)],
  ["a tag", `nginx:${"t".repeat(2_000_000)}`],
  ["colons", `nginx${":".repeat(2_000_000)}`],
  ["a digest's algorithm", `nginx@${"a+".repeat(1_000_000)}:${hex(64)}`],
  ["IPv6", `[${":".repeat(2_000_000)}/a`],
])("two megabytes of %s are refused", (_what, text) => {
  expect(tryParseReference(text)).toEqual({ ok: false, why: "invalid reference format" });
});
