import { createServer, type Server } from "node:http";
import { connect as connectSocket } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { KubeObject } from "../api/json.js";
import type { Session } from "../api/node-side.js";
import { runningClock } from "../clock.js";
import type { ShellNetwork } from "./machine.js";
import { Processes } from "./processes.js";

const clock = runningClock(1000, Date.parse("2026-11-24T12:00:00Z"));
let http: Server;
let port = 0;

beforeAll(async () => {
  http = createServer((request, response) => {
    if (request.url === "/v2/") {
      response.writeHead(401, { "www-authenticate": "Basic" });
      response.end("who are you");
    } else response.end(`you asked for ${request.url}\n`);
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const bound = http.address();
  port = bound !== null && typeof bound === "object" ? bound.port : 0;
});
afterAll(() => {
  http.closeAllConnections();
  http.close();
});

const hosts: Readonly<Record<string, string>> = {
  "registry.acme.example": "203.0.113.10",
  "closed.acme.example": "203.0.113.11",
  "silent.acme.example": "203.0.113.12",
};
const network: ShellNetwork = {
  ca: "",
  resolve(host) {
    if (host === "broken.acme.example") return { ok: false, is: "servfail" };
    if (host === "slow.acme.example") return { ok: false, is: "timeout" };
    const address = hosts[host];
    return address === undefined ? { ok: false, is: "nxdomain" } : { ok: true, addresses: [address] };
  },
  async connect(address, _port, stalled, signal) {
    if (address === "203.0.113.11") throw Object.assign(new Error("no"), { code: "ECONNREFUSED" });
    if (address === "203.0.113.12") {
      stalled(true);
      await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
      throw Object.assign(new Error("no"), { code: "ETIMEDOUT" });
    }
    return connectSocket(port, "127.0.0.1");
  },
};

function podOf(container: object): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "shop", uid: "u1", resourceVersion: "1", creationTimestamp: "" },
    spec: {
      containers: [
        { name: "app", image: "busybox", env: [{ name: "COLOUR", value: "blue sky" }], ...container },
      ],
    },
  };
}

/** Typed ahead: a terminal echoes at once what the shell reads later. */
async function* bytes(text: string): AsyncGenerator<Buffer> {
  if (text !== "") yield Buffer.from(text);
}

/** Runs one command in a pod, as exec does. */
async function exec(command: readonly string[], stdin = "", hasTty = false) {
  let [out, err] = ["", ""];
  const session: Session = {
    stdin: bytes(stdin),
    stdout: (chunk) => {
      out += chunk.toString();
    },
    stderr: (chunk) => {
      err += chunk.toString();
    },
    hasStdin: stdin !== "",
    hasTty,
    signal: new AbortController().signal,
  };
  const pod = podOf({});
  const code = await new Processes({ clock, network }).exec({ pod, container: "app" }, command, session);
  return { out, err, code };
}

const sh = (script: string, stdin = "") => exec(["sh", "-c", script], stdin);

test.each([
  ["echo a  'b  c' \"d $COLOUR\"", "a b  c d blue sky\n"],
  ["echo $COLOUR \x24{NONE:-none} \x24{NONE}x", "blue sky none x\n"],
  ["false || echo or; true && echo and", "or\nand\n"],
  ["false; echo $?", "1\n"],
  ["echo one | cat | grep -c one", "1\n"],
  ["for i in 1 2 3; do echo n$i; done", "n1\nn2\nn3\n"],
  ["i=0; while [ $i -lt 2 ]; do echo $i; i=$(echo 2); done", "0\n"],
  ["if [ -f /etc/hosts ]; then echo yes; else echo no; fi", "yes\n"],
  ["echo x > /tmp/f; echo y >> /tmp/f; cat /tmp/f; wc -l < /tmp/f", "x\ny\n2\n"],
  ["cat /nope 2>/dev/null; echo $?", "1\n"],
  ["cat /nope 2>&1", "cat: can't open '/nope': No such file or directory\n"],
  ["cd /etc && pwd && ls hostname", "/etc\nhostname\n"],
  ['A=1 env | grep ^A=; echo "[$A]"', "A=1\n[]\n"],
  ["export A=2; env | grep ^A=", "A=2\n"],
  ["! false && echo not", "not\n"],
  ["(exit 3); echo $?", "3\n"],
  ["cat /etc/resolv.conf | head -n 1", "search shop.svc.cluster.local svc.cluster.local cluster.local\n"],
  ["date -I", "2026-11-24T"],
  ["hostname # a comment", "web\n"],
])("sh -c %j", async (script, expected) => {
  const { out } = await sh(script);
  expect(out.slice(0, expected.length)).toBe(expected);
  if (!script.startsWith("date")) expect(out).toBe(expected);
});

test.each([
  ["exit 7", 7, ""],
  ["nope", 127, "sh: nope: not found\n"],
  ["echo 'a", 2, "sh: unterminated quoted string\n"],
  ["if true; then", 2, 'sh: syntax error: unexpected end of file (expecting "fi")\n'],
  ["echo a; )", 2, 'sh: syntax error: unexpected ")"\n'],
])("sh -c %j ends with %i", async (script, code, err) => {
  expect(await sh(script)).toMatchObject({ code, err });
});

test("programs read their input", async () => {
  expect((await exec(["cat"], "hello\n")).out).toBe("hello\n");
  expect((await sh("read a b; echo $b-$a", "1 2 3\n")).out).toBe("2 3-1\n");
  expect((await exec(["sh"], "echo hi\nexit 4\necho no\n")).out).toBe("hi\n");
  expect((await exec(["sh"], "exit 4\n")).code).toBe(4);
});

