// What curl, wget, openssl, getent and nslookup print, read. Texts that name a program and version are its own, recorded;
// the others are written after its source.

import { describe, expect, test } from "vitest";
import { readGetent, readNslookup } from "./lookups.js";
import { readCurl, readOpenssl, readWget } from "./requests.js";

const ran = (exitCode: number, out: string, err = "") => ({ exitCode, out, err });
const told = (said: readonly { stage: string; is: string; cause?: string }[]): string =>
  said.map(({ stage, is, cause }) => [stage, is, cause].filter(Boolean).join(" ")).join(", ");

describe("getent and nslookup", () => {
  test("addresses", () => {
    expect(readGetent(ran(0, "203.0.113.7     registry.example.com\n"))?.shows).toBe(
      "the name leads to 203.0.113.7",
    );
    // bind 9.18
    const bind =
      "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\nNon-authoritative answer:\nName:\tregistry.example.com\nAddress: 203.0.113.7\nName:\tregistry.example.com\nAddress: 2001:db8::7\n\n";
    expect(readNslookup(ran(0, bind))?.shows).toBe("the name leads to 203.0.113.7, 2001:db8::7");
    // busybox 1.36.1
    const busybox =
      "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\nNon-authoritative answer:\nName:\tregistry.example.com\nAddress: 203.0.113.7\n\nNon-authoritative answer:\n\n";
    expect(readNslookup(ran(0, busybox))?.shows).toBe("the name leads to 203.0.113.7");
    // busybox before 1.29
    const old =
      "Server:    10.96.0.10\nAddress 1: 10.96.0.10 kube-dns.kube-system.svc\n\nName:      registry.example.com\nAddress 1: 203.0.113.7\n";
    expect(readNslookup(ran(0, old))?.shows).toBe("the name leads to 203.0.113.7");
  });

  test.each([
    [
      "no such name",
      "Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n** server can't find r.example: NXDOMAIN\n",
      "its DNS server answers NXDOMAIN",
    ],
    [
      "a silent server",
      ";; connection timed out; no servers could be reached\n\n",
      "its DNS server does not answer",
    ],
  ])("%s", (_, out, shows) => {
    expect(readNslookup(ran(1, out))).toMatchObject({ is: "failed", cause: "dns-failure", shows });
  });

  test("nothing that says anything", () => {
    expect(readGetent(ran(1, ""))).toBeUndefined();
    expect(readGetent(ran(2, ""))).toMatchObject({ is: "failed" });
    expect(readNslookup(ran(127, "", "sh: nslookup: not found"))).toBeUndefined();
  });
});

describe("curl", () => {
  test.each([
    // curl 8.5.0
    [0, "401 203.0.113.7", "", "tcp passed, tls passed, api passed"],
    [0, "503 203.0.113.7", "", "tcp passed, tls passed, api failed registry-unavailable"],
    [6, "000 ", "curl: (6) Could not resolve host: r.example", "dns failed dns-failure"],
    [
      7,
      "000 ",
      "curl: (7) Failed to connect to r.example port 443 after 3 ms: Couldn't connect to server",
      "tcp failed connection-refused",
    ],
    [7, "000 ", "curl: (7) Failed to connect to r.example port 443: No route to host", "tcp failed no-route"],
    [28, "000 ", "curl: (28) Connection timed out after 5001 milliseconds", "tcp failed connection-timeout"],
    [28, "000 ", "curl: (28) Resolving timed out after 5000 milliseconds", "dns failed dns-failure"],
    [
      35,
      "000 ",
      "curl: (35) OpenSSL/3.1.4: error:0A00010B:SSL routines::wrong version number",
      "tls failed plain-http-registry",
    ],
    [
      60,
      "000 ",
      "curl: (60) SSL certificate problem: certificate has expired\nMore details here: https://curl.se/docs/sslcerts.html",
      "tls failed tls-expired",
    ],
    [
      60,
      "000 ",
      "curl: (60) SSL certificate problem: unable to get local issuer certificate",
      "tls failed tls-untrusted",
    ],
    [
      60,
      "000 ",
      "curl: (60) SSL: no alternative certificate subject name matches target host name 'r.example'",
      "tls failed tls-hostname-mismatch",
    ],
    [56, "000 ", "curl: (56) Recv failure: Connection reset by peer", "api failed connection-reset"],
    [2, "", "curl: option --oops: is unknown", ""],
  ])("exit code %i, %s %s", (code, out, err, expected) => {
    expect(told(readCurl(ran(code, out, err)))).toBe(expected);
  });
});

