// Registries that mean no good, or are broken in every way: clear words, an end in time, and no question to where none may go.

import { createHash } from "node:crypto";
import type { RequestListener, ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, test } from "vitest";
import { conclude } from "../../src/diagnose/conclude.js";
import { parseReference } from "../../src/model/reference.js";
import { type Asker, createAsker } from "../../src/probes/asker.js";
import { anonymous } from "../../src/registry/credential.js";
import { until } from "../until.js";
import { ask, basic, endOf, shortLimits } from "./asking.js";
import { certificates, closeAll, type Loopback, serveHttp, serveHttps, serveTcp } from "./loopback.js";

const askers: Asker[] = [];
afterAll(async () => {
  await Promise.all(askers.map((one) => one.close()));
  await closeAll();
});

const name = "evil.example";
const host = `${name}:5000`;

/** An asker for `evil.example:5000` in plain http, served at that port. */
function askerAt(
  { port }: Pick<Loopback, "port">,
  more: Parameters<typeof createAsker>[0] | object = {},
): Asker {
  const asker = createAsker({
    env: {},
    names: { pinned: new Map([[name, [{ address: "127.0.0.1", port }]]]) },
    plainHttp: [host],
    signal: new AbortController().signal,
    now: () => new Date(),
    limits: shortLimits,
    ...more,
  });
  askers.push(asker);
  return asker;
}

const json = (response: ServerResponse, body: string | Buffer, status = 200, more = {}): void => {
  response.writeHead(status, { "content-type": "application/json", ...more }).end(body);
};
const greets: RequestListener = (request, response) => {
  if (request.url?.startsWith("/v2/?") === true || request.url === "/v2/") json(response, "{}");
};
/** Answers `/v2/` as a registry does, and the rest as told. */
const behind =
  (handle: RequestListener): RequestListener =>
  (request, response) =>
    request.url === "/v2/" ? greets(request, response) : handle(request, response);

const redirectTo =
  (location: string): RequestListener =>
  (_request, response) =>
    response.writeHead(307, { location }).end();

const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;

interface Row {
  readonly is: string;
  readonly handle: RequestListener;
  /** `stage status|code|is`, as `endOf` says it. */
  readonly ends: string;
  readonly cause?: string;
  readonly says?: RegExp;
}

