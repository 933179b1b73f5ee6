// The server of bench/cluster.ts, in a process of its own: lists of a made-up cluster, written out
// beforehand, so that what is measured is the client. Pages are gzipped beforehand too.

import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { KubeObject } from "../../src/sim/api/json.js";
import { RESOURCES, type Resource } from "../../src/sim/api/resources.js";
import { matcher } from "../../src/sim/api/selectors.js";
import { aroundPods, type ClusterShape, podOf } from "../../test/cluster/big.js";

/** What the server has sent since it was last asked. */
export interface Sent {
  readonly requests: number;
  readonly bytes: number;
}

export interface Ready {
  readonly port: number;
  readonly bytesPerPod: number;
}

interface Page {
  readonly at: number;
  readonly size: number;
}

const pageSize = 500;
const shape = JSON.parse(process.argv[2] ?? "{}") as ClusterShape;
const folder = mkdtempSync(join(tmpdir(), "pulldoctor-bench-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
process.once("SIGTERM", () => process.exit(0));
process.once("disconnect", () => process.exit(0));

const others = aroundPods(shape);
const file = openSync(join(folder, "pages"), "w+");
const pages = writePages();
let requests = 0;
let bytes = 0;

function writePages(): { readonly plain: Page[]; readonly zipped: Page[]; readonly podBytes: number } {
  const plain: Page[] = [];
  const zipped: Page[] = [];
  let end = 0;
  let podBytes = 0;
  const write = (body: Buffer): Page => {
    writeSync(file, body);
    end += body.length;
    return { at: end - body.length, size: body.length };
  };
  for (let from = 0; from < shape.pods; from += pageSize) {
    const to = Math.min(shape.pods, from + pageSize);
    const items = Array.from({ length: to - from }, (_, at) => {
      const { kind: _kind, apiVersion: _version, ...item } = podOf(from + at, shape);
      return JSON.stringify(item);
    }).join(",");
    const next = to < shape.pods ? `"continue":"${to}","remainingItemCount":${shape.pods - to}` : "";
    const head = `{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"9000"${next && `,${next}`}}`;
    const body = Buffer.from(`${head},"items":[${items}]}\n`);
    podBytes += body.length;
    plain.push(write(body));
    // The API server packs large answers at the fastest level.
    zipped.push(write(gzipSync(body, { level: 1 })));
  }
  return { plain, zipped, podBytes };
}

function sendPage(response: ServerResponse, from: number, isZipped: boolean): void {
  const page = (isZipped ? pages.zipped : pages.plain)[from / pageSize];
  if (page === undefined) {
    end(response, 410, {});
    return;
  }
  const body = Buffer.allocUnsafe(page.size);
  readSync(file, body, 0, page.size, page.at);
  bytes += page.size;
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": page.size,
    ...(isZipped ? { "content-encoding": "gzip" } : {}),
  });
  response.end(body);
}

function end(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  bytes += text.length;
  response.writeHead(status, { "content-type": "application/json" }).end(text);
}

const server = createServer((request, response) => {
  requests += 1;
  const url = new URL(request.url ?? "", "http://server");
  const path = url.pathname;
  if (path === "/version") return end(response, 200, { gitVersion: "v1.32.4", major: "1", minor: "32" });
  if (path === "/api") return end(response, 200, { kind: "APIVersions", versions: ["v1"] });
  if (path === "/apis") return end(response, 200, { kind: "APIGroupList", groups: [] });
  if (path === "/api/v1") return end(response, 200, resourceList());
  const found = /^\/(?:api|apis\/([^/]+))\/v1(?:\/namespaces\/([^/]+)(?=\/))?\/([^/]+)$/.exec(path);
  const [, group = "", namespace, plural] = found ?? [];
  if (plural === "pods" && namespace === undefined) {
    const isZipped = /gzip/.test(String(request.headers["accept-encoding"]));
    return sendPage(response, Number(url.searchParams.get("continue") ?? 0), isZipped);
  }
  const kind = RESOURCES.find((one) => one.group === group && one.plural === plural);
  if (kind === undefined) return end(response, 404, { kind: "Status", code: 404, message: "not found" });
  end(response, 200, listOf(kind, namespace, url.searchParams));
});

function listOf(kind: Resource, namespace: string | undefined, query: URLSearchParams): unknown {
  const name = kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
  const matches = matcher(name, {
    ...(namespace === undefined ? {} : { namespace }),
    fields: query.get("fieldSelector") ?? "",
  });
  const all = others.filter((object: KubeObject) => object.kind === kind.kind && matches(object));
  const from = Number(query.get("continue") ?? 0);
  const limit = Number(query.get("limit") ?? 0) || all.length;
  const isMore = all.length > from + limit;
  return {
    kind: `${kind.kind}List`,
    metadata: { resourceVersion: "9000", ...(isMore ? { continue: String(from + limit) } : {}) },
    items: all.slice(from, from + limit),
  };
}

function resourceList(): unknown {
  const pods = { name: "pods", singularName: "pod", namespaced: true, kind: "Pod", shortNames: ["po"] };
  return {
    kind: "APIResourceList",
    groupVersion: "v1",
    resources: [{ ...pods, verbs: ["get", "list", "watch"] }],
  };
}

process.on("message", () => {
  const sent: Sent = { requests, bytes };
  requests = 0;
  bytes = 0;
  process.send?.(sent);
});
process.once("exit", () => closeSync(file));
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  const ready: Ready = { port, bytesPerPod: Math.round(pages.podBytes / shape.pods) };
  process.send?.(ready);
});
