// The world's DNS server: UDP and TCP on one loopback port. It knows the world's hosts, and
// answers for each as it is told to: the address, NXDOMAIN, SERVFAIL, REFUSED, or nothing.

import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import type { Lookup } from "./network.js";

const typeA = 1;
const responseCodes = { ok: 0, servfail: 2, nxdomain: 3, refused: 5 } as const;

export interface DnsServer {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

/** `lookup` gives the loopback addresses that outside clients shall use. */
export async function startDnsServer(
  address: string,
  port: number,
  lookup: (host: string) => Lookup,
): Promise<DnsServer> {
  const udp = createSocket("udp4");
  udp.on("message", (query, from) => {
    const reply = answer(query, lookup);
    if (reply !== undefined) udp.send(reply, from.port, from.address);
  });
  udp.on("error", () => {});
  const sockets = new Set<Socket>();
  const tcp = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    let pending: Buffer = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const length = pending.readUInt16BE(0);
        const reply = answer(pending.subarray(2, 2 + length), lookup);
        pending = pending.subarray(2 + length);
        if (reply === undefined) continue;
        const head = Buffer.alloc(2);
        head.writeUInt16BE(reply.length);
        socket.write(Buffer.concat([head, reply]));
      }
    });
  });
  // A UDP port that is free may be taken for TCP: a few tries settle it.
  for (let attempt = 0; ; attempt++) {
    tcp.listen(port, address);
    await once(tcp, "listening");
    const bound = tcp.address();
    const chosen = bound !== null && typeof bound === "object" ? bound.port : port;
    const bind = await new Promise<Error | undefined>((resolve) => {
      udp.once("error", resolve);
      udp.bind(chosen, address, () => resolve(undefined));
    });
    if (bind === undefined) break;
    await new Promise((resolve) => tcp.close(resolve));
    if (port !== 0 || attempt === 9) throw bind;
  }
  const bound = udp.address();
  return {
    address: bound.address,
    port: bound.port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([
        new Promise<void>((resolve) => udp.close(() => resolve())),
        new Promise((resolve) => tcp.close(resolve)),
      ]);
    },
  };
}

/** The answer to one query; undefined: none (a malformed query, or a host that shall time out). */
function answer(query: Buffer, lookup: (host: string) => Lookup): Buffer | undefined {
  if (query.length < 17 || query.readUInt16BE(4) !== 1 || (query.readUInt8(2) & 0x80) !== 0) return undefined;
  const labels: string[] = [];
  let at = 12;
  for (;;) {
    const length = query[at];
    if (length === undefined || length > 63) return undefined;
    at++;
    if (length === 0) break;
    labels.push(query.toString("latin1", at, at + length));
    at += length;
  }
  if (at + 4 > query.length) return undefined;
  const question = query.subarray(12, at + 4);
  const found = lookup(labels.join(".").toLowerCase());
  if (!found.ok && found.is === "timeout") return undefined;
  const records = found.ok && query.readUInt16BE(at) === typeA ? found.addresses.map(addressRecord) : [];
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8180 | responseCodes[found.ok || found.is === "timeout" ? "ok" : found.is], 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(records.length, 6);
  return Buffer.concat([head, question, ...records]);
}

function addressRecord(address: string): Buffer {
  const ttlSeconds = 5;
  const record = Buffer.alloc(16);
  record.writeUInt16BE(0xc00c, 0);
  record.writeUInt16BE(typeA, 2);
  record.writeUInt16BE(1, 4);
  record.writeUInt32BE(ttlSeconds, 6);
  record.writeUInt16BE(4, 10);
  for (const [index, part] of address.split(".").entries()) record.writeUInt8(Number(part), 12 + index);
  return record;
}