const rows: readonly Row[] = [
  { is: "never answers", handle: () => {}, ends: "api EHEADERSTIMEOUT", cause: "connection-timeout" },
  {
    is: "drips its header",
    handle: (_request, response) => {
      const { socket } = response;
      socket?.write("HTTP/1.1 200 OK\r\n");
      const timer = setInterval(() => socket?.write(`X-${Date.now()}: 1\r\n`), 200);
      socket?.on("close", () => clearInterval(timer));
    },
    ends: "api EHEADERSTIMEOUT",
    cause: "connection-timeout",
  },
  {
    is: "sends 103 for ever",
    handle: (_request, response) => {
      const timer = setInterval(() => response.socket?.write("HTTP/1.1 103 Early Hints\r\n\r\n"), 200);
      response.socket?.on("close", () => clearInterval(timer));
    },
    ends: "api EHEADERSTIMEOUT",
    cause: "connection-timeout",
  },
  {
    is: "drips a body",
    handle: behind((_request, response) => {
      response.writeHead(200, { "content-type": "application/vnd.oci.image.index.v1+json" });
      const timer = setInterval(() => response.write(" "), 200);
      response.on("close", () => clearInterval(timer));
    }),
    ends: "manifest EBODYTIMEOUT",
    cause: "connection-timeout",
  },
  {
    is: "sends a body without end",
    handle: behind((_request, response) => {
      const block = Buffer.alloc(64 * 1024, 32);
      const more = (): void => {
        while (response.write(block));
      };
      response.writeHead(200, { "content-type": "application/json" });
      response.on("drain", more);
      more();
    }),
    ends: "manifest 200",
    cause: "content-corrupt",
    says: /longer than/,
  },
  {
    is: "is a login page",
    handle: (_request, response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
    ends: "api 200",
    cause: "intercepted-response",
  },
  {
    is: "sends HTML as JSON",
    handle: behind((_request, response) => json(response, "<!DOCTYPE html><p>hello")),
    ends: "manifest 200",
    cause: "intercepted-response",
  },
  {
    is: "promises more than it sends",
    handle: behind((_request, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": 500 });
      response.write("{}");
    }),
    ends: "manifest EBODYTIMEOUT",
    cause: "connection-timeout",
  },
  {
    is: "sends more than it promises",
    handle: behind((_request, response) => {
      response.socket?.end(
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}garbage",
      );
    }),
    ends: "manifest status",
    says: /no image/,
  },
  {
    is: "redirects in a circle",
    handle: behind(redirectTo("/v2/shop/api/manifests/v1")),
    ends: "manifest refused",
    says: /more than 5 redirects/,
  },
  {
    is: "redirects to a file",
    handle: behind(redirectTo("file:///etc/passwd")),
    ends: "manifest refused",
    says: /file:/,
  },
  {
    is: "redirects to data",
    handle: behind(redirectTo("data:text/plain,hi")),
    ends: "manifest refused",
    says: /data:/,
  },
  {
    is: "redirects to javascript",
    handle: behind(redirectTo("javascript:alert(1)")),
    ends: "manifest refused",
  },
  {
    is: "redirects to a login",
    handle: behind(redirectTo("http://a:b@other.example/")),
    ends: "manifest refused",
  },
  ...[
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://127.0.0.1:1/",
    "http://2130706433:1/",
    "http://0x7f.1:1/",
    "http://[::1]:1/",
    "http://[::ffff:127.0.0.1]:1/",
    "http://0.0.0.0:1/",
    "http://localhost:1/",
    "http://LOCALHOST.:1/",
    "http://127.0.0.1.:1/",
    "http://0177.0.0.1:1/",
    "http://[::127.0.0.1]:1/",
    "http://[2002:7f00:1::]:1/",
    "http://[64:ff9b::a9fe:a9fe]/",
    "http://[fe80::1]/",
    "//169.254.169.254/latest/meta-data/",
    "/\\\\169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://100.100.100.200/",
  ].map((location) => ({
    is: `redirects to ${location}`,
    handle: behind(redirectTo(location)),
    ends: "dns EADDRREFUSED",
    says: /not asked on a registry's word/,
  })),
  {
    is: "redirects from its own name to a realm's trick",
    handle: (_request, response) =>
      response
        .writeHead(401, { "www-authenticate": 'Bearer realm="http://[::ffff:169.254.169.254]/token"' })
        .end(),
    ends: "dns EADDRREFUSED",
    says: /not asked on a registry's word/,
  },
  {
    is: "promises a length and sends chunks",
    handle: behind((_request, response) => {
      response.socket?.end(
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
      );
    }),
    ends: "manifest HPE_INVALID_TRANSFER_ENCODING",
  },
  {
    is: "has two lengths",
    handle: behind((_request, response) => {
      response.socket?.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 9\r\n\r\n{}");
    }),
    ends: "manifest HPE_UNEXPECTED_CONTENT_LENGTH",
  },
  {
    is: "sends a second answer that nobody asked for",
    handle: behind((_request, response) => {
      const no = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
      response.socket?.write(`${no}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}`);
    }),
    ends: "manifest 404",
  },
  { is: "redirects to nowhere", handle: behind(redirectTo("")), ends: "manifest refused" },
  {
    is: "redirects very far",
    handle: behind(redirectTo(`http://x.example/${"a".repeat(9_000)}`)),
    ends: "manifest refused",
  },
  {
    is: "sends JSON 10,000 levels deep",
    handle: behind((_request, response) => json(response, deep(10_000))),
    ends: "manifest status",
  },
  {
    is: "sends JSON a million levels deep",
    handle: behind((_request, response) => json(response, "[".repeat(1_000_000))),
    ends: "manifest 200",
    cause: "content-corrupt",
  },
  {
    is: "packs what nobody asked it to pack",
    handle: behind((_request, response) =>
      json(response, gzipSync("{}"), 200, { "content-encoding": "gzip" }),
    ),
    ends: "manifest 200",
    cause: "content-corrupt",
  },
  {
    is: "sends a header of a megabyte",
    handle: (_request, response) => {
      response.socket?.end(`HTTP/1.1 200 OK\r\nX-Long: ${"a".repeat(1_000_000)}\r\n\r\n`);
    },
    ends: "api HPE_HEADER_OVERFLOW",
    cause: "registry-error",
  },
  {
    is: "has challenges without end",
    handle: (_request, response) =>
      response.writeHead(401, { "www-authenticate": 'Bearer realm="'.repeat(2_000) }).end(),
    ends: "token unreadable",
  },
  ...["not a url", "file:///etc/passwd", "ftp://x/", ""].map((realm) => ({
    is: `has the realm "${realm}"`,
    handle: ((_request, response) =>
      response
        .writeHead(401, { "www-authenticate": `Bearer realm="${realm}"` })
        .end()) satisfies RequestListener,
    ends: "token unreadable",
  })),
  {
    is: "gives a token of a megabyte",
    handle: (request, response) =>
      request.url?.startsWith("/token") === true
        ? json(response, JSON.stringify({ token: "a".repeat(1_000_000) }))
        : response.writeHead(401, { "www-authenticate": `Bearer realm="http://${host}/token"` }).end(),
    ends: "token 200",
    says: /longer than/,
  },
  {
    is: "gives a token with a line break in it",
    handle: (request, response) =>
      request.url?.startsWith("/token") === true
        ? json(response, JSON.stringify({ token: "a\r\nX-Evil: 1" }))
        : response.writeHead(401, { "www-authenticate": `Bearer realm="http://${host}/token"` }).end(),
    ends: "token 200",
    says: /cannot be sent/,
  },
  {
    is: "says no with control characters",
    handle: behind((_request, response) =>
      json(response, JSON.stringify({ errors: [{ code: "DENIED", message: "\u001b[2J\u202e" }] }), 403),
    ),
    ends: "manifest 403",
    cause: "credentials-missing",
  },
  {
    is: "sends errors of the wrong shape",
    handle: behind((_request, response) =>
      json(response, JSON.stringify({ errors: [null, 1, [], { code: { a: 1 }, message: ["x"] }] }), 404),
    ),
    ends: "manifest 404",
    cause: "tag-not-found",
  },
  {
    is: "asks to come again in a year",
    handle: behind((_request, response) => json(response, "{}", 429, { "retry-after": "99999999" })),
    ends: "manifest 429",
    cause: "rate-limited",
  },
  {
    is: "offers an index of itself",
    handle: behind((_request, response) => {
      const body = JSON.stringify({
        mediaType: "application/vnd.oci.image.index.v1+json",
        manifests: Array.from({ length: 5_000 }, () => ({ digest: `sha256:${"a".repeat(64)}`, size: -1 })),
      });
      json(response, body);
    }),
    ends: "manifest 200",
    cause: "content-corrupt",
  },
];

