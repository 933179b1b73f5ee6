// Matching against the kubelet's own answers, the vectors of the semantics reference 4.4, and why
// a key does not match.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type KeyringRow, keyringRows, secretRows } from "../../test/oracle/load.js";
import { decodePullSecret } from "./docker-config.js";
import { type Credential, explainMatch, matchCredentials } from "./keyring.js";
import type { PullSecret } from "./objects.js";
import { parseReference } from "./reference.js";
import { normaliseKey } from "./registry-key.js";

const secret = (...keys: string[]) => ({
  auths: Object.fromEntries(keys.map((key) => [key, { username: key, password: "x" }])),
});
const tried = (image: string, ...keys: string[]): string[] =>
  matchCredentials(image, [secret(...keys)]).map(({ key }) => key);

/** The same contents as Secrets of the model. */
const asObjects = (row: KeyringRow): PullSecret[] =>
  row.secrets.map((content, index) => {
    const type = "kubernetes.io/dockerconfigjson";
    const value = Buffer.from(JSON.stringify(content)).toString("base64");
    const decoded = decodePullSecret({ type, data: { ".dockerconfigjson": value } });
    return { kind: "Secret", namespace: "shop", name: `s${index}`, uid: "", type, managedBy: [], ...decoded };
  });

const plain = ({ username, password, email }: Credential) => ({
  username,
  password: password.reveal(),
  ...(email === undefined ? {} : { email }),
});

describe("the answers of BasicDockerKeyring (Kubernetes 1.20)", () => {
  const rows = keyringRows();

  // Go walks a map in random order: two spellings of one key in one secret (`ghcr.io` and
  // `https://ghcr.io`) come in any order there. Both sides are brought into the order written.
  const settled = (credentials: readonly Credential[], wanted: KeyringRow["credentials"]) => {
    const places = new Map(credentials.map((one) => [JSON.stringify(plain(one)), one]));
    const slot = (one: Credential | undefined): string =>
      one === undefined ? "" : `${one.secretIndex} ${normaliseKey(one.key)?.text}`;
    const left = [...credentials];
    return wanted.map((want) => {
      const at = left.findIndex((one) => slot(one) === slot(places.get(JSON.stringify(want))));
      return plain(left.splice(at, 1)[0] ?? raise(`nothing matches for ${want.username}`));
    });
  };

  test("all 1500 rows, from plain contents", () => {
    expect(rows).toHaveLength(1500);
    const wrong = rows.flatMap((row) => {
      const got = matchCredentials(row.image, row.secrets);
      const isRight =
        row.found === got.length > 0 &&
        got.length === row.credentials.length &&
        JSON.stringify(settled(got, row.credentials)) === JSON.stringify(got.map(plain));
      return isRight ? [] : [{ row, got: got.map(plain) }];
    });
    expect(wrong).toEqual([]);
  });

  test("word for word, but for the rows that Go's random order leaves open", () => {
    const different = rows.filter(
      (row) =>
        JSON.stringify(matchCredentials(row.image, row.secrets).map(plain)) !==
        JSON.stringify(row.credentials),
    );
    const isOpen = (row: KeyringRow): boolean =>
      row.secrets.some(({ auths }) => {
        const keys = Object.keys(auths).map((key) => normaliseKey(key)?.text);
        return new Set(keys).size < keys.length;
      });
    expect(different.filter((row) => !isOpen(row))).toEqual([]);
    expect(different.length).toBeLessThan(10);
  });

  test("all rows again, from Secrets and parsed references", () => {
    const wrong = rows.filter((row) => {
      const objects = asObjects(row);
      const reference = parseReference(row.image);
      const got = matchCredentials(reference, objects);
      const same = matchCredentials(row.image, row.secrets);
      return (
        JSON.stringify(got.map(plain)) !== JSON.stringify(same.map(plain)) ||
        JSON.stringify(got.map(({ secretIndex }) => secretIndex)) !==
          JSON.stringify(same.map(({ secretIndex }) => secretIndex))
      );
    });
    expect(wrong).toEqual([]);
  });

  test("a secret that cannot be decoded has the Go error", () => {
    const broken = rows.filter(({ secretError }) => secretError !== null);
    expect(broken.length).toBeGreaterThan(100);
    const wrong = broken.filter(
      (row) =>
        !asObjects(row).some(({ trouble }) => trouble?.is === "malformed" && trouble.why === row.secretError),
    );
    expect(wrong).toEqual([]);
  });
});

