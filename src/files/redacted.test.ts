import { expect, test } from "vitest";
import { readObject } from "../cluster/objects.js";
import { shownSecret } from "./redacted.js";

const encoded = (text: string): string => Buffer.from(text).toString("base64");
const good = encoded('{"auths":{"ghcr.io":{"username":"me","password":"made-up"}}}');

function troubleOf(data: Readonly<Record<string, string>> | undefined, type: string, uid?: string) {
  const metadata = { namespace: "shop", name: "regcred", ...(uid === undefined ? {} : { uid }) };
  const raw = { apiVersion: "v1", kind: "Secret", metadata, type, ...(data ? { data } : {}) };
  const object = readObject(raw);
  if (object === undefined) throw new Error("no secret was read");
  const shown = shownSecret(object, raw);
  return shown.kind === "Secret" ? shown.trouble?.is : undefined;
}

const docker = "kubernetes.io/dockerconfigjson";

test.each([
  ["oc adm inspect", encoded("117 bytes long")],
  ["oc adm inspect, decoded", "117 bytes long"],
  ["Troubleshoot.sh", "***HIDDEN***"],
  ["Troubleshoot.sh, encoded", encoded("***HIDDEN***")],
  ["a word in capitals", "REDACTED"],
  ["a word in brackets", "<redacted>"],
  ["x signs", "xxxxxxxx"],
  ["nothing", ""],
])("values blanked out by %s are not shown, whether or not an API server wrote the object", (_by, value) => {
  expect(troubleOf({ ".dockerconfigjson": value }, docker, "u")).toBe("not-shown");
});

test("an object of the API server without its values", () => {
  expect(troubleOf(undefined, docker, "u")).toBe("not-shown");
  expect(troubleOf({}, docker, "u")).toBe("not-shown");
});

test("an opaque secret is told by the words alone", () => {
  expect(troubleOf({ password: "***HIDDEN***", user: "***HIDDEN***" }, "Opaque", "u")).toBe("not-shown");
  expect(troubleOf({ password: encoded("made-up"), user: "***HIDDEN***" }, "Opaque", "u")).toBe("wrong-type");
  expect(troubleOf({ ".dockerconfigjson": good }, "Opaque", "u")).toBe("wrong-type");
});

test("what is really there is judged as it is", () => {
  expect(troubleOf({ ".dockerconfigjson": good }, docker, "u")).toBeUndefined();
  expect(troubleOf({ ".dockerconfigjson": encoded('{"auths":"ghcr.io"}') }, docker, "u")).toBe("malformed");
  expect(troubleOf({ ".dockerconfigjson": encoded(good) }, docker, "u")).toBe("malformed");
  // A manifest was not looked at by any API server: it can hold anything.
  expect(troubleOf({ ".dockerconfigjson": encoded("user:password") }, docker)).toBe("malformed");
  expect(troubleOf({ "config.json": good }, docker)).toBe("wrong-key");
});