test("a terminal echoes, edits lines and shows a prompt", async () => {
  const { out, code } = await exec(["sh"], "echo hx\x7fi\rexit\r", true);
  expect(out).toBe("/ # echo hx\b \bi\r\nexit\r\nhi\r\n/ # ");
  expect(code).toBe(0);
});

test("Ctrl-C ends a command and not the shell", async () => {
  async function* keys(): AsyncGenerator<Buffer> {
    yield Buffer.from("tail -f /dev/null\r");
    await new Promise((resolve) => setImmediate(resolve));
    yield Buffer.from("\x03");
    yield Buffer.from("echo $?\rexit\r");
  }
  let out = "";
  const show = (chunk: string | Buffer): void => {
    out += chunk.toString();
  };
  const session = {
    stdin: keys(),
    stdout: show,
    stderr: show,
    hasStdin: true,
    hasTty: true,
    signal: new AbortController().signal,
  };
  const target = { pod: podOf({}), container: "app" };
  expect(await new Processes({ clock, network }).exec(target, ["sh"], session)).toBe(0);
  expect(out).toContain("^C\r\n");
  expect(out).toContain("130\r\n");
});

test("a command that is not there cannot be started", async () => {
  await expect(exec(["/bin/nope"])).rejects.toThrow(
    'unable to start container process: exec: "/bin/nope": stat /bin/nope: no such file or directory',
  );
});

test("nslookup tells what the resolver says", async () => {
  expect((await exec(["nslookup", "registry.acme.example"])).out).toContain(
    "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\nNon-authoritative answer:\nName:\tregistry.acme.example\nAddress: 203.0.113.10\n",
  );
  const missing = await exec(["nslookup", "nope.acme.example"]);
  expect(missing.out).toContain("** server can't find nope.acme.example: NXDOMAIN");
  expect(missing.code).toBe(1);
  expect((await exec(["nslookup", "broken.acme.example"])).out).toContain("broken.acme.example: SERVFAIL");
  expect((await exec(["nslookup", "slow.acme.example"])).out).toBe(
    ";; connection timed out; no servers could be reached\n\n",
  );
});

test.each([
  ["wget -qO- http://registry.acme.example/x", 0, "you asked for /x\n", ""],
  [
    "wget -O- http://registry.acme.example/v2/",
    1,
    "",
    "Connecting to registry.acme.example (203.0.113.10:80)\nwget: server returned error: HTTP/1.1 401 Unauthorized\n",
  ],
  ["wget -O- http://nope.acme.example/", 1, "", "wget: bad address 'nope.acme.example'\n"],
  [
    "wget -qO- http://closed.acme.example/",
    1,
    "",
    "wget: can't connect to remote host (203.0.113.11): Connection refused\n",
  ],
  [
    "wget -T 5 -qO- http://silent.acme.example/",
    1,
    "",
    "wget: can't connect to remote host (203.0.113.12): Operation timed out\n",
  ],
  ["curl -s registry.acme.example/y", 0, "you asked for /y\n", ""],
  ["curl -s -o /dev/null -w '%{http_code}' http://registry.acme.example/v2/", 0, "401", ""],
  ["curl http://nope.acme.example/", 6, "", "curl: (6) Could not resolve host: nope.acme.example\n"],
  [
    "curl -m 5 http://silent.acme.example/",
    28,
    "",
    "curl: (28) Connection timed out after 5000 milliseconds\n",
  ],
  [
    "curl -fsS http://registry.acme.example/v2/",
    22,
    "",
    "curl: (22) The requested URL returned error: 401\n",
  ],
  [
    "nc -zv closed.acme.example 443",
    1,
    "",
    "nc: closed.acme.example (203.0.113.11:443): Connection refused\n",
  ],
])("%s", async (script, code, out, err) => {
  expect(await sh(script)).toEqual({ code, out, err });
});

test("a process logs what it prints, and its run before stays readable", async () => {
  const processes = new Processes({ clock, network });
  const target = { pod: podOf({}), container: "app" };
  const first = processes.start(target, { argv: ["sh", "-c", "echo one; echo -n two; exit 2"] });
  expect(await first.exited).toBe(2);
  expect(processes.logs(target, false)?.lines.map((line) => line.text)).toEqual(["one", "two"]);
  const second = processes.start(target, { argv: ["nginx", "-g", "daemon off;"] });
  expect(processes.logs(target, true)?.lines.map((line) => line.text)).toEqual(["one", "two"]);
  const told: string[] = [];
  let isOver = false;
  second.follow(
    (line) => told.push(line.text),
    () => {
      isOver = true;
    },
  );
  second.print("ready");
  second.kill("SIGTERM");
  expect(await second.exited).toBe(0);
  expect([told, isOver]).toEqual([["ready"], true]);
});

test("an interactive process waits for its client and reads what it types", async () => {
  const processes = new Processes({ clock, network });
  const target = { pod: podOf({ stdin: true }), container: "app" };
  const process = processes.start(target, { argv: ["sh"] });
  let out = "";
  const code = await processes.attach(target, {
    stdin: bytes("echo hello\nexit 5\n"),
    stdout: (chunk) => {
      out += chunk.toString();
    },
    stderr: () => {},
    hasStdin: true,
    hasTty: false,
    signal: new AbortController().signal,
  });
  expect([out, code]).toEqual(["hello\n", 5]);
  expect(process.lines.map((line) => line.text)).toEqual(["hello"]);
});

test("the first process of a container ignores SIGTERM and not SIGKILL", async () => {
  const processes = new Processes({ clock, network });
  const process = processes.start(
    { pod: podOf({}), container: "app" },
    { argv: ["tail", "-f", "/dev/null"] },
  );
  process.kill("SIGTERM");
  expect(process.exitCode).toBeUndefined();
  process.kill("SIGKILL");
  expect(await process.exited).toBe(137);
});