test("the answers to whole Secrets, broken and odd ones among them", () => {
  const rows = secretRows();
  const wrong = rows.filter((row) => {
    const secrets = row.secrets.map((written, index): PullSecret => {
      const name = { namespace: "shop", name: `s${index}`, uid: "" };
      return { kind: "Secret", ...name, type: written.type, managedBy: [], ...decodePullSecret(written) };
    });
    const errors = secrets.map(({ trouble }, index) => {
      if (trouble?.is === "malformed") return trouble.why;
      // Nothing in it, or nothing to look at: to the kubelet neither is an error.
      return trouble === undefined ? null : trouble.is === "empty" ? row.errors[index] : "ignored";
    });
    const got = matchCredentials(parseReference(row.image, { kubelet: "1.20" }), secrets).map(plain);
    const sorted = (all: typeof row.credentials) =>
      all.map(({ username, password, email }) => ({ username, password, email }));
    return JSON.stringify([errors, sorted(got)]) !== JSON.stringify([row.errors, sorted(row.credentials)]);
  });
  expect(rows.length).toBeGreaterThan(250);
  expect(wrong).toEqual([]);
});

describe("keys", () => {
  test.each([
    ["nginx", "https://index.docker.io/v1/"],
    ["nginx", "https://index.docker.io/v2/"],
    ["nginx", "index.docker.io"],
    ["nginx", "docker.io"],
    ["nginx", "docker.io/"],
    ["nginx", "https://docker.io/v1/"],
    ["nginx", "docker.io/libr"],
    ["localhost/app", "index.docker.io"],
    ["registry.example.com/a/b", "registry.example.com"],
    ["registry.example.com/a/b", "http://registry.example.com"],
    ["registry.example.com/a/b", "https://registry.example.com/v2/"],
    ["registry.example.com/abc/b", "registry.example.com/a"],
    ["registry.example.com/a", "*.example.com"],
    ["registry.example.com/a", "reg*.example.com"],
    ["registry.example.com/a", "registry.*.com"],
    ["registry.example.com/a", "*.*.*"],
    ["registry.example.com/a", "registry.ex[a-c]mple.com"],
    ["registry.example.com/a", "registry.ex[xa]mple.com"],
    ["registry.example.com:5000/a", "*.example.com:5000"],
    ["registry.example.com/a", "https://user:pass@registry.example.com?x=1#y"],
    ["registry.example.com/a", "registry.example.com#\t"],
    ["[::1]:5000/a", "[::1]:5000"],
  ])("%s is opened by %s", (image, key) => {
    expect(tried(image, key)).toEqual([key]);
    expect(explainMatch(key, image)).toBeUndefined();
    expect(explainMatch(key, parseReference(image))).toBeUndefined();
  });

  test.each([
    [
      "nginx",
      "https://index.docker.io/v1",
      /without its last slash \/v1 counts as a path; .*index\.docker\.io\/v1\/$/,
    ],
    ["nginx", "registry-1.docker.io", /^registry-1\.docker\.io is not how images of Docker Hub/],
    ["nginx", "https://registry-1.docker.io/v2/", /is not how images of Docker Hub/],
    ["nginx", "hub.docker.com", /is not how images of Docker Hub/],
    ["nginx", "*.docker.io", /is not how images of Docker Hub/],
    ["nginx", "index.docker.io/library", /is not how images of Docker Hub/],
    ["nginx", "docker.io:443", /^port 443 is not in the image's name/],
    ["nginx", "docker.io/acme", /^the image's path \/library\/nginx does not begin with \/acme$/],
    [
      "registry.example.com/a/b",
      "https://registry.example.com/v2",
      /^without a last slash \/v2 counts as a path/,
    ],
    [
      "registry.example.com/abc/b",
      "registry.example.com/a/",
      /^the image's path \/abc\/b does not begin with \/a\/$/,
    ],
    ["registry.example.com/a", "registry.example.com:443", /^the key has port 443, the image no port/],
    ["registry.example.com:443/a", "registry.example.com", /^the key has no port, the image port 443/],
    ["example.com/a", "*.example.com", /has 3 of the parts between dots, example\.com has 2/],
    ["a.b.example.com/a", "*.example.com", /a \* does not cross a dot$/],
    ["registry.example.com/a", "*", /^\* has 1 of the parts between dots/],
    ["registry.example.com/a", "registry.example.com/*", /^a pattern works in the host alone/],
    ["registry.example.com/a", "registry.example.com:*", /cannot be read as an address/],
    ["registry.example.com/a", "REGISTRY.example.com", /^upper case/],
    ["registry.example.com/a", " registry.example.com", /cannot be read as an address/],
    ["registry.example.com/a", "[bad", /cannot be read as an address/],
    ["registry.example.com/a", "", /^another host than registry\.example\.com$/],
    ["registry.example.com/a", "quay.io", /^another host$/],
    ["registry.example.com/a", "registry.ex[z-a]mple.com", /^another host$/],
    ["registry.example.com/a", "registry.ex[a-]mple.com", /^another host$/],
    ["registry.example.com/a", "registry.ex[ample.com", /^another host$/],
    ["registry.example.com/a", "r?gistry.example.com", /^another host$/],
    ["registry.example.com/a", "registry.ex[^x]mple.com", /cannot be read as an address/],
    ["gcr.io/p/img:tag", "gcr.io/p/img:tag", /^the key has a tag or digest/],
  ])("%s is not opened by %j", (image, key, why) => {
    expect(tried(image, key)).toEqual([]);
    expect(explainMatch(key, image)).toMatch(why);
  });

  test("an image that cannot be parsed matches nothing and explains nothing", () => {
    expect(tried("Nginx", "docker.io")).toEqual([]);
    expect(explainMatch("quay.io", "Nginx")).toBeUndefined();
  });
});

describe("order", () => {
  test("longer paths first, literal hosts before patterns", () => {
    const keys = [
      "*.example.com",
      "registry.example.com",
      "registry.example.com/a",
      "registry.example.com/a/b",
      "re*.example.com",
    ];
    expect(tried("registry.example.com/a/b", ...keys)).toEqual([
      "registry.example.com/a/b",
      "registry.example.com/a",
      "registry.example.com",
      "re*.example.com",
      "*.example.com",
    ]);
  });

  test("by key over all secrets, and within one key by secret", () => {
    const secrets = [secret("*.io", "ghcr.io"), secret("ghcr.io/acme"), secret("https://ghcr.io")];
    const got = matchCredentials("ghcr.io/acme/app", secrets);
    expect(got.map(({ key, secretIndex }) => [secretIndex, key])).toEqual([
      [1, "ghcr.io/acme"],
      [0, "ghcr.io"],
      [2, "https://ghcr.io"],
      [0, "*.io"],
    ]);
  });

  test("docker.io hides index.docker.io", () => {
    expect(tried("nginx", "https://index.docker.io/v1/", "docker.io")).toEqual(["docker.io"]);
  });

  test("one secret twice is tried twice", () => {
    const twice = secret("ghcr.io");
    expect(matchCredentials("ghcr.io/a", [twice, twice])).toHaveLength(2);
  });
});

test("no key and no image makes it throw, and explainMatch speaks exactly when nothing matches", () => {
  const letters = fc.string({ unit: fc.constantFrom(..."aZ0.:/*?[]^-\\%@# é\n"), maxLength: 24 });
  const image = fc.constantFrom(
    "nginx",
    "ghcr.io/a/b:1",
    "localhost:5000/a",
    "[::1]:5000/a",
    "MyHost/a",
    "Nope",
  );
  fc.assert(
    fc.property(letters, image, (key, name) => {
      const isParsed = name !== "Nope";
      expect(tried(name, key).length === 0 && isParsed).toBe(explainMatch(key, name) !== undefined);
    }),
    { numRuns: 2000 },
  );
});

test("a megabyte of stars in a key ends soon", () => {
  expect(tried("ghcr.io/a", `${"*a".repeat(500_000)}.io`)).toEqual([]);
  expect(tried(`${"a".repeat(100_000)}.io/a`, `${"*a".repeat(50_000)}b.io`)).toEqual([]);
});

function raise(why: string): never {
  throw new Error(why);
}
