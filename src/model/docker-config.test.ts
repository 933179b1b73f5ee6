// Pull secrets as the kubelet decodes them. The errors are those of Go 1.26's encoding/json and
// encoding/base64 under the kubelet's own types, obtained by running them.

import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodePullSecret } from "./docker-config.js";
import type { SecretNote } from "./objects.js";

const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString("base64");

const config = (text: string) =>
  decodePullSecret({ type: "kubernetes.io/dockerconfigjson", data: { ".dockerconfigjson": base64(text) } });
const cfg = (text: string) =>
  decodePullSecret({ type: "kubernetes.io/dockercfg", data: { ".dockercfg": base64(text) } });
const login = (username: string, password: string) =>
  config(JSON.stringify({ auths: { "registry.example.com": { username, password } } }));

/** `user/password` of each entry, or the error. */
function shown(decoded: ReturnType<typeof decodePullSecret>): string {
  if (decoded.trouble !== undefined) return decoded.trouble.why;
  return decoded.entries.map(({ username, password }) => `${username}/${password.reveal()}`).join(" ");
}

describe("auth", () => {
  test.each([
    ["dTpw", "u/p"],
    ["dTpwOng", "u/p:x"],
    ["PHRva2VuPjo=", "<token>/"],
    ["dTpwOg==\\r\\n", "u/p:"],
    ["!!!", "illegal base64 data at input byte 0"],
    [" dTpw", "illegal base64 data at input byte 0"],
    ["dTpw ", "illegal base64 data at input byte 4"],
    ["dTpwOg=", "illegal base64 data at input byte 7"],
    ["dTpwOg= =", "illegal base64 data at input byte 6"],
    ["dTpwOg== ", "illegal base64 data at input byte 8"],
    ["d", "illegal base64 data at input byte 0"],
    ["dTpwO", "illegal base64 data at input byte 4"],
    ["dTp-_w", "illegal base64 data at input byte 3"],
    ["dXNlcg==", "unable to parse auth field, must be formatted as base64(username:password)"],
  ])("%j is %s", (auth, expected) =>
    expect(shown(config(`{"auths":{"r":{"auth":"${auth}"}}}`))).toBe(expected),
  );

  test("it overrides user and password", () => {
    expect(shown(config('{"auths":{"r":{"username":"a","password":"b","auth":"dTpw"}}}'))).toBe("u/p");
    expect(shown(config('{"auths":{"r":{"username":"a","password":"b","auth":""}}}'))).toBe("a/b");
  });
});

describe("malformed content has Go's words", () => {
  test.each([
    ["not json", "invalid character 'o' in literal null (expecting 'u')"],
    ["\ufeff{}", "invalid character 'ï' looking for beginning of value"],
    ["{'auths':{}}", "invalid character '\\'' looking for beginning of object key string"],
    ['{"auths":{}', "unexpected end of JSON input"],
    ['{"auths":{},}', "invalid character '}' looking for beginning of object key string"],
    ['{"auths":{}} {}', "invalid character '{' after top-level value"],
    // Go reads one space at the end of the text, and names it where none may stand.
    ['{"auths":{"r":tru', "invalid character ' ' in literal true (expecting 'e')"],
    ['{"a":"x\\', "invalid character ' ' in string escape code"],
    ['{"a":"\\u00', "invalid character ' ' in \\u hexadecimal character escape"],
    ['{"a":-', "invalid character ' ' in numeric literal"],
    ['{"a":1.', "invalid character ' ' after decimal point in numeric literal"],
    ['{"a":1e', "invalid character ' ' in exponent of numeric literal"],
    ['{"a":1', "unexpected end of JSON input"],
    ['{"a":"x', "unexpected end of JSON input"],
    ['{"a":"x\ny"}', "invalid character '\\n' in string literal"],
    ["[]", "json: cannot unmarshal array into Go value of type credentialprovider.DockerConfigJSON"],
    ['"x"', "json: cannot unmarshal string into Go value of type credentialprovider.DockerConfigJSON"],
    [
      '{"auths":[]}',
      "json: cannot unmarshal array into Go struct field DockerConfigJSON.auths of type credentialprovider.DockerConfig",
    ],
    [
      '{"auths":{"r":"dTpw"}}',
      "json: cannot unmarshal string into Go struct field DockerConfigJSON.auths of type credentialprovider.dockerConfigEntryWithAuth",
    ],
    [
      '{"auths":{"r":{"username":1}}}',
      "json: cannot unmarshal number into Go struct field DockerConfigJSON.auths.username of type string",
    ],
    [
      '{"HttpHeaders":{"a":1},"auths":{}}',
      "json: cannot unmarshal number into Go struct field DockerConfigJSON.HttpHeaders of type string",
    ],
    [`{"auths":{},"x":${"[".repeat(10_000)}`, "invalid character '[' exceeded max depth"],
  ])("%j", (text, expected) => {
    const decoded = config(text);
    expect(decoded.trouble).toEqual({ is: "malformed", why: expected });
    expect(decoded.entries).toEqual([]);
  });

  test("a .dockercfg has no struct around it", () => {
    expect(shown(cfg('{"r":{"username":1}}'))).toBe(
      "json: cannot unmarshal number into Go struct field dockerConfigEntryWithAuth.username of type string",
    );
    expect(shown(cfg("[]"))).toBe(
      "json: cannot unmarshal array into Go value of type credentialprovider.DockerConfig",
    );
    expect(shown(cfg('{"r":{"auth":"dTpw"}}'))).toBe("u/p");
  });

  test("data that is no base64, which only a file can hold", () => {
    const decoded = decodePullSecret({
      type: "kubernetes.io/dockerconfigjson",
      data: { ".dockerconfigjson": '{"auths"' },
    });
    expect(decoded.trouble).toEqual({ is: "malformed", why: "illegal base64 data at input byte 0" });
  });
});

