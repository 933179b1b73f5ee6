// What Go's net, net/http, crypto/tls and crypto/x509 say; every runtime wraps them. Semantics reference 6.7.

import { defineGrammar, head, leaf } from "../sentence.js";
import { connections } from "./connections.js";
import { names } from "./names.js";
import { tls } from "./tls.js";

const connect = { stage: "connect" as const };

export default defineGrammar({
  id: "go-net",
  by: "go",
  pull: "never",
  sentences: [
    // Requests
    head({ id: "go.url", starts: '{Get|Head|Post|Put|GET|HEAD|POST|PUT} "{qurl}": ', group: "request" }),
    head({ id: "go.url.old", starts: "{Get|Head|Post|Put|GET|HEAD|POST|PUT} {url}: ", group: "request" }),
    head({
      id: "go.proxy",
      starts: "proxyconnect tcp: ",
      says: "proxy-failure",
      decides: true,
      group: "proxy",
      ...connect,
    }),
    head({
      id: "go.socks",
      starts: "socks connect {any}: ",
      says: "proxy-failure",
      decides: true,
      group: "proxy",
      ...connect,
    }),
    leaf({
      id: "go.proxy-auth",
      whole: "Proxy Authentication Required",
      says: "proxy-failure",
      stage: "connect",
      also: [],
    }),
    // The status line of a proxy's answer to CONNECT, without its number.
    leaf({
      id: "go.proxy-status",
      whole:
        "{Bad Gateway|Gateway Timeout|Service Unavailable|Forbidden|Internal Server Error|Bad Request|Not Found|Method Not Allowed|Access Denied|Access violation}",
      says: "proxy-failure",
      under: ["request"],
      also: ["registry-unavailable"],
    }),
    head({
      id: "go.proxy-url",
      starts: "{parse proxy|invalid proxy|error connecting to proxy|proxy error}",
      says: "proxy-failure",
      decides: true,
      group: "proxy",
    }),
    // Requests that went out and came to nothing
    leaf({
      id: "go.tls-timeout",
      whole: "{net/http: |}TLS handshake timeout",
      says: "connection-timeout",
      also: ["tls-other"],
      stage: "tls",
    }),
    leaf({
      id: "go.header-timeout",
      whole: "{net/http: |http2: |}timeout awaiting response headers",
      says: "connection-timeout",
    }),
    leaf({
      id: "go.client-timeout",
      whole: "net/http: request canceled while waiting for connection{any}",
      says: "connection-timeout",
      stage: "connect",
    }),
    leaf({
      id: "go.client-timeout2",
      whole: "net/http: request canceled (Client.Timeout{any}",
      says: "connection-timeout",
    }),
    leaf({
      id: "go.client-timeout3",
      whole: "{context deadline exceeded|context canceled|EOF} (Client.Timeout{any}",
      says: "connection-timeout",
    }),
    leaf({
      id: "go.client-timeout4",
      whole:
        "{net/http: |}Client.Timeout {exceeded while awaiting headers|or context cancellation while reading body}",
      says: "connection-timeout",
    }),
    leaf({
      id: "go.request-canceled",
      whole: "net/http: request canceled",
      says: "pull-cancelled",
      also: ["connection-timeout"],
    }),
    leaf({
      id: "go.server-closed",
      whole: "{http: |net/http: |http2: }server closed {idle connection|connection}",
      says: "connection-reset",
    }),
    leaf({
      id: "go.transport-broken",
      whole: "{net/http: |}HTTP/1.x transport connection broken{any}",
      says: "connection-reset",
      also: ["intercepted-response", "proxy-failure"],
    }),
    leaf({ id: "go.goaway", whole: "http2: server sent GOAWAY{any}", says: "connection-reset" }),
    leaf({ id: "go.http2-lost", whole: "http2: client connection lost", says: "connection-reset" }),
    leaf({
      id: "go.stream",
      whole: "stream error: stream ID {n}; {any}",
      says: "connection-reset",
      also: ["registry-unavailable", "proxy-failure"],
    }),
    leaf({
      id: "go.eof",
      whole: "EOF",
      says: "closed",
      under: ["request", "runtime", "docker", "containers-image", "containerd", "buildkit"],
      ...connect,
    }),
    leaf({ id: "go.ueof", whole: "unexpected EOF", says: "cut-off" }),
    leaf({
      id: "go.malformed",
      whole: "{net/http: |}HTTP/1.x transport connection broken: malformed HTTP response{any}",
      says: "plain-http-registry",
      also: ["tls-other", "intercepted-response"],
    }),
    leaf({
      id: "go.malformed.bare",
      whole: "malformed HTTP {response|status code}{any}",
      says: "intercepted-response",
      also: ["plain-http-registry", "tls-other"],
    }),
    leaf({
      id: "go.redirects",
      whole: "stopped after {n} redirects",
      says: "registry-error",
      also: ["intercepted-response"],
    }),
    leaf({
      id: "go.scheme",
      whole: "unsupported protocol scheme {any}",
      says: "invalid-reference",
      also: ["registry-error"],
    }),
    ...names,
    ...connections,
    ...tls,
  ],
});