describe("wget", () => {
  test.each([
    // busybox 1.36.1
    [
      "Connecting to r.example (203.0.113.7:443)\nwget: note: TLS certificate validation not implemented\n  HTTP/1.1 401 Unauthorized\nwget: server returned error: HTTP/1.1 401 Unauthorized\n",
      "tcp passed, api passed",
    ],
    ["wget: bad address 'r.example'\n", "dns failed dns-failure"],
    [
      "Connecting to r.example (203.0.113.7:443)\nwget: can't connect to remote host (203.0.113.7): Connection refused\n",
      "tcp failed connection-refused",
    ],
    [
      "Connecting to r.example (203.0.113.7:443)\nwget: download timed out\n",
      "tcp failed connection-timeout",
    ],
    // GNU Wget 1.21
    [
      "--2026-11-25 12:00:00--  https://r.example/v2/\nResolving r.example (r.example)... 203.0.113.7\nConnecting to r.example (r.example)|203.0.113.7|:443... connected.\nHTTP request sent, awaiting response... \n  HTTP/1.1 401 Unauthorized\n  Content-Length: 87\n\nUsername/Password Authentication Failed.\n",
      "tcp passed, tls passed, api passed",
    ],
    [
      "Resolving r.example (r.example)... failed: Name or service not known.\nwget: unable to resolve host address 'r.example'\n",
      "dns failed dns-failure",
    ],
    [
      "ERROR: cannot verify r.example's certificate, issued by 'CN=x':\n  Self-signed certificate encountered.\n",
      "tls failed tls-untrusted",
    ],
  ])("%s", (err, expected) => {
    expect(told(readWget(ran(1, "", err)))).toBe(expected);
  });
});

describe("openssl s_client", () => {
  test.each([
    // OpenSSL 3.0
    ["depth=0\nissuer=CN = Test CA\n---\n    Verify return code: 0 (ok)\n---\n", "tls passed"],
    ["    Verify return code: 10 (certificate has expired)\n", "tls failed tls-expired"],
    ["    Verify return code: 20 (unable to get local issuer certificate)\n", "tls failed tls-untrusted"],
    ["    Verify return code: 62 (hostname mismatch)\n", "tls failed tls-hostname-mismatch"],
    [
      "40C:error:8000006F:system library:BIO_connect:Connection refused:crypto/bio/bio_sock2.c:114\nconnect:errno=111\n",
      "tcp failed connection-refused",
    ],
    [
      "BIO_lookup_ex:system lib:crypto/bio/bio_addr.c:738:Name or service not known\n",
      "dns failed dns-failure",
    ],
  ])("%s", (text, expected) => {
    expect(told(readOpenssl(ran(0, text)))).toBe(expected);
  });
});

describe("what a hostile registry lets these programs print", () => {
  const size = 200_000;
  test.each([
    ["digits", "1".repeat(size)],
    ["spaces", " ".repeat(size)],
    ["empty lines", "\n".repeat(size)],
    ["an address without an end", `Connecting to r.example (${":1".repeat(size / 2)}`],
    ["bars", "|1".repeat(size / 2)],
  ])("%s are read in a moment", (_what, text) => {
    const started = performance.now();
    for (const read of [readCurl, readWget, readOpenssl]) expect(read(ran(4, text, text))).toEqual([]);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