describe("a registry that", () => {
  test.concurrent.each(rows)("$is: $ends", async ({ handle, ends, cause, says }) => {
    const asker = askerAt(await serveHttp(handle));
    const answer = await ask(asker, `${host}/shop/api:v1`);
    expect(endOf(answer)).toBe(ends);
    expect(answer.failure?.why).toMatch(says ?? /./);
    if (answer.failure === undefined || cause === undefined) return;
    expect(conclude(answer.failure, { family: "other", isSignedIn: false, isByDigest: false })?.cause).toBe(
      cause,
    );
  });

  test.concurrent("speaks another protocol is no registry", async () => {
    const server = await serveTcp((socket) => socket.write("SSH-2.0-OpenSSH_9.2p1\r\n"));
    const answer = await ask(askerAt(server), `${host}/shop/api:v1`);
    expect(
      conclude(answer.failure ?? never(), { family: "other", isSignedIn: false, isByDigest: false })?.cause,
    ).toBe("intercepted-response");
  });

  test.concurrent("hangs up at once has reset the connection", async () => {
    const answer = await ask(askerAt(await serveTcp((socket) => socket.destroy())), `${host}/shop/api:v1`);
    expect(endOf(answer)).toMatch(/^api ECONNRESET$/);
  });
});

const never = (): never => {
  throw new Error("it was answered well");
};