describe("names are read as Go reads them", () => {
  test("in any case, the last one counts, and a repeated auths adds to the first", () => {
    expect(shown(config('{"AUTHS":{"r":{"UserName":"a","PASSWORD":"b","username":"c"}}}'))).toBe("c/b");
    expect(shown(config('{"auths":{"a":{"auth":"dTpw"}},"auths":{"b":{"auth":"dTpwOng"}}}'))).toBe(
      "u/p u/p:x",
    );
    expect(shown(config('{"auths":{"a":{"auth":"dTpw"}},"auths":{"a":{"auth":"dTpwOng"}}}'))).toBe("u/p:x");
  });

  test("null leaves a field as it is, and an entry of null is one without user and password", () => {
    expect(shown(config('{"auths":{"r":{"username":"a","password":null}}}'))).toBe("a/");
    expect(config('{"auths":{"r":null}}').entries).toHaveLength(1);
  });

  test("half a surrogate pair becomes the replacement character", () => {
    expect(shown(config('{"auths":{"r":{"username":"\\ud800","password":"\\ud83d\\ude00"}}}'))).toBe(
      "\ufffd/😀",
    );
  });
});

describe("what the kubelet passes over", () => {
  test.each([
    ["Opaque", ".dockerconfigjson", "wrong-type"],
    ["kubernetes.io/basic-auth", "password", "wrong-type"],
    ["constructor", ".dockerconfigjson", "wrong-type"],
    ["kubernetes.io/dockerconfigjson", "config.json", "wrong-key"],
    ["kubernetes.io/dockerconfigjson", ".dockercfg", "wrong-key"],
    ["kubernetes.io/dockercfg", ".dockerconfigjson", "wrong-key"],
  ])("type %s with key %s: %s", (type, key, is) => {
    const decoded = decodePullSecret({ type, data: { [key]: base64('{"auths":{"r":{"auth":"dTpw"}}}') } });
    expect(decoded).toMatchObject({ dataKeys: [key], entries: [], trouble: { is } });
  });

  test.each([
    ["", ".dockerconfigjson is empty"],
    ["{}", "it has no auths"],
    ["null", "it has no auths"],
    ['{"auths":null}', "its auths name no registry"],
    ['{"auths":{}}', "its auths name no registry"],
    [
      '{"auths":{},"credsStore":"desktop"}',
      "it names a credential store (credsStore), which the kubelet does not use, and no registry",
    ],
    ['{"ghcr.io":{"auth":"dTpw"}}', "its registries stand at the top instead of under auths"],
  ])("%s is empty: %s", (text, why) => expect(config(text).trouble).toEqual({ is: "empty", why }));

  test("a .dockercfg written like the newer file", () => {
    expect(cfg('{"auths":{"r":{"auth":"dTpw"}}}').trouble?.is).toBe("empty");
    expect(cfg("{}").trouble).toEqual({ is: "empty", why: "it names no registry" });
  });
});

