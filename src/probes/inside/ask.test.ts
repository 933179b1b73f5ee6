// Which program is asked for which stage, and what is said where there is none.

import { expect, test } from "vitest";
import { askWay, type Run } from "./ask.js";

const endpoint = { host: "registry.example.com", port: 443, isTls: true };
const missing = { exitCode: 127, out: "", err: "", why: "executable file not found in $PATH" };

function machine(programs: Readonly<Record<string, string>>): {
  readonly run: Run;
  readonly asked: string[];
} {
  const asked: string[] = [];
  return {
    asked,
    run: async ([first = "", ...rest]) => {
      const name = first === "sh" ? (/\w+/.exec(rest[1] ?? "")?.[0] ?? "") : first;
      asked.push(name);
      const out = programs[name];
      return out === undefined ? missing : { exitCode: 0, out, err: "" };
    },
  };
}
const told = async (run: Run): Promise<readonly string[]> =>
  (await askWay(endpoint, run)).map(({ stage, is, tool }) => [stage, is, tool].filter(Boolean).join(" "));

test("getent and curl answer all of it", async () => {
  const { run, asked } = machine({
    getent: "203.0.113.7 registry.example.com\n",
    curl: "401 203.0.113.7",
    wget: "",
  });
  expect(await told(run)).toEqual([
    "dns passed getent",
    "tcp passed curl",
    "tls passed curl",
    "api passed curl",
  ]);
  expect(asked).toEqual(["getent", "curl"]);
});

test("without curl, wget and openssl share it", async () => {
  const { run } = machine({
    wget: "Connecting to r (203.0.113.7:443)\nwget: note: TLS certificate validation not implemented\n  HTTP/1.1 401 Unauthorized\n",
    nslookup: "Name:\tr\nAddress: 203.0.113.7\n",
    openssl: "    Verify return code: 0 (ok)\n",
  });
  expect(await told(run)).toEqual([
    "dns passed nslookup",
    "tcp passed wget",
    "tls passed openssl",
    "api passed wget",
  ]);
});

test("what is behind a failure is not asked", async () => {
  const { run, asked } = machine({ nslookup: "** server can't find r: NXDOMAIN\n", curl: "401 203.0.113.7" });
  expect(await told(run)).toEqual(["dns failed nslookup", "tcp unasked", "tls unasked", "api unasked"]);
  expect(asked).toEqual(["getent", "nslookup"]);
});

test("an image without any program", async () => {
  const { run } = machine({});
  expect(await askWay(endpoint, run)).toContainEqual({
    stage: "api",
    is: "unasked",
    shows: "no program there could ask it",
  });
});

test.each(["-oProxyCommand=x", "a b", "$(id)", "a;b", ""])("the host %j is asked by nobody", async (host) => {
  const { run, asked } = machine({ curl: "200 1.1.1.1" });
  expect(await askWay({ ...endpoint, host }, run)).toEqual([]);
  expect(asked).toEqual([]);
});