describe("tags without end", () => {
  const pages = (url: (page: number) => string): RequestListener => {
    let page = 0;
    return behind((_request, response) => {
      page++;
      const tags = Array.from({ length: 1_000 }, (_, at) => `v${page}.${at}`);
      json(response, JSON.stringify({ name: "shop/api", tags }), 200, { link: `<${url(page)}>; rel="next"` });
    });
  };
  const image = parseReference(`${host}/shop/api:v1`);

  test("are read up to a bound", async () => {
    const server = await serveHttp(pages((page) => `/v2/shop/api/tags/list?n=1000&last=${page}`));
    const answer = await askerAt(server).tags(image, anonymous, { maxPages: 5 });
    expect([answer.tags.length, answer.isComplete, server.requests()]).toEqual([5_000, false, 6]);
  });

  test("end where a page leads to itself", async () => {
    const server = await serveHttp(pages(() => "/v2/shop/api/tags/list?last=1"));
    const answer = await askerAt(server).tags(image, anonymous);
    expect([answer.isComplete, server.requests() < 5]).toEqual([false, true]);
  });

  test("lead to no other host", async () => {
    const other = await serveHttp(greets);
    const server = await serveHttp(pages(() => `http://127.0.0.1:${other.port}/v2/shop/api/tags/list`));
    const answer = await askerAt(server).tags(image, anonymous);
    expect([answer.tags.length, other.requests()]).toEqual([1_000, 0]);
  });

  test("on one page of 9 MB are too many", async () => {
    const body = `{"tags":["${"a".repeat(100)}"${`,"${"b".repeat(100)}"`.repeat(90_000)}]}`;
    const server = await serveHttp(behind((_request, response) => json(response, body)));
    const { failure, tags } = await askerAt(server).tags(image, anonymous);
    expect([failure?.is, tags]).toEqual(["too-large", []]);
  });
});

describe("a deadline", () => {
  test.each([
    ["before the greeting", (() => {}) satisfies RequestListener, 1, "api"],
    ["before the manifest", behind(() => {}), 2, "manifest"],
  ])("%s ends the wait with what is known", async (_when, handle, requests, stage) => {
    const end = new AbortController();
    const server = await serveHttp(handle);
    const asker = askerAt(server, { limits: { headersMs: 60_000 }, signal: end.signal });
    const asked = ask(asker, `${host}/shop/api:v1`);
    await until("it is asked", () => server.requests() === requests);
    end.abort();
    const answer = await asked;
    expect([answer.failure?.stage, answer.failure?.is]).toEqual([stage, "stopped"]);
    expect(answer.stages.find((one) => one.stage === "tcp")?.is).toBe("passed");
    expect(
      conclude(answer.failure ?? never(), { family: "other", isSignedIn: false, isByDigest: false }),
    ).toBeUndefined();
  });
});

describe("odd names", () => {
  const config = Buffer.from(JSON.stringify({ os: "linux", architecture: "amd64" }));
  const digest = `sha256:${createHash("sha256").update(config).digest("hex")}`;
  const image = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: { digest, size: config.length, mediaType: "application/vnd.oci.image.config.v1+json" },
    layers: [],
  });
  const good = behind((request, response) =>
    request.url?.includes("/blobs/") === true ? json(response, config) : json(response, image),
  );

  test("an IPv6 literal is asked as it is written", async () => {
    const { port } = await serveHttp(good, "::1");
    const asker = createAsker({ env: {}, signal: new AbortController().signal, now: () => new Date() });
    askers.push(asker);
    expect(endOf(await ask(asker, `[::1]:${port}/shop/api:v1`))).toBe("well");
  });

  test("punycode is a name like others, and its certificate must be for it", async () => {
    const puny = "xn--bcher-kva.example";
    const { port } = await serveHttps(puny, good);
    const asker = askerAt(
      { port },
      {
        names: {
          pinned: new Map(
            [puny, "xn--mnchen-3ya.example"].map((one) => [one, [{ address: "127.0.0.1", port }]]),
          ),
        },
        ca: [(await certificates()).ca],
      },
    );
    expect(endOf(await ask(asker, `${puny}/shop/api:v1`))).toBe("well");
    expect(endOf(await ask(asker, "xn--mnchen-3ya.example/shop/api:v1"))).toBe(
      "tls ERR_TLS_CERT_ALTNAME_INVALID",
    );
  });

  test.each(["xn--bcher-kvb.example", "registry.example:99999", "1.2.3.999"])(
    "%s is no address",
    async (odd) => {
      const answer = await ask(askerAt({ port: 1 }), `${odd}/shop/api:v1`);
      expect([answer.failure?.is, answer.failure?.why]).toEqual([
        "refused",
        `"${odd}" is no address that can be asked`,
      ]);
    },
  );

  test("a user name with a colon or a line break is no way into the header", async () => {
    const server = await serveHttp((request, response) =>
      request.headers.authorization === undefined
        ? response.writeHead(401, { "www-authenticate": "Basic realm=x" }).end()
        : json(response, "{}"),
    );
    await ask(askerAt(server), `${host}/shop/api:v1`, basic("a:b\r\nX-Evil: 1", "pass\r\nX-Evil: 2"));
    expect(server.heard()).not.toContain("X-Evil");
  });
});