describe("notes", () => {
  const noted = (notes: readonly SecretNote[]): string[] => notes.map(({ is, text }) => `${is}: ${text}`);

  test.each([
    [
      "aws ecr get-login-password --region eu-west-1",
      "the password is the text of the command aws ecr get-login-password",
    ],
    [
      "aws --profile x ecr get-login-password",
      "the password is the text of the command aws ecr get-login-password",
    ],
    ["$(aws ecr get-login-password)", "the password is $(…): a command that no shell has run"],
    ["`cat token`", "the password is a command in backquotes that no shell has run"],
    [
      "gcloud auth print-access-token",
      "the password is the text of the command gcloud auth print-access-token",
    ],
    ["cat ./token.txt", "the password is the text of the command cat"],
  ])("%s was never run", (password, text) => {
    expect(login("AWS", password).notes).toContainEqual({
      is: "literal-command",
      key: "registry.example.com",
      text,
    });
  });

  test.each(["hunter2", "catherine", "aws", "p$(ss", "echo", "correct horse battery staple", "awsecr"])(
    "%s is a plain password",
    (password) => expect(login("robot", password).notes).toEqual([]),
  );

  test.each([
    ["robot", "secret\n", "the password ends with a line end"],
    ["robot", " secret", "the password begins with white space"],
    ["robot", "\tsecret ", "the password begins and ends with white space"],
    ["robot ", "secret", "the user name ends with white space"],
  ])("%j %j has white space around it", (username, password, text) => {
    expect(noted(login(username, password).notes)).toEqual([`whitespace: ${text}`]);
  });

  test("a JWT and an ECR password say when they end", () => {
    const jwt = `eyJhbGciOiJSUzI1NiJ9.${Buffer.from('{"exp":1795600000}').toString("base64url")}.c2ln`;
    const ecr = base64(
      '{"payload":"x","datakey":"y","version":"2","type":"DATA_KEY","expiration":1795600000}',
    );
    const at = new Date(1_795_600_000_000);
    expect(login("robot", jwt).notes).toMatchObject([{ is: "expires", at }]);
    expect(login("AWS", ecr).notes).toMatchObject([{ is: "expires", at }, { is: "short-lived-kind" }]);
    expect(login("robot", base64('{"exp":1795600000}')).notes).toEqual([]);
  });

  test.each([
    ["AWS", "x", "user AWS: an Amazon ECR login, whose password lives 12 hours"],
    ["oauth2accesstoken", "x", "user oauth2accesstoken: a Google access token, which lives 1 hour"],
    [
      "00000000-0000-0000-0000-000000000000",
      "x",
      "user 00000000-0000-0000-0000-000000000000: an Azure registry login, whose token lives 3 hours",
    ],
    [
      "bot",
      "ghs_x",
      "the password is a GitHub App or workflow token, which lives 1 hour or as long as its job",
    ],
  ])("user %s with %s lives shortly", (username, password, text) => {
    expect(noted(login(username, password).notes)).toEqual([`short-lived-kind: ${text}`]);
  });

  test("an entry without user and password counts, and says what it has instead", () => {
    const decoded = config('{"auths":{"r":{"identitytoken":"tok"},"s":{},"t":{"email":"a@b"}}}');
    expect(shown(decoded)).toBe("/ / /");
    expect(noted(decoded.notes)).toEqual([
      "no-usable-field: only identitytoken, which the kubelet does not use",
      "no-usable-field: an entry without any field",
      "no-usable-field: neither user nor password",
    ]);
  });

  test("content that was encoded twice", () => {
    const decoded = config(base64('{"auths":{}}'));
    expect(decoded.trouble?.why).toBe("invalid character 'e' looking for beginning of value");
    expect(decoded.notes.map(({ is }) => is)).toEqual(["encoded-twice"]);
    expect(config("everything").notes).toEqual([]);
  });
});

test("nothing of any content is ever shown, whatever it holds", () => {
  const canary = "cAnArY0123456789";
  const around = fc.string({ unit: fc.constantFrom(...'{}[]":,\\ \nauthsue1', canary), maxLength: 30 });
  fc.assert(
    fc.property(
      around,
      around,
      fc.constantFrom("password", "auth", "username", "email"),
      (before, after, field) => {
        for (const text of [
          `${before}${canary}${after}`,
          JSON.stringify({ auths: { r: { [field]: `${before}${canary}${after}` } } }),
          JSON.stringify({ auths: { r: { auth: base64(`u:${before}${canary}${after}`) } } }),
        ]) {
          const { trouble, notes, entries } = config(text);
          const printed = inspect(
            { trouble, notes, entries: entries.map(({ password }) => password) },
            { depth: 9 },
          );
          expect(printed).not.toContain(canary.slice(0, 6));
        }
      },
    ),
    { numRuns: 300 },
  );
});
